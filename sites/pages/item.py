"""The ground of the types of items that people of a site write."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from sites.content.base import ContentPage
from sites.content.forms import ContentPageForm


class ItemPage(ContentPage):
    """One item, written in the editing form of reviewed items, shown on a page of its own."""

    base_form_class = ContentPageForm

    class Meta:
        abstract = True

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        from sites.pages.serving import serve_content  # serving knows every page type

        return serve_content(request, self)
