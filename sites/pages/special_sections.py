"""The public page of a special: its sections with their items, its own navigation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from wagtail.models import Page

from network.contracts import NavigationItem, Section
from sites.content.listing import list_items
from sites.content.queries import without_blocked
from sites.pages.queries import breadcrumbs
from sites.pages.serving import shown_item
from sites.pages.special import SpecialPage

PARAMETER = "section"
ON_FRONT, ON_PAGE = 6, 100
"""Items of a section beside the others; items of a section alone."""


def serve_special(request: HttpRequest, page: SpecialPage) -> HttpResponse:
    """All sections, or the one that ``?section=2`` names; 404 for one that is not there, or off line."""
    if not page.live and not getattr(request, "is_preview", False):
        raise Http404
    wanted = request.GET.get(PARAMETER)
    numbers = range(1, len(page.sections) + 1)
    if wanted is not None and (not wanted.isdecimal() or int(wanted) not in numbers):
        raise Http404
    chosen = int(wanted) if wanted else None
    shown = shown_item(page)
    base = page.get_site_path()
    sections = [
        Section(
            key=f"s{number}",
            title=child.value["title"],
            url=f"{base}?{PARAMETER}={number}",
            intro=child.value["intro"],
            items=list_items(_pages(child.value, ON_PAGE if chosen else ON_FRONT)),
        )
        for number, child in enumerate(page.sections, start=1)
        if chosen in (None, number)
    ]
    navigation = [
        NavigationItem(title=child.value["title"], url=f"{base}?{PARAMETER}={number}", is_current=number == chosen)
        for number, child in enumerate(page.sections, start=1)
    ]
    return render(
        request,
        shown.template,
        {
            "page": page,
            "article": shown.article,
            "breadcrumbs": breadcrumbs(page),
            **shown.context,
            "special": replace(shown.context["special"], sections=sections),
            "special_navigation": [NavigationItem(title=page.title, url=base, is_current=chosen is None), *navigation],
            "chosen_section": chosen,
        },
    )


def _pages(section: Mapping[str, Any], most: int) -> list[Page]:
    """The chosen items that are on line, then the newest of the column; none twice."""
    chosen_keys = [page.pk for page in section["items"] if page is not None]
    chosen = {page.pk: page for page in without_blocked(Page.objects.live().filter(pk__in=chosen_keys))}
    pages = [chosen[key] for key in dict.fromkeys(chosen_keys) if key in chosen]
    column = section["column"]
    if column is not None and column.live and len(pages) < most:
        newest = without_blocked(Page.objects.live().child_of(column).exclude(pk__in=list(chosen)))
        pages += list(newest.order_by("-first_published_at", "-id")[: most - len(pages)])
    return pages[:most]
