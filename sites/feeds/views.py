"""Feeds of a site and of its columns, its sitemap."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from network.open_data.api import FEED_FORMS, FeedEntry, FeedFacts, data_answer
from network.tenancy.api import Site, absolute_url
from sites.feeds.items import PublicItem, column_on_line, pages_on_line, public_items, within_column
from sites.feeds.queries import sitemap_entries

FEED_LENGTH = 50


@require_safe
def site_feed(request: HttpRequest, form: str) -> HttpResponseBase:
    """The newest items of the site that is asked, received ones included."""
    site: Site = request.tenant
    facts = FeedFacts(title=site.full_name, url=absolute_url(site, "/"), feed_url=absolute_url(site, f"/feed.{form}"))
    entries = [_entry(site, item) for item in public_items(pages_on_line()[:FEED_LENGTH])]
    return data_answer(request, *FEED_FORMS[form](facts, entries))


@require_safe
def column_feed(request: HttpRequest, key: str, form: str) -> HttpResponseBase:
    """The newest items of a column with those of the columns grouped under it."""
    site: Site = request.tenant
    try:
        column = column_on_line(key)
        pages = pages_on_line().filter(within_column(key))[:FEED_LENGTH]
    except LookupError as error:
        raise Http404 from error
    facts = FeedFacts(
        title=_("%(column)s - %(site)s") % {"column": column.title, "site": site.full_name},
        url=absolute_url(site, column.get_site_path()),
        feed_url=absolute_url(site, f"/feeds/{key}.{form}"),
        description=column.description,
    )
    return data_answer(request, *FEED_FORMS[form](facts, [_entry(site, item) for item in public_items(pages)]))


def _entry(site: Site, item: PublicItem) -> FeedEntry:
    return FeedEntry(
        content_id=item.content_id,
        title=item.line.title,
        url=absolute_url(site, item.line.url),
        published_at=item.published_at,
        updated_at=item.updated_at,
        author=item.line.source or site.full_name,
        summary=item.line.summary,
        tags=[item.line.kind, item.column],
    )


def sitemap(request: HttpRequest) -> HttpResponse:
    """Addresses of every public page of this site, in the sitemap protocol's form."""
    entries = [
        {"location": absolute_url(request.tenant, path), "lastmod": lastmod} for path, lastmod in sitemap_entries()
    ]
    return render(request, "public/sitemap.xml", {"entries": entries}, content_type="application/xml; charset=utf-8")


def site_map(request: HttpRequest) -> HttpResponse:
    """The site map page for readers."""
    return render(request, "public/sitemap.html")
