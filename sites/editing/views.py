"""Screens of the emergency lane: what waits for its re-review, marking an item, the re-review."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from wagtail.models import Page

from network.errors import NetworkError
from network.upkeep.api import Rereview, RereviewState, find_rereview, settled_rereviews, waiting_rereviews
from sites.editing.emergency import start_emergency
from sites.editing.forms import EmergencyForm, RereviewForm
from sites.editing.lane import lane_of, lane_tasks, may_end_release, may_use_lane, missing_tasks
from sites.editing.rereviews import confirm_rereview, take_down_rereviewed

ICON = "warning"
SETTLED_SHOWN = 20


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Every emergency release that waits, the latest that were settled."""
    context = {
        "page_title": _("应急通道"),
        "header_icon": ICON,
        "lane": lane_of(request.tenant),
        "waiting": [_waiting_row(request, row) for row in waiting_rereviews(request.tenant)],
        "settled": settled_rereviews(request.tenant, SETTLED_SHOWN),
    }
    return render(request, "wagtailadmin/emergency/board.html", context)


def start(request: HttpRequest, page_id: int) -> HttpResponse:
    """Mark an item."""
    page = get_object_or_404(Page, pk=page_id).specific
    if not may_use_lane(request.user, page):
        raise Http404
    lane = lane_of(request.tenant)
    form = EmergencyForm(page, lane_tasks(), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            start_emergency(
                page,
                acting_user=request.user,
                site=request.tenant,
                reason=form.cleaned_data["reason"],
                reviewers=form.reviewers,
            )
        except NetworkError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("“%(title)s”已进入应急通道，等待指定的人审核。") % {"title": page.title})
            return redirect("wagtailadmin_pages:edit", page.pk)
    context = {
        "page_title": _("应急发布"),
        "header_icon": ICON,
        "page": page,
        "lane": lane,
        "form": form,
        "edit_url": reverse("wagtailadmin_pages:edit", args=[page.pk]),
    }
    return render(request, "wagtailadmin/emergency/start.html", context)


def rereview(request: HttpRequest, rereview_id: int) -> HttpResponse:
    """Confirm an emergency release or take it off line."""
    row = find_rereview(request.tenant, rereview_id)
    page = Page.objects.filter(pk=row.page_id).first() if row is not None else None
    if row is None or page is None or row.state != RereviewState.WAITING or not may_end_release(request.user, page):
        raise Http404
    form = RereviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        try:
            if form.is_confirmed:
                is_last = confirm_rereview(row.pk, acting_user=request.user, site=request.tenant, comment=note)
            else:
                take_down_rereviewed(row.pk, acting_user=request.user, site=request.tenant, reason=note)
                is_last = True
        except NetworkError as error:
            form.add_error("note", error.message)
        else:
            said = _("“%(title)s”已办结。") if is_last else _("“%(title)s”的本环节已补审，等待其余环节。")
            messages.success(request, said % {"title": page.title})
            return redirect("sites_editing:board")
    context = {
        "page_title": _("补审"),
        "header_icon": ICON,
        "page": page,
        "row": row,
        "missing": [task.name for task in missing_tasks(page)],
        "form": form,
    }
    return render(request, "wagtailadmin/emergency/rereview.html", context)


def _waiting_row(request: HttpRequest, row: Rereview) -> dict[str, object]:
    page = Page.objects.filter(pk=row.page_id).first()
    return {
        "row": row,
        "missing": [task.name for task in missing_tasks(page)] if page is not None else [],
        "may_act": page is not None and may_end_release(request.user, page),
    }
