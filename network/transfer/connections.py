"""A second connection for a while, beside the transaction that the caller holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections


@contextmanager
def own_connection() -> Iterator[None]:
    """Run the block on a connection of its own; the caller's transaction goes on afterwards."""
    outer = connections["default"]
    inner = connections.create_connection("default")
    connections["default"] = inner
    try:
        yield
    finally:
        connections["default"] = outer
        inner.close()
