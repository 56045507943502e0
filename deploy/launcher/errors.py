"""Errors that end a launcher command with one sentence for the person at the terminal."""

from __future__ import annotations


class LauncherError(Exception):
    """What happened, which value, what to do next: one or two full sentences."""


class Interrupted(BaseException):
    """A stop was asked for by a signal; unwinds to the place that stops what was started."""
