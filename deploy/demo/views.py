"""The component page of the demo."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deploy.demo.components import examples


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Every component in every variant; ``?print=1`` shows on the screen what a printer gets."""
    response = render(request, "public/components.html", {**examples(), "is_print": request.GET.get("print") == "1"})
    response["X-Robots-Tag"] = "noindex"
    return response
