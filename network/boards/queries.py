"""Reads of the summary rows."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Min, Q

from network.boards.models import ColumnDue, SiteSummary


@dataclass(frozen=True, kw_only=True)
class Owed:
    """What the columns of one site owe on a day. ``blank`` counts columns that never had an item."""

    overdue: int = 0
    soon: int = 0
    blank: int = 0
    columns: int = 0
    next_due_on: datetime.date | None = None


def summaries() -> dict[str, SiteSummary]:
    """Every site's summary by key, in one statement; a site that was not counted yet is absent."""
    return {row.site: row for row in SiteSummary.objects.all()}


def owed_updates(sites: Collection[str], today: datetime.date) -> dict[str, Owed]:
    """What the columns of these sites owe, by site, in one statement; a site that was not counted yet is absent."""
    rows = (
        ColumnDue.objects.filter(site__in=sites)
        .values("site")
        .annotate(
            overdue=Count("pk", filter=Q(due_on__lt=today)),
            soon=Count("pk", filter=Q(due_on__gte=today, alarm_on__lte=today)),
            blank=Count("pk", filter=Q(last_on__isnull=True)),
            columns=Count("pk"),
            next_due_on=Min("due_on"),
        )
    )
    facts = ("overdue", "soon", "blank", "columns", "next_due_on")
    found = rows.order_by().values_list("site", *facts)
    return {site: Owed(**dict(zip(facts, values, strict=True))) for site, *values in found}


def column_dues(site: str) -> list[ColumnDue]:
    """What each column of a site owes, the most pressing first."""
    return list(ColumnDue.objects.filter(site=site).order_by("due_on", "column_key"))
