"""The notice before a reader leaves the government's sites."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from network.errors import InvalidValue
from network.tenancy.api import current_site
from sites.content.leaving import signed_target


@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """Name the target and let the reader decide; 400 for a target that this site did not sign."""
    try:
        target = signed_target(current_site(), request.GET.get("to", ""), request.GET.get("sign", ""))
    except InvalidValue:
        response = render(request, "public/leave.html", {"target": None}, status=400)
    else:
        response = render(request, "public/leave.html", {"target": target})
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response
