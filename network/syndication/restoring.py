"""What the group owes a site that was put back to a backup."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from psycopg import sql

from network.events import recall_tables
from network.outbox.api import enqueue_many
from network.syndication.deliveries import DELIVER_KIND, ask_presence, order_deliveries
from network.syndication.models import Delivery, DeliveryState, Edition, Item, ItemState
from network.syndication.recall import FINISH_KIND, take_off_line
from network.tenancy.api import Site


def rows_of_site(site: Site) -> list[dict[str, Any]]:
    """Backup rows: the deliveries of a site, the editions that it made."""
    deliveries = Delivery.objects.filter(site=site.slug).order_by("id").values()
    editions = (
        Edition.objects.filter(origin=site.schema_name)
        .order_by("created_at", "id")
        .values("content_id", "version", "content_hash", "title", "is_tombstone")
    )
    return [*({"delivery": row} for row in deliveries), *({"edition": row} for row in editions)]


def apply_recalls(site: Site) -> dict[str, int]:
    """Restore step: what was recalled, ever, is off line before anybody sees the site.

    Raises RuntimeError when something holds a page: the restore holds the site alone, so nothing may.
    """
    followed = _followed(site.schema_name)
    pages = 0
    for item in Item.objects.filter(state=ItemState.RECALLED, content_id__in=followed).order_by("content_id"):
        count, locked = take_off_line(item.content_id, origin=item.origin, schemas=[site.schema_name])
        if locked:
            raise RuntimeError(f"The pages of recalled item {item.content_id} are locked at '{site.slug}'.")
        pages += count
    owed = Delivery.objects.filter(site=site.slug, state=DeliveryState.RECALLING)
    receipts = enqueue_many(
        FINISH_KIND,
        [(site.slug, str(key), due, {}) for key, due in owed.values_list("content_id", "version_due")],
    )
    return {"pages": pages, "receipts": receipts}


def _followed(schema: str) -> list[uuid.UUID]:
    """Content ids that a page of the site follows or is."""
    tables = [(entry.table, entry.content_column) for _, entry in recall_tables.items()]
    parts = [
        sql.SQL("SELECT {column} FROM {table}").format(
            column=sql.Identifier(column), table=sql.Identifier(schema, table)
        )
        for table, column in [*tables, ("wagtailcore_page", "translation_key")]
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" UNION ").join(parts))
        return [row[0] for row in cursor.fetchall()]


def owe_again(site: Site, placed: Iterable[tuple[uuid.UUID, int]]) -> int:
    """Deliver these items again; ``placed`` names the version that stands at the site, 0 for none."""
    versions = dict(placed)
    rows = list(Delivery.objects.filter(site=site.slug, content_id__in=list(versions)))
    for row in rows:
        row.state, row.version_placed = DeliveryState.WAITING, versions[row.content_id]
        row.path, row.error, row.attempts, row.placed_at = "", "", 0, None
    Delivery.objects.bulk_update(rows, ["state", "version_placed", "path", "error", "attempts", "placed_at"])
    enqueue_many(DELIVER_KIND, [(site.slug, str(row.content_id), row.version_due, {}) for row in rows])
    ask_presence([row.content_id for row in rows])
    return len(rows)


def owe_to_origin(site: Site, content_ids: Sequence[uuid.UUID]) -> int:
    """An item lives on at other sites, its page at the origin is gone: the origin is owed it like any other."""
    for item in Item.objects.filter(content_id__in=content_ids, state=ItemState.LIVE):
        order_deliveries(item.content_id, item.version, [site])
        ask_presence([item.content_id])
    return len(content_ids)


def move_origin(schema: str, paths: Iterable[tuple[uuid.UUID, str]]) -> None:
    """The item stands at its origin under another path now."""
    moved = dict(paths)
    for content_id, path in moved.items():
        Item.objects.filter(content_id=content_id, origin=schema).update(origin_path=path)
    ask_presence(moved)
