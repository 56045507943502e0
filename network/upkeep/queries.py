"""Reads of exemptions, the board over the sites below."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.utils import timezone

from network.boards.api import Owed, SiteSummary, owed_updates, summaries
from network.tenancy.api import Site, subtree
from network.upkeep.models import Exemption, ExemptionState

IN_FORCE = (ExemptionState.ASKED, ExemptionState.GRANTED)
NOTHING_OWED = Owed()


@dataclass(frozen=True, kw_only=True)
class BoardRow:
    """One site below with what it owes. ``summary`` is None before its first count."""

    site: Site
    owed: Owed
    summary: SiteSummary | None
    asked: int

    @property
    def urgency(self) -> tuple[int, int, int, datetime.date]:
        """The most pressing first, those that need nobody last."""
        return (-self.owed.overdue, -self.asked, -self.owed.soon, self.owed.next_due_on or datetime.date.max)


@dataclass(frozen=True, kw_only=True)
class Board:
    """Everything the board of a level shows, with sums over all sites below."""

    rows: Sequence[BoardRow]
    today: datetime.date

    @property
    def overdue(self) -> int:
        return sum(row.owed.overdue for row in self.rows)

    @property
    def soon(self) -> int:
        return sum(row.owed.soon for row in self.rows)

    @property
    def blank(self) -> int:
        return sum(row.owed.blank for row in self.rows)

    @property
    def asked(self) -> int:
        return sum(row.asked for row in self.rows)

    @property
    def uncounted(self) -> int:
        return sum(row.summary is None for row in self.rows)


def sites_below(site: Site) -> list[Site]:
    """The sites that a level watches: its subtree without itself, those that serve nobody any more left out."""
    return [other for other in subtree(site) if other.pk != site.pk and not other.is_gone]


def duty_board(site: Site) -> Board:
    """What the sites below owe; three statements, however many sites."""
    below = sites_below(site)
    today = timezone.localdate()
    slugs = [other.slug for other in below]
    owed, load = owed_updates(slugs, today), summaries()
    asked = dict(
        Exemption.objects.filter(site__in=slugs, state=ExemptionState.ASKED)
        .values("site")
        .order_by()
        .annotate(count=Count("pk"))
        .values_list("site", "count")
    )
    rows = [
        BoardRow(
            site=other,
            owed=owed.get(other.slug, NOTHING_OWED),
            summary=load.get(other.slug),
            asked=asked.get(other.slug, 0),
        )
        for other in below
    ]
    return Board(rows=sorted(rows, key=lambda row: row.urgency), today=today)


def exemptions_of(site: Site) -> list[Exemption]:
    """What a site asked for, what waits or is in force first."""
    return sorted(Exemption.objects.filter(site=site.slug), key=lambda row: (row.state not in IN_FORCE, -row.pk))


def exemptions_in_force(site: Site) -> dict[str, Exemption]:
    """Open and granted exemptions of a site by the key of the column."""
    return {row.column_key: row for row in Exemption.objects.filter(site=site.slug, state__in=IN_FORCE)}


def asked_below(site: Site) -> list[Exemption]:
    """Requests of the sites below that wait for an answer, the oldest first."""
    slugs = [other.slug for other in sites_below(site)]
    return list(Exemption.objects.filter(site__in=slugs, state=ExemptionState.ASKED).order_by("id"))


def find_exemption(exemption_id: int) -> Exemption | None:
    """One exemption; None when there is none."""
    return Exemption.objects.filter(pk=exemption_id).first()
