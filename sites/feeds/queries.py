"""What the sitemap lists."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from wagtail.models import Page

from sites.content.listing import list_items
from sites.content.queries import ITEM_DEPTH, site_path, without_blocked

SITEMAP_LIMIT = 50_000


def sitemap_entries() -> Iterator[tuple[str, datetime.datetime | None]]:
    """``(path, last change)`` of home, columns, items; a recalled item is not among them."""
    pages = without_blocked(Page.objects.live().filter(depth__gt=1)).order_by("path")
    listed: set[str] = set()
    items = list(pages[:SITEMAP_LIMIT])
    listed.update(line.url for line in list_items(page for page in items if page.depth == ITEM_DEPTH))
    for page in items:
        path = site_path(page.url_path)
        if page.depth < ITEM_DEPTH or path in listed:
            yield path, page.last_published_at
