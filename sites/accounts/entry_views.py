"""Screens of a site that is visited: the door for tickets, leaving, who was here."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from network.entry.api import TicketRefused, find_visit, visits_at
from network.errors import NotAllowed
from network.tenancy.api import absolute_url, get_site
from sites.accounts import entry
from sites.accounts.models import signed_in_person

PAGE_SIZE = 30


@csrf_exempt  # the form comes from another host; the ticket is what proves it
@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Take a ticket and open the admin, or say why not."""
    try:
        entry.enter(request, request.POST.get("ticket", ""))
    except TicketRefused as refusal:
        response = render(request, "wagtailadmin/entry/refused.html", {"refusal": refusal.message}, status=403)
    else:
        response = redirect("wagtailadmin_home")
    add_never_cache_headers(response)
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """The visitor goes back to the home site."""
    visitor = signed_in_person(request)
    if visitor.visit_id is None:
        return redirect("wagtailadmin_home")
    visit = find_visit(visitor.visit_id, site=request.tenant.slug)
    entry.leave(visitor)
    logout(request)
    home = get_site(visit.home_site) if visit else request.tenant
    return redirect(absolute_url(home, "/admin/"))


@require_GET
def visits(request: HttpRequest) -> HttpResponse:
    """Everybody who ever entered this site from above."""
    page = Paginator(visits_at(request.tenant.slug), PAGE_SIZE).get_page(request.GET.get("p"))
    return render(
        request,
        "wagtailadmin/entry/visits.html",
        {
            "page_title": _("来访记录"),
            "header_icon": "user",
            "visits": page.object_list,
            "page_obj": page,
            "may_end": may_end(request),
        },
    )


@require_POST
def end(request: HttpRequest, visit_id: int) -> HttpResponse:
    """The site's webmaster shows a visitor out."""
    if find_visit(visit_id, site=request.tenant.slug) is None:
        raise Http404
    try:
        is_ended = entry.show_out(visit_id, acting_user=request.user)
    except NotAllowed as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("来访已结束，来访人的会话即时失效。") if is_ended else _("这次来访已经结束。"))
    return redirect("wagtailadmin_home")


def may_end(request: HttpRequest) -> bool:
    """Whether the signed-in person may show visitors out."""
    person = signed_in_person(request)
    return not person.is_visitor and person.has_perm(entry.ENDS_VISITS)
