"""The Atom feed of a site, its sitemap."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed

from network.contracts import ListItem
from network.tenancy.api import Site, absolute_url
from sites.feeds.queries import newest_items, sitemap_entries

FEED_LENGTH = 50


class SiteFeed(Feed):
    """The newest items of the site that is asked, received ones included."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Site:
        return request.tenant

    def title(self, site: Site) -> str:
        return site.full_name

    def link(self, site: Site) -> str:
        return absolute_url(site, "/")

    def feed_url(self, site: Site) -> str:
        return absolute_url(site, "/feed.atom")

    def items(self, site: Site) -> list[tuple[Site, ListItem]]:
        return [(site, item) for item in newest_items(FEED_LENGTH)]

    def item_title(self, item: tuple[Site, ListItem]) -> str:
        return item[1].title

    def item_description(self, item: tuple[Site, ListItem]) -> str:
        return item[1].summary

    def item_link(self, item: tuple[Site, ListItem]) -> str:
        return absolute_url(item[0], item[1].url)

    def item_author_name(self, item: tuple[Site, ListItem]) -> str:
        return item[1].source or item[0].full_name

    def item_pubdate(self, item: tuple[Site, ListItem]) -> datetime.datetime:
        day = item[1].date or timezone.localdate()
        return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


def sitemap(request: HttpRequest) -> HttpResponse:
    """Addresses of every public page of this site, in the sitemap protocol's form."""
    entries = [
        {"location": absolute_url(request.tenant, path), "lastmod": lastmod} for path, lastmod in sitemap_entries()
    ]
    return render(request, "public/sitemap.xml", {"entries": entries}, content_type="application/xml; charset=utf-8")


def site_map(request: HttpRequest) -> HttpResponse:
    """The site map page for readers."""
    return render(request, "public/sitemap.html")
