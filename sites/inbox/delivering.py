"""Delivery at the receiving site: waiting items become placements, in a few statements."""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import connection
from wagtail.models import Page

from network.contracts import OutboxItem
from network.errors import PoisonedItem
from network.syndication.api import (
    Edition,
    Item,
    ItemState,
    live_editions,
    move_origin,
    record_recalled,
    record_receipts,
)
from sites.accounts.api import system_user
from sites.content.bulk import insert_pages
from sites.content.queries import site_path
from sites.editing.api import approve_placements
from sites.inbox.models import PlacementPage
from sites.inbox.queries import links_of
from sites.pages.api import ColumnPage

FALLBACK_COLUMN = "tzgg"


def deliver(site: str, items: Sequence[OutboxItem]) -> None:
    """Outbox handler, inside the receiving site: place new items, follow new versions, give receipts.

    The item heads are locked in share mode, so that a recall waits for this commit, then finds the
    placement. A repeated or late message finds the version there already and does nothing.
    """
    content_ids = [_content_id(item.key) for item in items]
    heads = {
        item.content_id: item
        for item in Item.objects.raw(
            "SELECT * FROM public.network_syndication_item WHERE content_id = ANY(%s) ORDER BY content_id FOR SHARE",
            [content_ids],
        )
    }
    unknown = [str(content_id) for content_id in content_ids if content_id not in heads]
    if unknown:
        raise PoisonedItem(f"待投递的信息 {', '.join(unknown)} 不存在，请在下发信息中核对后重新下发。")
    recalled = [content_id for content_id, head in heads.items() if head.state == ItemState.RECALLED]
    editions = live_editions(heads)
    held = {page.content_id: page for page in PlacementPage.objects.filter(content_id__in=list(editions))}
    receipts: list[tuple[uuid.UUID, int, str]] = []
    own_schema = connection.schema_name
    own = {edition.content_id for edition in editions.values() if edition.origin == own_schema}
    # An origin that was restored to a time before it wrote the item shows it as others do.
    written = set(Page.objects.live().filter(translation_key__in=own).values_list("translation_key", flat=True))
    fresh = [
        edition for edition in editions.values() if edition.content_id not in held and edition.content_id not in written
    ]
    receipts += _place(fresh)
    receipts += _follow([(held[content_id], edition) for content_id, edition in editions.items() if content_id in held])
    record_receipts(site, receipts)
    if own - written:
        move_origin(own_schema, [(content_id, path) for content_id, _, path in receipts if content_id in own])
    if recalled:
        record_recalled(site, recalled)


def _content_id(key: str) -> uuid.UUID:
    try:
        return uuid.UUID(key)
    except ValueError as error:
        raise PoisonedItem(f"待投递的编号“{key}”无效，请在下发信息中重新下发。") from error


def _columns(keys: Iterable[str]) -> dict[str, ColumnPage]:
    """The columns with these keys by key; of two with one key the first in the tree."""
    return {column.key: column for column in ColumnPage.objects.live().filter(key__in=set(keys)).order_by("-path")}


def _place(editions: Sequence[Edition]) -> list[tuple[uuid.UUID, int, str]]:
    """Insert placements, grouped by the column that has the edition's key, else notices."""
    if not editions:
        return []
    columns = _columns([FALLBACK_COLUMN, *(edition.column for edition in editions)])
    by_column: dict[str, list[Edition]] = defaultdict(list)
    for edition in editions:
        key = edition.column if edition.column in columns else FALLBACK_COLUMN
        if key not in columns:
            raise LookupError(f"本站没有栏目“{edition.column}”，也没有默认栏目“{FALLBACK_COLUMN}”，请先开设其中之一。")
        by_column[key].append(edition)
    owner = system_user()
    receipts = []
    for key, group in by_column.items():
        pages = insert_pages(
            columns[key],
            [
                PlacementPage(
                    title=edition.title,
                    slug=f"x{edition.content_id.hex[:16]}",
                    live=True,
                    content_id=edition.content_id,
                    origin=edition.origin,
                    placed_version=edition.version,
                    relates_to=links_of(edition.body),
                    first_published_at=edition.published_at,
                )
                for edition in sorted(group, key=lambda edition: edition.published_at)
            ],
            owner=owner,
        )
        approve_placements([page.pk for page in pages])
        versions = {edition.content_id: edition.version for edition in group}
        receipts += [(page.content_id, versions[page.content_id], site_path(page.url_path)) for page in pages]
    return receipts


def _follow(pairs: Sequence[tuple[PlacementPage, Edition]]) -> list[tuple[uuid.UUID, int, str]]:
    """Write down that the site shows a newer version; the public page shows it already."""
    behind = [(page, edition) for page, edition in pairs if page.placed_version < edition.version]
    if behind:
        with connection.cursor() as cursor:
            cursor.execute(
                """UPDATE sites_inbox_placementpage AS placement
                   SET placed_version = new.version, relates_to = new.links::jsonb
                   FROM unnest(%s::int[], %s::int[], %s::text[]) AS new (page, version, links)
                   WHERE placement.page_ptr_id = new.page""",
                [
                    [page.pk for page, _ in behind],
                    [edition.version for _, edition in behind],
                    [json.dumps(links_of(edition.body)) for _, edition in behind],
                ],
            )
            cursor.execute(
                """UPDATE wagtailcore_page AS page SET title = new.title, draft_title = new.title
                   FROM unnest(%s::int[], %s::text[]) AS new (page, title) WHERE page.id = new.page""",
                [[page.pk for page, _ in behind], [edition.title for _, edition in behind]],
            )
        approve_placements([page.pk for page, _ in behind if page.live])
    return [(page.content_id, edition.version, site_path(page.url_path)) for page, edition in pairs if page.live]
