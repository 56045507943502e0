"""Reads of exemptions and re-reviews, the board over the sites below."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from network.boards.api import Load, Owed, owed_updates, site_loads
from network.compiled import Compiled
from network.tenancy.api import Site, subtree
from network.upkeep.models import Exemption, ExemptionState, Rereview, RereviewState

IN_FORCE = (ExemptionState.ASKED, ExemptionState.GRANTED)
NOTHING_OWED = Owed()


@dataclass(frozen=True, kw_only=True)
class BoardRow:
    """One site below with what it owes. ``load`` is None before its first count.

    ``rereviews`` are emergencies that wait for a second look, ``late`` those of them past their time limit.
    """

    site: Site
    owed: Owed
    load: Load | None
    asked: int
    rereviews: int
    late: int

    @property
    def urgency(self) -> tuple[int, int, int, int, datetime.date]:
        """The most pressing first, those that need nobody last."""
        return (
            -self.late,
            -self.owed.overdue,
            -self.asked,
            -self.owed.soon,
            self.owed.next_due_on or datetime.date.max,
        )


@dataclass(frozen=True, kw_only=True)
class Board:
    """Everything the board of a level shows, with sums over all sites below.

    ``requests`` wait for an answer, ``late_releases`` for a second look past their time limit, the oldest first.
    """

    rows: Sequence[BoardRow]
    today: datetime.date
    requests: Sequence[Exemption]
    late_releases: Sequence[Rereview]

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
    def rereviews(self) -> int:
        return sum(row.rereviews for row in self.rows)

    @property
    def late(self) -> int:
        return sum(row.late for row in self.rows)

    @property
    def uncounted(self) -> int:
        return sum(row.load is None for row in self.rows)


def sites_below(site: Site) -> list[Site]:
    """The sites that a level watches: its subtree without itself, those that serve nobody any more left out."""
    return [other for other in subtree(site) if other.pk != site.pk and not other.is_gone]


_SITE = "\0site"
"""Stands in the compiled statements for the sites."""

ASKED = Compiled(
    lambda: Exemption.objects.filter(site__in=[_SITE], state=ExemptionState.ASKED).order_by("id"), names=(_SITE,)
)
HELD = Compiled(lambda: Exemption.objects.filter(site__in=[_SITE], state__in=IN_FORCE), names=(_SITE,))
WAITING = Compiled(lambda: Rereview.objects.filter(site__in=[_SITE], state=RereviewState.WAITING), names=(_SITE,))


def duty_board(site: Site) -> Board:
    """What the sites below owe; four statements, however many sites."""
    below = sites_below(site)
    now, today = timezone.now(), timezone.localdate()
    slugs = [other.slug for other in below]
    owed, load = owed_updates(slugs, today), site_loads()
    requests: list[Exemption] = ASKED.objects({_SITE: slugs})
    waiting: list[Rereview] = WAITING.objects({_SITE: slugs})
    late = [row for row in waiting if row.due_at < now]
    asked_of, waiting_of, late_of = (Counter(row.site for row in rows) for rows in (requests, waiting, late))
    rows = [
        BoardRow(
            site=other,
            owed=owed.get(other.slug, NOTHING_OWED),
            load=load.get(other.slug),
            asked=asked_of[other.slug],
            rereviews=waiting_of[other.slug],
            late=late_of[other.slug],
        )
        for other in below
    ]
    return Board(rows=sorted(rows, key=lambda row: row.urgency), today=today, requests=requests, late_releases=late)


def exemptions_of(site: Site) -> list[Exemption]:
    """What a site asked for, what waits or is in force first."""
    return sorted(Exemption.objects.filter(site=site.slug), key=lambda row: (row.state not in IN_FORCE, -row.pk))


def exemptions_in_force(site: Site) -> dict[str, Exemption]:
    """Open and granted exemptions of a site by the key of the column."""
    return {row.column_key: row for row in HELD.objects({_SITE: [site.slug]})}


def find_exemption(exemption_id: int) -> Exemption | None:
    """One exemption; None when there is none."""
    return Exemption.objects.filter(pk=exemption_id).first()


def waiting_rereviews(site: Site) -> list[Rereview]:
    """What the reviewers of a site owe a second look, the most pressing first."""
    return WAITING.objects({_SITE: [site.slug]})


def settled_rereviews(site: Site, most: int) -> list[Rereview]:
    """What became of earlier ones, the latest first."""
    rows = Rereview.objects.filter(site=site.slug).exclude(state=RereviewState.WAITING)
    return list(rows.order_by("-settled_at", "-id")[:most])


def find_rereview(site: Site, rereview_id: int) -> Rereview | None:
    """One of a site; None when the site has none such."""
    return Rereview.objects.filter(pk=rereview_id, site=site.slug).first()
