"""The public page of a local item."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from network.contracts import Article
from network.numbering.api import index_number
from network.tenancy.api import current_site
from sites.content.base import ContentPage
from sites.content.neutral import NeutralWriter
from sites.content.rendering import BodyRenderer
from sites.content.withdrawal import withdrawn_notice
from sites.disclosure.facts import catalogue_facts
from sites.editing.api import sample_page_ids
from sites.inbox.api import link_addresses
from sites.pages.kinds import kind_label
from sites.pages.linking import Links, links_from, links_to
from sites.pages.looking_up import look_up
from sites.pages.presenting import Shown, blocks_of, present
from sites.pages.queries import breadcrumbs
from sites.pages.tables import table_answer


def shown_item(page: ContentPage) -> Shown:
    """A local item as its page shows it, drafts included (preview)."""
    writer = NeutralWriter()
    body = writer.body(page.body)
    details = page.details(writer)
    renderer = BodyRenderer(writer.files, link_addresses(body))
    article = Article(
        title=page.title,
        url=page.get_site_path(),
        body_html=renderer.html({"blocks": [*body["blocks"], *blocks_of(details)]}),
        published_at=page.first_published_at or page.latest_revision_created_at,
        source=page.source or current_site().full_name,
        kind=page.kind_key,
        kind_label=kind_label(page.kind_key),
        summary=page.summary,
        author=page.author,
        keywords=page.keywords.split(),
        facts=[*page.body_facts, *catalogue_facts(page)],
        attachments=renderer.attachments(body),
        is_sample=bool(page.pk and sample_page_ids([page.pk])),
        index_number=index_number(page.translation_key),
        content_id=page.translation_key,
    )
    return present(article, details, links=_links(page), files=writer.files)


def _links(page: ContentPage) -> Links:
    """A type is linked to when it may be chosen, links on when it has a stream of links."""
    from sites.pages.models import ArticlePage, InterpretationPage, LawPage  # these are shown through this module

    backward = links_to(page.pk, page.translation_key) if page.pk and isinstance(page, (ArticlePage, LawPage)) else []
    forward = []
    if isinstance(page, LawPage):
        forward = links_from(page.relations)
    elif isinstance(page, InterpretationPage):
        forward = links_from(page.documents)
    return Links(forward=forward, backward=backward)


def serve_content(request: HttpRequest, page: ContentPage) -> HttpResponse:
    """The item's page; the notice when it was recalled. A preview shows a draft, too."""
    if not page.live and not getattr(request, "is_preview", False):
        return withdrawn_notice(request, page.translation_key)
    shown = shown_item(page)
    file = table_answer(request, shown.tables)
    return file or render(
        request,
        shown.template,
        {
            "page": page,
            "article": shown.article,
            "breadcrumbs": breadcrumbs(page),
            **shown.context,
            **looked_up(request, page.kind_key, shown),
        },
    )


def looked_up(request: HttpRequest, kind: str, shown: Shown) -> dict[str, Any]:
    """What a register shows of the records that a reader looks up; nothing for other kinds."""
    if kind != "register" or not shown.tables:
        return {}
    found = look_up(request, shown.tables[0].rows, shown.article.url)
    (table,) = shown.context["tables"]
    return {"lookup": found, "tables": [{**table, "rows": found.rows}]}
