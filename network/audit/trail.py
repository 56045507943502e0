"""What the audit log knows of the request that is being answered."""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

client_address: contextvars.ContextVar[str] = contextvars.ContextVar("client_address", default="")
current_trail: contextvars.ContextVar[Trail | None] = contextvars.ContextVar("audit_trail", default=None)


@dataclass
class Trail:
    """Rows that one request wrote, with the refusals that a rollback may have taken away.

    ``is_settled`` is true when the view's own transaction committed with a row in it.
    """

    person: Callable[[], str]
    entry_ids: list[int] = field(default_factory=list)
    refusals: dict[int, dict[str, Any]] = field(default_factory=dict)
    error: Exception | None = None
    is_settled: bool = False


def acting_person() -> str:
    """The person signed in on the request being answered; empty outside of one, or for a visitor."""
    trail = current_trail.get()
    return trail.person() if trail is not None else ""
