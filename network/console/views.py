"""Screens of the network manager: travelling items, dispatch, the delivery board, recall."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from network.console.forms import DispatchForm, RecallForm
from network.console.queries import board_context, travelling_items
from network.errors import NetworkError
from network.events import edition_sources
from network.syndication.api import (
    delivery_board,
    dispatch_item,
    recall_item,
    resolve_audience,
)
from network.tenancy.api import network_manager_required

PAGE_SIZE = 50


@require_GET
@network_manager_required
def items(request: HttpRequest) -> HttpResponse:
    """The items this site sent, newest first."""
    paginator = Paginator(travelling_items(request.tenant), PAGE_SIZE)
    page = paginator.get_page(request.GET.get("p"))
    return render(
        request, "console/items.html", {"items": page.object_list, "page_obj": page, "page_title": _("下发信息")}
    )


@network_manager_required
def dispatch(request: HttpRequest, page_id: int) -> HttpResponse:
    """Choose the audience of a live page, see how many sites that means, send."""
    source = edition_sources.get("page")
    form = DispatchForm(request.POST or None, sender=request.tenant)
    counts = None
    try:
        content, approval = source(page_id)
        if request.method == "POST" and form.is_valid():
            sites = resolve_audience(form.audience(), sender=request.tenant)
            counts = {"sites": len(sites)}
            if "confirm" in request.POST:
                result = dispatch_item(
                    content,
                    acting_user=request.user,
                    origin=request.tenant,
                    audience=form.audience(),
                    approval=approval,
                    mode=form.cleaned_data["mode"],
                )
                messages.success(
                    request,
                    _("已向 %(count)s 个站点下发第 %(version)s 版。")
                    % {"count": result.site_count, "version": result.version},
                )
                return redirect("network_console:board", content_id=content.content_id)
    except LookupError as error:
        raise Http404 from error
    except NetworkError as error:
        messages.error(request, error.message)
        return redirect("network_console:items")
    return render(
        request,
        "console/dispatch.html",
        {
            "form": form,
            "page_title": _("下发到子站"),
            "item_title": content.title,
            "counts": counts,
            "page_id": page_id,
        },
    )


@require_GET
@network_manager_required
def board(request: HttpRequest, content_id: uuid.UUID) -> HttpResponse:
    """The delivery board of one item; ``?format=json`` for programs."""
    context = _board_of_this_site(request, content_id)
    if request.GET.get("format") == "json":
        return JsonResponse(
            {
                "title": context["item"].title,
                "version": context["item"].version,
                "state": context["item"].state,
                "totals": context["totals"],
                "is_proven_recalled": context["is_proven_recalled"],
                "deliveries": [
                    {key: row[key] for key in ("site", "state", "version", "url", "error")}
                    for row in context["deliveries"]
                ],
            }
        )
    return render(request, "console/board.html", context)


@require_POST
@network_manager_required
def recall(request: HttpRequest, content_id: uuid.UUID) -> HttpResponse:
    """Recall one item everywhere."""
    _board_of_this_site(request, content_id)
    form = RecallForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请填写撤回原因，不超过 300 字。"))
        return redirect("network_console:board", content_id=content_id)
    try:
        result = recall_item(
            content_id, acting_user=request.user, origin=request.tenant, reason=form.cleaned_data["reason"]
        )
    except NetworkError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("已撤回，%(count)s 个页面即时下线，各站点回执见下表。") % {"count": result.pages})
    return redirect("network_console:board", content_id=content_id)


def _board_of_this_site(request: HttpRequest, content_id: uuid.UUID) -> dict[str, Any]:
    """The board's context; 404 for an item that another site sent, the hub sees all."""
    try:
        found = delivery_board(content_id)
    except LookupError as error:
        raise Http404 from error
    if found.item.origin != request.tenant.schema_name and not request.tenant.is_hub:
        raise Http404
    return board_context(found, form=RecallForm())
