"""The search page of a site."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from network.tenancy.api import current_site
from search.querying.page import search_page


@require_safe
def search_view(request: HttpRequest) -> HttpResponse:
    """Answer ``/search/?q=…`` within the visited site's frame."""
    return render(request, "public/search.html", {"search": search_page(request.GET, current_site())})
