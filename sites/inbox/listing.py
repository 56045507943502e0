"""List lines of received items: the edition's words, under this site's address."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from network.contracts import ListItem
from network.syndication.api import live_editions
from network.tenancy.api import get_site_by_schema
from sites.content.listing import Listed
from sites.content.queries import site_path
from sites.inbox.models import PlacementPage
from sites.pages.api import Links, backward_of, listed_relations, read_links, said_validity


def build(pages: Sequence[Listed]) -> dict[int, ListItem]:
    """One statement for the placements, one for their editions; a recalled item has no line."""
    table = "sites_inbox_placementpage"
    linked = backward_of(f"{table}.page_ptr_id", f"{table}.content_id")
    rows = PlacementPage.objects.filter(pk__in=[page.pk for page in pages]).values_list("pk", "content_id", linked)
    placements = {pk: content_id for pk, content_id, _links in rows}
    backward = {pk: read_links(links) for pk, _content_id, links in rows}
    editions = live_editions(placements.values())
    lines = {}
    for page in pages:
        edition = editions.get(placements.get(page.pk))  # type: ignore[arg-type]
        if edition is None:
            continue
        links = Links(backward=backward[page.pk])
        details = edition.body.get("details", {})
        stated = (details["validity"], details["expires_on"]) if details.get("kind") == "document" else None
        lines[page.pk] = ListItem(
            title=edition.title,
            url=site_path(page.url_path),
            date=timezone.localdate(edition.published_at),
            source=edition.source or get_site_by_schema(edition.origin).full_name,
            summary=edition.summary,
            kind=edition.kind,
            is_sample=edition.is_sample,
            is_received=True,
            relations=listed_relations(links),
            **said_validity(stated, links),
        )
    return lines
