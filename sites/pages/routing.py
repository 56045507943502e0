"""Address to page: stored paths are looked up whole, where Wagtail goes down the tree in two statements a step."""

from __future__ import annotations

from django.db.models import Exists
from django.http import Http404, HttpRequest, HttpResponse
from wagtail.models import Page, PageViewRestriction
from wagtail.url_routing import RouteResult
from wagtail.views import serve

from sites.content.queries import HOME
from sites.pages.home import HomePage


def serve_page(request: HttpRequest, path: str) -> HttpResponse:
    """Wagtail's own view with the route found beforehand; every hook of serving still runs."""
    request._wagtail_route_for_request = find_route(request, path)
    return serve(request, path)


def find_route(request: HttpRequest, path: str) -> RouteResult | None:
    """The page at a path below the home page, asked whether it answers here; None when there is none."""
    # The slug is what the database has an index of.
    slug = path.rstrip("/").rpartition("/")[2]
    model, found_by = (Page, {"slug": slug}) if path else (HomePage, {})
    any_restriction = Exists(PageViewRestriction.objects.all())
    found = model.objects.filter(url_path=f"{HOME}/{path}", **found_by).annotate(restricts=any_restriction).first()
    if found is None:
        return None
    page = found.specific
    page.is_site_restricting = found.restricts
    try:
        route: RouteResult | None = page.route(request, [])
    except Http404:
        return None
    return route
