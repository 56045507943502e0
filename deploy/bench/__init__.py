"""Measurements of the platform, each beside a reference in the same run."""
