"""The pages of a restored site, told to the search index anew."""

from __future__ import annotations

from typing import Any

from wagtail.models import Page

from network.events import entry_published
from network.syndication.api import Item
from sites.content.base import ContentPage
from sites.pages.sources import search_entry


def tell_search(site: Any) -> dict[str, int]:
    """Restore step: every live page that does not travel gets its row back; it follows the withdrawal of all."""
    travelling = set(Item.objects.filter(origin=site.schema_name).values_list("content_id", flat=True))
    count = 0
    for page in Page.objects.live().specific().iterator(chunk_size=200):
        if isinstance(page, ContentPage) and page.translation_key not in travelling:
            entry_published.emit(search_entry(page))
            count += 1
    return {"told": count}
