"""The component page of the demo."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deploy.demo.components import examples
from themes.build import TARGET

PRINT, SCREEN = "@media print", "@media all"


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Every component in every variant; ``?print=1`` shows on the screen what a printer gets."""
    response = render(request, "public/components.html", {**examples(), "is_print": request.GET.get("print") == "1"})
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def print_style(request: HttpRequest) -> HttpResponse:
    """The style sheet with what it says of paper said of the screen."""
    style = (TARGET / "site.css").read_text(encoding="utf-8").replace(PRINT, SCREEN)
    # Addresses in a style sheet are relative to its own.
    return HttpResponse(style.replace('url("', f'url("{settings.STATIC_URL}themes/'), content_type="text/css")
