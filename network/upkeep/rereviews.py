"""Every write of re-reviews: opened by an emergency release, settled at the site, alarmed when late."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from network.audit.api import record
from network.compiled import Compiled
from network.tenancy.api import Site, get_site
from network.upkeep.models import Rereview, RereviewState

logger = logging.getLogger(__name__)

ACT_OVERDUE = "page.rereview_overdue"
SECONDS = 60

_SITE, _PAGE = "\0site", -1
"""Stand in a compiled statement for the site, the key of a page."""

WAITING = Compiled(
    lambda: Rereview.objects.select_for_update().filter(site=_SITE, page_id=_PAGE, state=RereviewState.WAITING)[:1]
)


def open_rereview(
    *,
    site: Site,
    page_id: int,
    title: str,
    reason: str,
    asked_by: str,
    reviewed_by: str,
    published_at: datetime.datetime,
    due_at: datetime.datetime,
) -> Rereview:
    """Owe a re-review, in the caller's transaction.

    A form that takes the place of one that still waits inherits its time limit: releasing again buys no time.
    """
    before = settle_rereview(site, page_id, RereviewState.REPLACED, person=asked_by)
    return Rereview.objects.create(
        site=site.slug,
        page_id=page_id,
        title=title,
        reason=reason,
        asked_by=asked_by,
        reviewed_by=reviewed_by,
        published_at=published_at,
        due_at=min(due_at, before.due_at) if before else due_at,
        told_at=before.told_at if before else None,
    )


@transaction.atomic(savepoint=False)
def settle_rereview(site: Site, page_id: int, state: str, *, person: str, note: str = "") -> Rereview | None:
    """End what a page of a site owes; None when it owes nothing. A take-down need not be in a transaction."""
    row: Rereview | None = WAITING.first({_SITE: site.slug, _PAGE: page_id})
    if row is not None:
        _settle(row, state, person=person, note=note)
    return row


@transaction.atomic
def settle_all_but(site: Site, page_ids: Collection[int], *, note: str) -> int:
    """End what pages owe that are not among these, as after a restore; returns how many."""
    rows = list(
        Rereview.objects.select_for_update()
        .filter(site=site.slug, state=RereviewState.WAITING)
        .exclude(page_id__in=page_ids)
    )
    for row in rows:
        _settle(row, RereviewState.ENDED, person="", note=note)
    return len(rows)


def hold_waiting(site: Site, rereview_id: int) -> Rereview | None:
    """One that waits at this site, locked; None when there is none, or when it was settled meanwhile."""
    return (
        Rereview.objects.select_for_update().filter(pk=rereview_id, site=site.slug, state=RereviewState.WAITING).first()
    )


def forget_site(site: Site) -> None:
    """A site is about to be dropped: nobody owes its pages a look any more."""
    settle_all_but(site, (), note="站点已移除")


@transaction.atomic
def tell_overdue() -> int:
    """Sweep: record once, at the site and one level above, that a time limit went by; returns how many."""
    rows = list(
        Rereview.objects.select_for_update(skip_locked=True).filter(
            state=RereviewState.WAITING, due_at__lt=timezone.now(), told_at=None
        )
    )
    for row in rows:
        row.told_at = timezone.now()
        row.save(update_fields=["told_at"])
        site = get_site(row.site)
        for slug in (site.slug, *([site.parent.slug] if site.parent else [])):
            record(
                ACT_OVERDUE,
                site=slug,
                object_kind="rereview",
                object_id=row.pk,
                object_title=row.title,
                detail={"site": row.site, "reason": row.reason, "until": row.due_at.isoformat(timespec="minutes")},
            )
        logger.warning("Page %s of site '%s' was not re-reviewed by %s.", row.page_id, row.site, row.due_at)
    return len(rows)


def _settle(row: Rereview, state: str, *, person: str, note: str) -> None:
    row.state, row.settled_by, row.settled_at, row.note = state, person, timezone.now(), note
    row.save(update_fields=["state", "settled_by", "settled_at", "note"])
