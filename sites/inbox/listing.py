"""List lines of received items: the edition's words, under this site's address."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from wagtail.models import Page

from network.contracts import ListItem
from network.syndication.api import live_editions
from network.tenancy.api import get_site_by_schema
from sites.content.queries import site_path
from sites.inbox.models import PlacementPage


def build(pages: Sequence[Page]) -> dict[int, ListItem]:
    """One statement for the placements, one for their editions; a recalled item has no line."""
    placements = dict(PlacementPage.objects.filter(pk__in=[page.pk for page in pages]).values_list("pk", "content_id"))
    editions = live_editions(placements.values())
    lines = {}
    for page in pages:
        edition = editions.get(placements.get(page.pk))  # type: ignore[arg-type]
        if edition is None:
            continue
        lines[page.pk] = ListItem(
            title=edition.title,
            url=site_path(page.url_path),
            date=timezone.localdate(edition.published_at),
            source=edition.source or get_site_by_schema(edition.origin).full_name,
            summary=edition.summary,
            kind=edition.kind,
            is_sample=edition.is_sample,
            is_received=True,
        )
    return lines
