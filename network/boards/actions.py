"""Keeping the summary rows of sites current."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from network.audit.api import record
from network.boards.models import ColumnDue, SiteSummary
from network.contracts import OutboxItem
from network.events import summary_counts, update_dues
from network.outbox.api import drop_work, enqueue_many
from network.tenancy.api import RELATIONS_OF_SCHEMA, Site, all_sites
from network.tenancy.lifecycle import closing_due

logger = logging.getLogger(__name__)

KIND = "boards.summary"
STALE_AFTER = datetime.timedelta(minutes=10)
LOOK_BACK = datetime.timedelta(minutes=5)
COUNTED = frozenset(
    {
        "live_pages",
        "waiting_reviews",
        "approved_items",
        "returned_items",
        "scheduled_items",
        "expiring_items",
        "active_staff",
        "last_published_at",
    }
)
DUE_FACTS = ("title", "due_on", "alarm_on", "last_on", "department", "person", "caution")

WORK = """
SELECT count(*) FILTER (WHERE state = 'waiting' AND kind <> %s), count(*) FILTER (WHERE state = 'dead')
FROM public.network_outbox_work WHERE site = %s
"""
CHANGED = """
SELECT site, max(at) FROM public.network_audit_auditentry
WHERE at > %s AND NOT (act = 'outbox.work' AND object_kind = %s) GROUP BY site
"""
SIZE = f"""
SELECT coalesce(sum(pg_total_relation_size(relation.oid)), 0)::bigint FROM {RELATIONS_OF_SCHEMA}
WHERE relation.relkind IN ('r', 'p', 'm')
"""


def ask_for_summaries(sites: Iterable[str]) -> int:
    """Ask for new summaries of these sites, in the caller's transaction; asked twice, written once."""
    return enqueue_many(KIND, [(slug, "summary", 0, {}) for slug in sites])


def write_summary(site: str, items: Sequence[OutboxItem]) -> None:
    """Outbox handler, inside the site: count what the folders above registered, write the row."""
    values: dict[str, Any] = {}
    for name, count in summary_counts.items():
        counted = count()
        unknown = set(counted) - COUNTED
        if unknown:
            raise LookupError(f"'{name}' counts {sorted(unknown)}; a summary has {sorted(COUNTED)}.")
        values.update(counted)
    with connection.cursor() as cursor:
        cursor.execute(WORK, [KIND, site])
        values["waiting_work"], values["dead_work"] = cursor.fetchone()
        cursor.execute(SIZE, {"schema": connection.schema_name})
        values["database_bytes"] = cursor.fetchone()[0]
    SiteSummary.objects.update_or_create(site=site, defaults={**values, "updated_at": timezone.now()})
    _write_dues(site)


def _write_dues(site: str) -> None:
    """Rows of the columns of a site as they are now; one that says the same is left alone."""
    wanted = {due.key: due for _name, list_dues in update_dues.items() for due in list_dues()}
    held = {row.column_key: row for row in ColumnDue.objects.filter(site=site)}
    ColumnDue.objects.filter(pk__in=[row.pk for key, row in held.items() if key not in wanted]).delete()
    rows = []
    for key, due in wanted.items():
        facts = {name: getattr(due, name) for name in DUE_FACTS}
        before = held.get(key)
        if before is None or any(getattr(before, name) != value for name, value in facts.items()):
            rows.append(ColumnDue(site=site, column_key=key, **facts))
    ColumnDue.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["site", "column_key"], update_fields=DUE_FACTS
    )


def forget_site(site: Site) -> None:
    """A site is about to be dropped: so are its rows and the work that waits for it."""
    SiteSummary.objects.filter(site=site.slug).delete()
    ColumnDue.objects.filter(site=site.slug).delete()
    drop_work(site.slug)


def ask_for_what_changed() -> int:
    """Sweep: ask for the summaries of sites that something was written about since, or that are old.

    The row about writing a summary is no change: counted as one, every site would be counted for ever.
    """
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(CHANGED, [now - LOOK_BACK, KIND])
        changed = dict(cursor.fetchall())
    held = dict(SiteSummary.objects.values_list("site", "updated_at"))
    wanted = []
    for site in all_sites():
        updated = held.get(site.slug)
        is_old = updated is None or now - updated > STALE_AFTER
        if is_old or (site.slug in changed and changed[site.slug] > updated):
            wanted.append(site.slug)
    return ask_for_summaries(wanted)


@transaction.atomic
def tell_closing_due() -> int:
    """Sweep: record once, on both sides, that a site's notice has stood; nobody is closed by it."""
    told = 0
    for site in closing_due():
        row = SiteSummary.objects.filter(site=site.slug).first()
        if row is None or row.closing_told_on == site.closing_on:
            continue
        row.closing_told_on = site.closing_on
        row.save(update_fields=["closing_told_on"])
        detail = {"closing_on": site.closing_on.isoformat() if site.closing_on else ""}
        for slug in (site.slug, site.parent.slug if site.parent else ""):
            record("site.closing_due", site=slug, object_kind="site", object_id=site.slug, detail=detail)
        logger.warning("Site '%s' may close since %s.", site.slug, site.closing_on)
        told += 1
    return told
