"""What changed on line in the whole group, in an order that stays; what went off line is told as a tombstone."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection

from network.blocks.api import is_blocked
from network.tenancy.api import Site, State, get_site_by_schema
from search.models import SearchDocument

LAST = "SELECT system_identifier::text, last_value FROM pg_control_system(), search_change"
SHOWN_BY_WRITERS = """
SELECT min(((classid::bigint << 32) | objid::bigint) & ((1::bigint << 40) - 1)) FROM pg_locks
WHERE locktype = 'advisory' AND objsubid = 1 AND classid::bigint >> 8 = 742003 AND pid <> pg_backend_pid()
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
"""The last number before those of the oldest writer under way, as search/sql/changes.sql locks it; NULL for none."""

NEXT = """
SELECT id, change, version FROM search_document
WHERE (change, version) > (%(change)s, %(version)s) AND change <= %(settled)s
ORDER BY change, version LIMIT %(limit)s
"""


class RunIsOver(Exception):
    """The place belongs to another database, or to a later state of this one: the reader starts again."""


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """A place among the changes. ``run`` names the database server that numbers them."""

    run: str = ""
    change: int = 0
    version: int = 0


@dataclass(frozen=True, kw_only=True)
class PublicItem:
    """An item where it may be seen: the site and path that stand for it, all sites that show it."""

    row: SearchDocument
    site: Site
    path: str
    sites: Sequence[Site] = field(default=())


@dataclass(frozen=True, kw_only=True)
class GroupChange:
    """One item as it stands now. ``item`` is None when nobody is shown it any more: a tombstone."""

    content_id: uuid.UUID
    at: datetime.datetime
    item: PublicItem | None


@dataclass(frozen=True, kw_only=True)
class GroupChanges:
    """Changes after a place with the place behind them. ``is_last`` when there are no more for now."""

    entries: list[GroupChange]
    cursor: Cursor
    is_last: bool


def changes_after(cursor: Cursor, *, limit: int) -> GroupChanges:
    """The next changes, an item that changed several times among them told once. Raises RunIsOver."""
    with connection.cursor() as statement:
        statement.execute(LAST)
        run, last_number = statement.fetchone()
        if cursor.run and (cursor.run != run or cursor.change > last_number):
            raise RunIsOver
        # In this order: whoever shows himself after this look takes a number above the last.
        statement.execute(SHOWN_BY_WRITERS)
        shown = statement.fetchone()[0]
        settled = last_number if shown is None else min(last_number, shown)
        given = {"change": cursor.change, "version": cursor.version, "settled": settled, "limit": limit + 1}
        statement.execute(NEXT, given)
        places = statement.fetchall()
    is_last = len(places) <= limit
    places = places[:limit]
    rows = SearchDocument.objects.defer("body").in_bulk([key for key, _change, _version in places])
    own = {str(content_id_of(row.document_id)) for row in rows.values() if ":" in row.document_id}
    travelling = set(
        SearchDocument.objects.filter(document_id__in=own, is_withdrawn=False).values_list("document_id", flat=True)
    )
    told: dict[uuid.UUID, GroupChange] = {}
    for key, _change, _version in places:
        row = rows[key]
        content_id = content_id_of(row.document_id)
        # The row of a page that began to travel: its edition's row speaks for the item.
        is_replaced = ":" in row.document_id and str(content_id) in travelling
        if is_replaced or is_unopened(row):
            continue
        item = None if row.is_withdrawn else public_item(row)
        told.pop(content_id, None)
        told[content_id] = GroupChange(content_id=content_id, at=row.updated_at, item=item)
    last = places[-1][1:] if places else (cursor.change, cursor.version)
    return GroupChanges(
        entries=list(told.values()),
        cursor=Cursor(run=run, change=last[0], version=last[1]),
        is_last=is_last,
    )


def public_item(row: SearchDocument) -> PublicItem | None:
    """A row under the first address that is not stopped; None where no site shows it to the public."""
    found = [(site, row.addresses[site.schema_name]) for site in _sites_of(row) if row.addresses.get(site.schema_name)]
    shown = [(site, path) for site, path in found if site.is_public and not is_blocked(site, path)]
    if not shown:
        return None
    return PublicItem(row=row, site=shown[0][0], path=shown[0][1], sites=[site for site, _path in shown])


def is_unopened(row: SearchDocument) -> bool:
    """Whether the row is of sites that prepare alone: nobody was ever told of it."""
    sites = _sites_of(row)
    return bool(sites) and all(site.state == State.PREPARING for site in sites)


def _sites_of(row: SearchDocument) -> list[Site]:
    found = []
    for schema in row.sites:
        try:
            found.append(get_site_by_schema(schema))
        except LookupError:
            continue
    return found


def content_id_of(document_id: str) -> uuid.UUID:
    """The content id behind a document id: the id of an edition, or the end of ``schema:model:id``."""
    return uuid.UUID(document_id.rsplit(":", 1)[-1])
