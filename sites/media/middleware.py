"""The net under every upload of staff: what no form of ours scans is scanned before its view sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from network.errors import InvalidValue
from sites.media.formats import name_of
from sites.media.scanning import verdict_on

SCANNED_BY_THEIR_FORMS = frozenset(
    {
        "wagtaildocs",
        "wagtaildocs_chooser",
        "wagtailimages",
        "wagtailimages_chooser",
        "wagtailadmin_pages",
        "sites_importing",
        "network_transfers",
    }
)
"""Namespaces whose forms say beside the field what was wrong, or whose worker scans a whole archive."""

MULTIPART = "multipart/form-data"


class UploadMiddleware:
    """Refuses a request of a signed-in person with a file that may not come in; nothing of it was stored."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if request.content_type != MULTIPART or not request.user.is_authenticated:
            return None
        match = request.resolver_match
        if match is not None and SCANNED_BY_THEIR_FORMS & set(match.namespaces):
            return None
        for name in request.FILES:
            for upload in request.FILES.getlist(name):
                try:
                    verdict_on(upload, name=name_of(upload))
                except InvalidValue as error:
                    return render(request, "wagtailadmin/refused.html", {"refusal": error.message}, status=422)
        return None
