"""The open read API of a site: its public items, one of them, what changed. Only its own host answers for it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from network.contracts import Article
from network.errors import InvalidValue
from network.open_data.api import data_answer, problem_answer, write_cursor
from network.tenancy.api import Site, absolute_url
from sites.content.base import ContentPage
from sites.content.openness import Openness
from sites.feeds.changes import EpochIsOver, changes_after, is_known, page_of
from sites.feeds.document import BASE, open_api_document
from sites.feeds.items import PublicItem, of_kind, pages_on_line, public_items, within_column
from sites.feeds.parameters import read_change_query, read_list_query
from sites.inbox.models import PlacementPage
from sites.inbox.serving import placement_article
from sites.pages.api import ColumnPage
from sites.pages.serving import shown_item

View = Callable[..., HttpResponseBase]


def for_programs(view: View) -> View:
    """GET and HEAD only; a wrong value becomes an answer that a program can read."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except InvalidValue as error:
            return problem_answer(400, error.code, error.message)

    return require_safe(wrapper)


@for_programs
def service(request: HttpRequest) -> HttpResponseBase:
    """What the API offers, with addresses."""
    site: Site = request.tenant
    told = {
        "title": _("%(name)s开放数据接口") % {"name": site.full_name},
        "site": {"slug": site.slug, "name": site.full_name, "site_code": site.site_code or "", "level": site.level},
        "documentation": _url(site, "openapi.json"),
        "items": _url(site, "items/"),
        "columns": _url(site, "columns/"),
        "changes": _url(site, "changes/"),
        "feeds": {"atom": absolute_url(site, "/feed.atom"), "json": absolute_url(site, "/feed.json")},
        "group": _url(site, "group/openapi.json") if site.is_hub else None,
    }
    return data_answer(request, told)


@for_programs
def document(request: HttpRequest) -> HttpResponseBase:
    """The OpenAPI document of this site's API."""
    return data_answer(request, open_api_document(request.tenant))


@for_programs
def columns(request: HttpRequest) -> HttpResponseBase:
    """The columns on line, each with its feeds."""
    site: Site = request.tenant
    rows = ColumnPage.objects.live().order_by("path")
    told = [
        {
            "key": column.key,
            "title": column.title,
            "parent": column.parent_key or None,
            "type": column.column_type,
            "url": absolute_url(site, column.get_site_path()),
            "feeds": {
                "atom": absolute_url(site, f"/feeds/{column.key}.atom"),
                "json": absolute_url(site, f"/feeds/{column.key}.json"),
            },
        }
        for column in rows
    ]
    return data_answer(request, {"columns": told})


@for_programs
def items(request: HttpRequest) -> HttpResponseBase:
    """Items on line, newest first; ``next`` leads on, so that items published meanwhile shift nothing."""
    site: Site = request.tenant
    query = read_list_query(request.GET)
    pages = pages_on_line()
    if query.column:
        try:
            pages = pages.filter(within_column(query.column))
        except LookupError as error:
            raise InvalidValue(_("本站没有栏目“%(key)s”，栏目见 columns。") % {"key": query.column}) from error
    if query.kind:
        pages = pages.filter(of_kind(query.kind))
    if query.updated_since:
        pages = pages.filter(last_published_at__gte=query.updated_since)
    if query.after:
        moment, key = query.after
        pages = pages.filter(Q(first_published_at__lt=moment) | Q(first_published_at=moment, pk__lt=key))
    rows = list(pages[: query.limit + 1])
    shown = rows[: query.limit]
    told: dict[str, Any] = {"items": [_summary(site, item) for item in public_items(shown)], "next": None}
    if len(rows) > query.limit:
        given = request.GET.copy()
        given["cursor"] = write_cursor(shown[-1].first_published_at.isoformat(), shown[-1].pk)
        told["next"] = _url(site, f"items/?{given.urlencode()}")
    return data_answer(request, told)


@for_programs
def item(request: HttpRequest, content_id: uuid.UUID) -> HttpResponseBase:
    """One item with its text and files; 410 for one that was on line and is no more, 404 for one that never was."""
    site: Site = request.tenant
    page = page_of(content_id)
    found = public_items([page]) if page is not None else []
    if page is None or not found:
        if is_known(content_id):
            return problem_answer(410, "open.withdrawn", _("这件信息已撤下。"))
        return problem_answer(404, "open.unknown", _("本站没有这件信息。"))
    specific = page.specific
    article = placement_article(specific) if isinstance(specific, PlacementPage) else shown_item(specific).article
    return data_answer(request, {**_summary(site, found[0]), **_whole(site, article, specific)})


@for_programs
def changes(request: HttpRequest) -> HttpResponseBase:
    """What changed after a place, in order; 410 when the site was restored since and a reader must start again."""
    site: Site = request.tenant
    query = read_change_query(request.GET)
    try:
        page = changes_after(query)
    except EpochIsOver:
        return problem_answer(410, "open.start_again", _("本站数据恢复过，请不带 cursor 从头读取。"))
    cursor = write_cursor(page.epoch, page.change)
    told = {
        "changes": [
            {
                "id": entry.content_id.urn,
                "status": "published" if entry.item else "withdrawn",
                "at": entry.at.isoformat(),
                "item": _summary(site, entry.item) if entry.item else None,
            }
            for entry in page.entries
        ],
        "cursor": cursor,
        "next": _url(site, f"changes/?limit={query.limit}&cursor={cursor}"),
        "is_last": page.is_last,
    }
    # A change may be told later than it moved the name under which the site's pages are kept.
    return data_answer(request, told, is_of_site=False)


def _url(site: Site, path: str) -> str:
    return absolute_url(site, f"{BASE}{path}")


def _summary(site: Site, item: PublicItem) -> dict[str, Any]:
    line = item.line
    return {
        "id": item.content_id.urn,
        "title": line.title,
        "url": absolute_url(site, line.url),
        "api_url": _url(site, f"items/{item.content_id}/"),
        "kind": line.kind,
        "column": item.column,
        "summary": line.summary,
        "source": line.source or site.full_name,
        "index_number": item.index_number,
        "published_at": item.published_at.isoformat(),
        "updated_at": item.updated_at.isoformat(),
        "is_received": line.is_received,
        "is_sample": line.is_sample,
    }


def _whole(site: Site, article: Article, page: Any) -> dict[str, Any]:
    return {
        "html": _absolute_links(site, str(article.body_html)),
        "facts": [{"label": label, "value": value} for label, value in article.facts],
        "keywords": list(article.keywords),
        "author": article.author,
        "openness": page.openness if isinstance(page, ContentPage) else Openness.OPEN.value,
        "department": page.department if isinstance(page, ContentPage) else "",
        "attachments": [
            {
                "title": file.title,
                "url": absolute_url(site, file.url),
                "kind": file.kind,
                "size": file.size,
                "sha256": file.sha256,
            }
            for file in article.attachments
        ],
    }


def _absolute_links(site: Site, html: str) -> str:
    """Addresses of this site in a text, as somebody elsewhere can follow them."""
    base = absolute_url(site, "")
    return html.replace('href="/', f'href="{base}/').replace('src="/', f'src="{base}/')
