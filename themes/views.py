"""Answers that belong to the frame itself: display mode, missing pages, refused pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.http import url_has_allowed_host_and_scheme

from themes.modes import COOKIE, COOKIE_SECONDS, MODES, NORMAL

HOME = "/"


def _has_site(request: HttpRequest) -> bool:
    return bool(getattr(getattr(request, "tenant", None), "full_name", ""))


def set_mode(request: HttpRequest) -> HttpResponse:
    """Keep the chosen display mode in a cookie and go back. ``next`` must be an address of this site."""
    chosen = request.GET.get("set", NORMAL)
    target = request.GET.get("next", HOME)
    if not target.startswith("/") or not url_has_allowed_host_and_scheme(
        target, allowed_hosts=None, require_https=request.is_secure()
    ):
        target = HOME
    response = HttpResponseRedirect(target)
    response["Cache-Control"] = "no-store"
    if chosen in MODES and chosen != NORMAL:
        response.set_cookie(
            COOKIE, chosen, max_age=COOKIE_SECONDS, httponly=True, samesite="Lax", secure=request.is_secure()
        )
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A missing page in the site's own frame; without a site, a neutral one that names nobody."""
    template = "public/404.html" if _has_site(request) else "public/neutral_404.html"
    return render(request, template, status=404)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A refused page in the site's own frame."""
    if not _has_site(request):
        return render(request, "public/neutral_404.html", status=404)
    return render(request, "public/403.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """A page without context: whatever failed may be what the frame needs."""
    return HttpResponse(get_template("public/500.html").render(), status=500)
