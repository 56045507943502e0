"""Signs of life of the long-running processes."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from network.tenancy.contexts import in_public
from network.tenancy.models import Heartbeat


def beat(name: str, **facts: Any) -> None:
    """Write down that a process lives, with what it counted."""
    with in_public():
        Heartbeat.objects.update_or_create(name=name, defaults={"beat_at": timezone.now(), "facts": facts})


def heartbeats() -> dict[str, dict[str, Any]]:
    """Name to ``{"seconds_ago", **facts}`` of every process that ever beat."""
    now = timezone.now()
    with in_public():
        return {
            row.name: {"seconds_ago": round((now - row.beat_at).total_seconds(), 1), **row.facts}
            for row in Heartbeat.objects.all()
        }
