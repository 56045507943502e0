"""The home page of a site."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from wagtail.admin.panels import FieldPanel

from sites.content.base import SitePage
from sites.pages import queries

HEADLINE_COUNT = 6
SECTION_ITEMS = 10


class HomePage(SitePage):
    """One per site; what it shows comes from the columns."""

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["sites_pages.ColumnPage"]
    content_panels = [FieldPanel("title")]
    promote_panels: list[Any] = []
    settings_panels: list[Any] = []

    is_receiving = True
    """False where the statement that found the page saw that the site holds no received item."""

    class Meta:
        verbose_name = "首页"
        verbose_name_plural = "首页"

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        sections, statistic = queries.home_sections(per_section=SECTION_ITEMS, is_receiving=self.is_receiving)
        return render(
            request,
            "public/home.html",
            {
                "page": self,
                "sections": sections,
                "headlines": queries.headlines(sections, HEADLINE_COUNT),
                "notices": sections["tzgg"].items if "tzgg" in sections else [],
                "statistic": statistic,
            },
        )
