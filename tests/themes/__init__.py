"""Tests of the public frame, its styles, its templates."""
