"""Screens of blocked addresses: the authority's list, the stopped site's own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from network.blocks.actions import (
    APPEALS,
    add_block,
    answer_appeal,
    concerns,
    lift_block,
    make_appeal,
    path_to_stop,
)
from network.blocks.forms import EVERY_SITE, AnswerForm, AppealForm, BlockForm, LiftForm
from network.blocks.held import authority_of
from network.blocks.models import Block, Outcome
from network.blocks.queries import blocks_on, blocks_under, find_appeal
from network.errors import NetworkError
from network.tenancy.api import Site, get_site, is_within, network_manager_required

PAGE_SIZE = 50
ICON = "no-view"


@require_GET
@network_manager_required
def index(request: HttpRequest) -> HttpResponse:
    """Everything stopped from here or from below, the appeals that wait."""
    page = Paginator(blocks_under(request.tenant), PAGE_SIZE).get_page(request.GET.get("p"))
    return render(
        request,
        "console/blocks/index.html",
        {
            "page_title": _("停用地址"),
            "header_icon": ICON,
            "blocks": [_row(block, request.tenant) for block in page.object_list],
            "page_obj": page,
        },
    )


@network_manager_required
def add(request: HttpRequest) -> HttpResponse:
    """Name the address, look at it once more, stop it."""
    form = BlockForm(request.POST or None, authority=request.tenant)
    to_confirm = None
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["site"]
        site = None if chosen == EVERY_SITE else get_site(chosen)
        facts = {name: form.cleaned_data[name] for name in ("path", "covers_below", "reason")}
        try:
            if "confirm" in request.POST:
                block = add_block(acting_user=request.user, authority=request.tenant, site=site, **facts)
                messages.success(request, _("“%(path)s”已停用，即时生效。") % {"path": block.path})
                return redirect("network_blocks:index")
            path = path_to_stop(facts["path"], authority=request.tenant, site=site)
            to_confirm = {**facts, "path": path, "site_name": site.full_name if site else _("全部站点")}
        except NetworkError as error:
            form.add_error("path", error.message)
    return render(
        request,
        "console/blocks/add.html",
        {"page_title": _("停用一个地址"), "header_icon": ICON, "form": form, "to_confirm": to_confirm},
    )


@network_manager_required
def lift(request: HttpRequest, block_id: int) -> HttpResponse:
    """Let an address be shown again."""
    block = _block_under(request.tenant, block_id)
    form = LiftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            lift_block(block.pk, acting_user=request.user, authority=request.tenant, reason=form.cleaned_data["reason"])
        except NetworkError as error:
            form.add_error("reason", error.message)
        else:
            messages.success(request, _("“%(path)s”已解除停用。") % {"path": block.path})
            return redirect("network_blocks:index")
    context = {"page_title": _("解除停用"), "header_icon": ICON, "form": form, "stopped": _row(block, request.tenant)}
    return render(request, "console/blocks/lift.html", context)


@network_manager_required
def answer(request: HttpRequest, appeal_id: int) -> HttpResponse:
    """Answer an appeal: uphold or lift."""
    appeal = find_appeal(appeal_id)
    if appeal is None:
        raise Http404
    block = _block_under(request.tenant, appeal.block_id)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            answer_appeal(appeal.pk, acting_user=request.user, authority=request.tenant, **form.cleaned_data)
        except NetworkError as error:
            form.add_error("answer", error.message)
        else:
            messages.success(request, _("申诉已答复。"))
            return redirect("network_blocks:index")
    context = {
        "page_title": _("答复申诉"),
        "header_icon": ICON,
        "form": form,
        "stopped": _row(block, request.tenant),
        "appeal": appeal,
        "appeal_site_name": get_site(appeal.site).short_name,
    }
    return render(request, "console/blocks/answer.html", context)


@require_GET
def own(request: HttpRequest) -> HttpResponse:
    """What of this site is stopped from above."""
    rows = [_row(block, request.tenant) for block in blocks_on(request.tenant)]
    context = {
        "page_title": _("被停用的地址"),
        "header_icon": ICON,
        "blocks": rows,
        "may_appeal": request.user.has_perm(APPEALS),
    }
    return render(request, "wagtailadmin/blocks/own.html", context)


def appeal(request: HttpRequest, block_id: int) -> HttpResponse:
    """Speak against a block."""
    block = Block.objects.filter(pk=block_id).first()
    if block is None or not concerns(block, request.tenant) or not request.user.has_perm(APPEALS):
        raise Http404
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            make_appeal(block.pk, acting_user=request.user, site=request.tenant, text=form.cleaned_data["text"])
        except NetworkError as error:
            form.add_error("text", error.message)
        else:
            messages.success(request, _("申诉已提出，答复后在本页显示。"))
            return redirect("network_blocks:own")
    context = {"page_title": _("申诉"), "header_icon": ICON, "form": form, "stopped": _row(block, request.tenant)}
    return render(request, "wagtailadmin/blocks/appeal.html", context)


def _block_under(authority: Site, block_id: int) -> Block:
    """A block by this site or one below it; another one is as if it did not exist."""
    block = Block.objects.filter(pk=block_id).first()
    if block is None or not is_within(authority, authority_of(block.authority)):
        raise Http404
    return block


def _name(slug: str) -> str:
    """Short name of a site, its key when it is removed since."""
    try:
        return get_site(slug).short_name
    except LookupError:
        return slug


def _row(block: Block, viewer: Site) -> dict[str, Any]:
    """One block as the screens show it."""
    appeals = [
        {"appeal": appeal, "site_name": _name(appeal.site)}
        for appeal in block.appeals.all()
        if viewer.slug == appeal.site or viewer.is_hub or is_within(viewer, get_site(appeal.site))
    ]
    return {
        "block": block,
        "site_name": _name(block.site) if block.site else _("全部站点"),
        "authority_name": authority_of(block.authority).short_name,
        "appeals": appeals,
        "has_open_appeal": any(row["appeal"].outcome == Outcome.OPEN for row in appeals),
    }
