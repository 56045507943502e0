"""The public page of a received item."""

from __future__ import annotations

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
from sites.pages.api import breadcrumbs, kind_label


def serve_placement(request: HttpRequest, page: PlacementPage) -> HttpResponse:
    """The edition in the site's own frame; 410 with the notice when it was recalled."""
    edition = live_editions([page.content_id]).get(page.content_id)
    if edition is None:
        return withdrawn_notice(request, page.content_id)
    if not page.live:
        raise Http404
    return render(
        request,
        "public/article.html",
        {
            "page": page,
            "article": edition_article(edition, path=page.get_site_path(), local_note=page.local_note),
            "breadcrumbs": breadcrumbs(page),
        },
    )


def edition_article(edition: Edition, *, path: str, local_note: str = "") -> Article:
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
    renderer = BodyRenderer({entry["sha256"]: entry for entry in edition.files}, link_addresses(edition.body))
    facts = edition.body.get("facts", [])
    return Article(
        title=edition.title,
        url=path,
        body_html=renderer.html(edition.body),
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
        content_id=edition.content_id,
        version=edition.version,
    )
