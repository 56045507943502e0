"""Reads of tickets and visits; what is over is told by the database's clock."""

from __future__ import annotations

from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.db.models.functions import Now

from network.entry.limits import IDLE_LIFE
from network.entry.models import EndReason, EntryTicket, Visit


def ticket_row(ticket_id: int) -> EntryTicket | None:
    """The row of a ticket; None when there is none."""
    return EntryTicket.objects.filter(pk=ticket_id).first()


def _visits() -> Any:
    now = Now()
    is_open = Q(
        ended_at__isnull=True,
        ticket__withdrawn_at__isnull=True,
        ends_at__gt=now,
        last_seen_at__gt=now - IDLE_LIFE,
    )
    return Visit.objects.select_related("ticket").annotate(
        is_open=ExpressionWrapper(is_open, output_field=BooleanField())
    )


def visits_at(site: str) -> QuerySet[Visit]:
    """Visits to a site, the open ones first, then the newest; each with ``is_open``."""
    found: QuerySet[Visit] = _visits().filter(site=site).order_by("-is_open", "-id")
    return found


def visits_from(home_site: str) -> QuerySet[Visit]:
    """Visits by people of a site to others, the newest first; each with ``is_open``."""
    found: QuerySet[Visit] = _visits().filter(home_site=home_site)
    return found


def find_visit(visit_id: int, *, site: str) -> Visit | None:
    """A visit to this site with ``is_open``; None when there is none."""
    found: Visit | None = _visits().filter(pk=visit_id, site=site).first()
    return found


def lapse_reason(visit: Visit) -> str:
    """Why a visit that nobody ended is over."""
    if visit.ticket.withdrawn_at is not None:
        return EndReason.WITHDRAWN
    if visit.ends_at - visit.last_seen_at > IDLE_LIFE:
        return EndReason.IDLE
    return EndReason.EXPIRED
