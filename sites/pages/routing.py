"""Address to page: stored paths are looked up whole, where Wagtail goes down the tree in two statements a step."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Exists
from django.http import Http404, HttpRequest, HttpResponse
from wagtail.models import Page, PageViewRestriction
from wagtail.url_routing import RouteResult
from wagtail.views import serve

from network.compiled import Compiled
from sites.content.queries import HOME
from sites.inbox.api import any_received
from sites.pages.home import HomePage
from sites.pages.queries import columns_beside, keep_columns

_PATH, _SLUG, _NO_PAGE = "\0path", "\0slug", -1
"""Stand in compiled statements for an address, its last part, the number of a page."""


def serve_page(request: HttpRequest, path: str) -> HttpResponse:
    """Wagtail's own view with the route found beforehand; every hook of serving still runs."""
    request._wagtail_route_for_request = find_route(request, path)
    return serve(request, path)


def find_route(request: HttpRequest, path: str) -> RouteResult | None:
    """The page at a path below the home page, asked whether it answers here; None when there is none."""
    page = _item_at(path) if path else _home_page()
    if page is None:
        return None
    try:
        route: RouteResult | None = page.route(request, [])
    except Http404:
        return None
    return route


def _columns_of(model: type[Page]) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.concrete_fields)


HOME_PAGE = Compiled(
    lambda: HomePage.objects.filter(url_path=_PATH).values_list(
        Exists(PageViewRestriction.objects.all()), any_received(), columns_beside(), *_columns_of(HomePage)
    ),
    is_planned=True,
)
# The slug is what the database has an index of.
ITEM = Compiled(
    lambda: Page.objects.filter(url_path=_PATH, slug=_SLUG).values_list(
        Exists(PageViewRestriction.objects.all()), columns_beside(), "content_type_id", "pk"
    ),
    is_planned=True,
)


def _home_page() -> Page | None:
    for is_restricting, is_receiving, columns, *values in HOME_PAGE.rows({_PATH: f"{HOME}/"}):
        page = HomePage.from_db(connection.alias, _columns_of(HomePage), values)
        page.is_site_restricting, page.is_receiving = is_restricting, is_receiving
        keep_columns(columns)
        return page
    return None


def _item_at(path: str) -> Page | None:
    slug = path.rstrip("/").rpartition("/")[2]
    for is_restricting, columns, content_type_id, pk in ITEM.rows({_PATH: f"{HOME}/{path}", _SLUG: slug}):
        keep_columns(columns)
        model: type[Page] = ContentType.objects.get_for_id(content_type_id).model_class() or Page
        for values in _whole_row(model).rows({_NO_PAGE: pk}):  # type: ignore[arg-type]  # the class is the key
            page: Page = model.from_db(connection.alias, _columns_of(model), values)
            page.is_site_restricting = is_restricting
            return page
    return None


@cache
def _whole_row(model: Any) -> Compiled:
    return Compiled(lambda: model._default_manager.filter(pk=_NO_PAGE).values_list(*_columns_of(model)))
