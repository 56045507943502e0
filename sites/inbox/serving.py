"""The public page of a received item."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from network.blocks.api import is_blocked
from network.contracts import Article
from network.syndication.api import Edition, live_editions, presence
from network.tenancy.api import absolute_url, get_site_by_schema
from sites.content.rendering import BodyRenderer
from sites.content.withdrawal import withdrawn_notice
from sites.inbox.models import PlacementPage
from sites.inbox.queries import link_addresses
from sites.pages.api import Link, Links, blocks_of, breadcrumbs, kind_label, links_to, looked_up, present, table_answer


def serve_placement(request: HttpRequest, page: PlacementPage) -> HttpResponse:
    """The edition in the site's own frame; 410 with the notice when it was recalled."""
    edition = live_editions([page.content_id]).get(page.content_id)
    if edition is None:
        return withdrawn_notice(request, page.content_id)
    if not page.live:
        raise Http404
    details = edition.body.get("details", {})
    addresses = link_addresses(edition.body)
    article = edition_article(edition, addresses=addresses, path=page.get_site_path(), local_note=page.local_note)
    links = Links(
        forward=[
            Link(kind=link["type"], title=link["title"], url=address)
            for link in details.get("links", [])
            if (address := addresses.get(link["uid"]) or _at_origin(edition, link["path"]))
        ],
        backward=links_to(page.pk, page.content_id),
    )
    shown = present(article, details, links=links, files={entry["sha256"]: entry for entry in edition.files})
    file = table_answer(request, shown.tables)
    return file or render(
        request,
        shown.template,
        {
            "page": page,
            "article": shown.article,
            "breadcrumbs": breadcrumbs(page),
            **shown.context,
            **looked_up(request, edition.kind, shown),
        },
    )


def _at_origin(edition: Edition, path: str) -> str:
    """Address at the origin of an item that this site does not hold; empty where it is stopped from above."""
    origin = get_site_by_schema(edition.origin)
    return absolute_url(origin, path) if path and not is_blocked(origin, path) else ""


def placement_article(page: PlacementPage) -> Article:
    """A received item that is on line as the article page shows it. Raises LookupError when it was recalled."""
    edition = live_editions([page.content_id]).get(page.content_id)
    if edition is None:
        raise LookupError(f"The item of page {page.pk} was recalled.")
    addresses = link_addresses(edition.body)
    return edition_article(edition, addresses=addresses, path=page.get_site_path(), local_note=page.local_note)


def edition_article(edition: Edition, *, addresses: Mapping[str, str], path: str, local_note: str = "") -> Article:
    """An edition as the article page shows it on the site whose schema is in use."""
    origin = get_site_by_schema(edition.origin)
    origin_path = next(
        (
            place.path
            for place in presence([edition.content_id])[edition.content_id]
            if place.schema_name == edition.origin
        ),
        "/",
    )
    renderer = BodyRenderer({entry["sha256"]: entry for entry in edition.files}, addresses)
    details = edition.body.get("details", {})
    facts = edition.body.get("facts", [])
    return Article(
        title=edition.title,
        url=path,
        body_html=renderer.html({"blocks": [*edition.body["blocks"], *blocks_of(details)]}),
        published_at=edition.published_at,
        source=edition.source or origin.full_name,
        kind=edition.kind,
        kind_label=kind_label(edition.kind),
        summary=edition.summary,
        author=edition.body.get("author", ""),
        keywords=edition.body.get("keywords", "").split(),
        facts=[(label, value) for label, value in facts],
        attachments=renderer.attachments(edition.body),
        is_sample=edition.is_sample,
        origin_name=origin.full_name,
        origin_url="" if is_blocked(origin, origin_path) else absolute_url(origin, origin_path),
        local_note=local_note,
        index_number=edition.body.get("index_number", ""),
        content_id=edition.content_id,
        version=edition.version,
    )
