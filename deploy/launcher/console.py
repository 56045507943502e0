"""Lines of progress on the terminal."""

from __future__ import annotations

import sys
import time


class Console:
    """Prints each step with the seconds since the command began."""

    def __init__(self, *, is_aside: bool = False) -> None:
        self._began = time.monotonic()
        self._is_aside = is_aside
        """Whether progress goes to standard error, since standard output is another program's result."""

    @property
    def seconds(self) -> float:
        """Seconds since the command began."""
        return time.monotonic() - self._began

    def step(self, message: str) -> None:
        """Print one step of progress."""
        self.plain(f"[{self.seconds:6.1f}s] {message}")

    def plain(self, message: str = "") -> None:
        """Print one line as it is."""
        print(message, file=sys.stderr if self._is_aside else sys.stdout, flush=True)


def tolerate_narrow_encodings() -> None:
    """Keep Chinese output from ending the command on a terminal that is not UTF-8."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
