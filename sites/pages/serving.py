"""The public page of a local item."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from network.contracts import Article
from network.tenancy.api import current_site
from sites.content.base import ContentPage
from sites.content.neutral import NeutralWriter
from sites.content.rendering import BodyRenderer
from sites.content.withdrawal import withdrawn_notice
from sites.editing.api import sample_page_ids
from sites.inbox.api import link_addresses
from sites.pages.kinds import kind_label
from sites.pages.queries import breadcrumbs


def local_article(page: ContentPage) -> Article:
    """A local item as the article page shows it, drafts included (preview)."""
    writer = NeutralWriter()
    body = writer.body(page.body)
    renderer = BodyRenderer(writer.files, link_addresses(body))
    return Article(
        title=page.title,
        url=page.get_site_path(),
        body_html=renderer.html(body),
        published_at=page.first_published_at or page.latest_revision_created_at,
        source=page.source or current_site().full_name,
        kind=page.kind_key,
        kind_label=kind_label(page.kind_key),
        summary=page.summary,
        author=page.author,
        keywords=page.keywords.split(),
        facts=page.body_facts,
        attachments=renderer.attachments(body),
        is_sample=bool(page.pk and sample_page_ids([page.pk])),
        content_id=page.translation_key,
    )


def serve_content(request: HttpRequest, page: ContentPage) -> HttpResponse:
    """The article page; the notice when the item was recalled. A preview shows a draft, too."""
    if not page.live and not getattr(request, "is_preview", False):
        return withdrawn_notice(request, page.translation_key)
    return render(
        request,
        "public/article.html",
        {"page": page, "article": local_article(page), "breadcrumbs": breadcrumbs(page)},
    )
