"""One rendering at a time: who asks for a page that is being rendered waits for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE_SECONDS = 5.0


class Flights:
    """Keys whose pages this process is rendering."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: dict[str, threading.Event] = {}

    @contextmanager
    def boarding(self, key: str) -> Iterator[None]:
        """The first who comes with a key goes on at once; the others once that one is done, or too slow."""
        with self._lock:
            other = self._under_way.get(key)
            own = threading.Event()
            if other is None:
                self._under_way[key] = own
        if other is not None:
            other.wait(PATIENCE_SECONDS)
            yield
            return
        try:
            yield
        finally:
            with self._lock:
                del self._under_way[key]
            own.set()
