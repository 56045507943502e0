"""Screens of one-time entry for the network manager: which site, what for, then the ticket."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from network.entry.actions import SHUT_STATES, IssuedTicket, issue_ticket
from network.entry.forms import PurposeForm
from network.entry.limits import TICKET_LIFE
from network.entry.queries import visits_from
from network.errors import NetworkError
from network.tenancy.api import Site, absolute_url, get_site, is_within, network_manager_required, subtree

DOOR = "/admin/entry/"
VISITS_SHOWN = 10


@require_GET
@network_manager_required
def index(request: HttpRequest) -> HttpResponse:
    """The sites that may be entered, the latest visits made from here."""
    words = request.GET.get("q", "").strip()
    sites = [
        site
        for site in subtree(request.tenant)
        if site.pk != request.tenant.pk
        and site.state not in SHUT_STATES
        and (not words or words in site.full_name or words in site.short_name or words == site.slug)
    ]
    visits = list(visits_from(request.tenant.slug)[:VISITS_SHOWN])
    for visit in visits:
        visit.site_name = get_site(visit.site).short_name
    return render(
        request,
        "console/entry/index.html",
        {"page_title": _("进入站点"), "header_icon": "login", "sites": sites, "words": words, "visits": visits},
    )


@network_manager_required
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for the purpose, then hand over the ticket as a form that posts it to the site's own host."""
    site = _find_site(slug)
    is_below = site.pk != request.tenant.pk and is_within(request.tenant, site)
    form = PurposeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ticket = issue_ticket(
                acting_user=request.user, home=request.tenant, site=site, purpose=form.cleaned_data["purpose"]
            )
        except NetworkError as error:
            form.add_error("purpose", error.message)
        else:
            return _handed_over(request, ticket)
    if not is_below:
        # After the refusal was written down: what is outside the subtree is as if it did not exist.
        raise Http404
    return render(
        request,
        "console/entry/ask.html",
        {
            "page_title": _("进入“%(site)s”") % {"site": site.short_name},
            "header_icon": "login",
            "site": site,
            "form": form,
        },
    )


def _handed_over(request: HttpRequest, ticket: IssuedTicket) -> HttpResponse:
    """The page that carries the ticket is kept by nobody, named to nobody, sends its form nowhere else."""
    door = absolute_url(ticket.site, DOOR)
    response = render(
        request,
        "console/entry/ticket.html",
        {
            "page_title": _("进入“%(site)s”") % {"site": ticket.site.short_name},
            "header_icon": "login",
            "ticket": ticket,
            "door": door,
            "seconds": int(TICKET_LIFE.total_seconds()),
        },
    )
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(door))
    add_never_cache_headers(response)
    response["Referrer-Policy"] = "no-referrer"
    response["Content-Security-Policy"] = f"form-action 'self' {origin}; base-uri 'none'; frame-ancestors 'none'"
    return response


def _find_site(slug: str) -> Site:
    try:
        return get_site(slug)
    except LookupError as error:
        raise Http404 from error
