"""A column: the only place items live in. Pages stay at three levels: home, column, item.

Source: 工商办字〔2011〕19号 六.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from network.contracts import ColumnFacts
from sites.content.base import SitePage
from sites.pages import queries
from sites.pages.column_form import ColumnForm
from sites.pages.faces import face_of

PAGE_SIZE = 20


class ColumnPage(SitePage):
    """A column with its type and clock. ``parent_key`` names the column it is grouped under in navigation."""

    key = models.SlugField(_("栏目键"), max_length=40, db_index=True)
    parent_key = models.SlugField(_("所属栏目"), max_length=40, blank=True)
    column_type = models.CharField(_("栏目类型"), max_length=40, blank=True)
    user_type = models.CharField(_("面向对象"), max_length=40, blank=True)
    description = models.CharField(_("栏目说明"), max_length=300, blank=True)
    keywords = models.CharField(_("关键词"), max_length=200, blank=True)
    clock_key = models.CharField(_("更新时限规则"), max_length=40, blank=True)

    base_form_class = ColumnForm
    parent_page_types = ["sites_pages.HomePage"]
    content_panels = [
        FieldPanel("title"),
        FieldPanel("description"),
        FieldPanel("keywords"),
        FieldPanel("column_type"),
        FieldPanel("user_type"),
        FieldPanel("clock_key"),
        FieldPanel("key"),
        FieldPanel("parent_key"),
    ]
    settings_panels: list[Any] = []

    class Meta:
        verbose_name = _("栏目")
        verbose_name_plural = _("栏目")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        number = request.GET.get("page", "1")
        items, pagination = queries.column_items(self, number, PAGE_SIZE)
        if number != str(pagination.number):
            raise Http404  # one address for each page of the list, none beyond
        face = face_of(self)
        return render(
            request,
            face.template,
            {
                **face.context,
                "page": pagination,
                "column": ColumnFacts(
                    title=self.title,
                    url=self.get_site_path(),
                    description=self.description,
                    kind=self.column_type,
                ),
                "column_keywords": self.keywords,
                "children": queries.child_columns(self),
                "items": face.listed(items),
                "breadcrumbs": queries.breadcrumbs(self),
            },
        )
