"""Measures ranking quality against judged questions."""
