"""Reads of the summary rows."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Any, NamedTuple

from django.db.models import Count, Min, Q, QuerySet

from network.boards.models import ColumnDue, SiteSummary
from network.compiled import Compiled


class Owed(NamedTuple):
    """What the columns of one site owe on a day. ``blank`` counts columns that never had an item."""

    overdue: int = 0
    soon: int = 0
    blank: int = 0
    columns: int = 0
    next_due_on: datetime.date | None = None


def summaries() -> dict[str, SiteSummary]:
    """Every site's summary by key, in one statement; a site that was not counted yet is absent."""
    return {row.site: row for row in SiteSummary.objects.all()}


class Load(NamedTuple):
    """What waits at one site, of its summary; counted at ``updated_at``."""

    waiting_reviews: int
    approved_items: int
    returned_items: int
    scheduled_items: int
    expiring_items: int
    updated_at: datetime.datetime


LOADS = Compiled(lambda: SiteSummary.objects.values_list("site", *Load._fields))


def site_loads() -> dict[str, Load]:
    """What waits at every site by its key, in one statement; a site that was not counted yet is absent."""
    return {site: Load(*values) for site, *values in LOADS.rows()}


_SITE, _TODAY = "\0site", datetime.date.min
"""Stand in the compiled statement for the sites, the day."""


def _owed() -> QuerySet[ColumnDue, Any]:
    rows = (
        ColumnDue.objects.filter(site__in=[_SITE])
        .values("site")
        .annotate(
            overdue=Count("pk", filter=Q(due_on__lt=_TODAY)),
            soon=Count("pk", filter=Q(due_on__gte=_TODAY, alarm_on__lte=_TODAY)),
            blank=Count("pk", filter=Q(last_on__isnull=True)),
            columns=Count("pk"),
            next_due_on=Min("due_on"),
        )
    )
    return rows.order_by().values_list("site", "overdue", "soon", "blank", "columns", "next_due_on")


OWED = Compiled(_owed, names=(_SITE,))


def owed_updates(sites: Collection[str], today: datetime.date) -> dict[str, Owed]:
    """What the columns of these sites owe, by site, in one statement; a site that was not counted yet is absent."""
    return {site: Owed(*values) for site, *values in OWED.rows({_SITE: list(sites), _TODAY: today})}


def column_dues(site: str) -> list[ColumnDue]:
    """What each column of a site owes, the most pressing first."""
    return list(ColumnDue.objects.filter(site=site).order_by("due_on", "column_key"))
