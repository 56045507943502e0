"""Screens of upkeep for the level above: the board over its sites, one site, its requests."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from network.boards.api import ColumnDue, column_dues, summaries
from network.errors import NetworkError
from network.tenancy.api import Site, get_site, network_manager_required
from network.upkeep.actions import decide_exemption, end_exemption
from network.upkeep.forms import DecideForm, EndForm
from network.upkeep.models import Exemption, ExemptionState
from network.upkeep.queries import (
    BoardRow,
    duty_board,
    exemptions_of,
    find_exemption,
    settled_rereviews,
    sites_below,
    waiting_rereviews,
)

REREVIEWS_SHOWN = 20
ICON = "time"


@require_GET
@network_manager_required
def board(request: HttpRequest) -> HttpResponse:
    """Every site below with what it owes, the requests that wait."""
    held, zone = duty_board(request.tenant), timezone.get_current_timezone()
    context = {
        "page_title": _("下级值守"),
        "header_icon": ICON,
        "board": held,
        "rows": [_shown(row, zone) for row in held.rows],
        "asked": [_exemption_row(row) for row in held.requests],
        "late": [{"row": row, "watched": get_site(row.site)} for row in held.late_releases],
    }
    return render(request, "console/upkeep/board.html", context)


@require_GET
@network_manager_required
def site_columns(request: HttpRequest, slug: str) -> HttpResponse:
    """What each column of one site below owes."""
    site = _site_below(request.tenant, slug)
    today = timezone.localdate()
    context = {
        "page_title": site.short_name,
        "header_icon": ICON,
        "watched": site,
        "dues": [_due_row(due, today) for due in column_dues(site.slug)],
        "summary": summaries().get(site.slug),
        "exemptions": exemptions_of(site),
        "rereviews": [*waiting_rereviews(site), *settled_rereviews(site, REREVIEWS_SHOWN)],
    }
    return render(request, "console/upkeep/site.html", context)


@network_manager_required
def decide(request: HttpRequest, exemption_id: int) -> HttpResponse:
    """Answer a request."""
    row = _exemption_below(request.tenant, exemption_id, ExemptionState.ASKED)
    form = DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            decide_exemption(
                row.pk,
                acting_user=request.user,
                authority=request.tenant,
                is_granted=form.is_granted,
                answer=form.cleaned_data["answer"],
            )
        except NetworkError as error:
            form.add_error("answer", error.message)
        else:
            messages.success(request, _("已答复“%(column)s”的申请。") % {"column": row.column_title})
            return redirect("network_upkeep:board")
    context = {"page_title": _("答复不定期更新的申请"), "header_icon": ICON, "form": form, **_exemption_row(row)}
    return render(request, "console/upkeep/decide.html", context)


@network_manager_required
def end(request: HttpRequest, exemption_id: int) -> HttpResponse:
    """Take an exemption back."""
    row = _exemption_below(request.tenant, exemption_id, ExemptionState.GRANTED)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            end_exemption(
                row.pk, acting_user=request.user, authority=request.tenant, reason=form.cleaned_data["reason"]
            )
        except NetworkError as error:
            form.add_error("reason", error.message)
        else:
            messages.success(request, _("“%(column)s”恢复按时限更新。") % {"column": row.column_title})
            return redirect("network_upkeep:site", slug=row.site)
    context = {"page_title": _("收回不定期更新"), "header_icon": ICON, "form": form, **_exemption_row(row)}
    return render(request, "console/upkeep/end.html", context)


def _site_below(authority: Site, slug: str) -> Site:
    """A site that this one watches; another one is as if it did not exist."""
    site = next((other for other in sites_below(authority) if other.slug == slug), None)
    if site is None:
        raise Http404
    return site


def _exemption_below(authority: Site, exemption_id: int, state: str) -> Exemption:
    row = find_exemption(exemption_id)
    if row is None or row.state != state:
        raise Http404
    _site_below(authority, row.site)
    return row


def _exemption_row(row: Exemption) -> dict[str, Any]:
    return {"exemption": row, "watched": get_site(row.site)}


def _shown(row: BoardRow, zone: datetime.tzinfo) -> dict[str, Any]:
    """The row as plain values, by which its text is remembered; the time is that of the reader's clock."""
    site, owed, load = row.site, row.owed, row.load
    shown: dict[str, Any] = {
        "slug": site.slug,
        "name": site.short_name,
        "is_counted": load is not None,
        "overdue": owed.overdue,
        "soon": owed.soon,
        "blank": owed.blank,
        "next_due_on": owed.next_due_on,
        "rereviews": row.rereviews,
        "late": row.late,
    }
    if load is not None:
        counted_at = load.updated_at.astimezone(zone).replace(tzinfo=None)
        shown |= {**load._asdict(), "updated_at": counted_at}
    return shown


def _due_row(due: ColumnDue, today: Any) -> dict[str, Any]:
    left = (due.due_on - today).days
    state = "overdue" if left < 0 else "soon" if due.alarm_on <= today else "fine"
    return {"due": due, "left": left, "past": -left, "state": state}
