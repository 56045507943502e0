"""Arrangement of what templates show, one component a file."""
