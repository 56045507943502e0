"""The changes of a site in the order in which they were committed; what went off line is told as a tombstone."""

from __future__ import annotations

import datetime
import time
import uuid
from dataclasses import dataclass

from django.db import connection, transaction
from wagtail.models import Page

from sites.feeds.items import PublicItem, pages_on_line, public_items
from sites.feeds.models import Change, ChangeEpoch
from sites.feeds.parameters import ChangeQuery

LOCK = 742_002
"""First half of the key of the site's lock of changes, as sites/feeds/sql/changes.sql takes it in common."""

ATTEMPTS, PAUSE_SECONDS = 5, 0.02
NEXT = """
SELECT page_id, content_id, id, at FROM sites_feeds_change WHERE id > %(change)s AND id <= %(settled)s
ORDER BY id LIMIT %(limit)s
"""


class EpochIsOver(Exception):
    """The place belongs to a run of changes that a restore ended: the reader starts again."""


@dataclass(frozen=True, kw_only=True)
class ChangeEntry:
    """One item as it stands now. ``item`` is None when it is off line: a tombstone."""

    content_id: uuid.UUID
    at: datetime.datetime
    item: PublicItem | None


@dataclass(frozen=True, kw_only=True)
class ChangePage:
    """Changes after a place with the place behind them. ``is_last`` when there are no more for now."""

    entries: list[ChangeEntry]
    epoch: uuid.UUID
    change: int
    is_last: bool


def changes_after(query: ChangeQuery) -> ChangePage:
    """The next changes, an item that changed several times among them told once. Raises EpochIsOver."""
    epoch = ChangeEpoch.objects.values_list("epoch", flat=True).get()
    if query.epoch is not None and query.epoch != epoch:
        raise EpochIsOver
    settled = settled_change()
    if settled is None:
        # Writers are at it all the time: nothing is told rather than something left out.
        return ChangePage(entries=[], epoch=epoch, change=query.change, is_last=False)
    with connection.cursor() as cursor:
        cursor.execute(NEXT, {"change": query.change, "settled": settled, "limit": query.limit + 1})
        rows = cursor.fetchall()
    is_last = len(rows) <= query.limit
    rows = rows[: query.limit]
    newest = {content_id: (page_id, at) for page_id, content_id, _id, at in rows}
    on_line = {
        item.content_id: item
        for item in public_items(pages_on_line().filter(pk__in=[page_id for page_id, _at in newest.values()]))
    }
    return ChangePage(
        entries=[
            ChangeEntry(content_id=content_id, at=at, item=on_line.get(content_id))
            for content_id, (_page_id, at) in newest.items()
        ],
        epoch=epoch,
        change=rows[-1][2] if rows else query.change,
        is_last=is_last,
    )


def settled_change() -> int | None:
    """The last change that, like all before it, is committed; None while writers never left a moment."""
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(PAUSE_SECONDS)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, hashtext(%s))", [LOCK, connection.schema_name])
            if cursor.fetchone() == (True,):
                # Another statement, which sees whatever was committed before the lock was free.
                cursor.execute("SELECT coalesce(max(id), 0) FROM sites_feeds_change")
                return int(cursor.fetchone()[0])
    return None


def page_of(content_id: uuid.UUID) -> Page | None:
    """The page on line that shows a content; None when none does."""
    page_id = Change.objects.filter(content_id=content_id).order_by("-id").values_list("page_id", flat=True).first()
    return pages_on_line().filter(pk=page_id).first() if page_id is not None else None


def is_known(content_id: uuid.UUID) -> bool:
    """Whether the content was ever on line here."""
    return Change.objects.filter(content_id=content_id).exists()
