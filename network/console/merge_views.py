"""The screen on which one site is merged into another."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from network.console.site_forms import MergeConfirmForm, MergePlanForm, show_problems
from network.console.site_views import REFRESH_SECONDS, managed_site
from network.errors import NetworkError, NotAllowed
from network.syndication.api import cancel_merge, confirm_merge, open_merge, plan_merge
from network.tenancy.api import Site, get_site, network_manager_required
from network.tenancy.lifecycle import require_manager_of

MOVING_STATES = ("surveying", "sending", "placing")


@network_manager_required
def merge(request: HttpRequest, slug: str) -> HttpResponse:
    """Plan a merge, see what cannot travel, confirm by the site's key, watch it end."""
    source = managed_site(request, slug)
    try:
        require_manager_of(request.user, request.tenant, source)
    except NotAllowed as error:
        if source.is_gone:
            return redirect("network_sites:site", slug=slug)
        raise Http404 from error
    held = open_merge(source)
    form: Any = None
    if held is None:
        form = MergePlanForm(request.POST or None, target=source, site=request.tenant)
    elif held.state == "surveyed":
        form = MergeConfirmForm(request.POST if "confirm" in request.POST else None)
    if request.method == "POST":
        try:
            done = _act(request, source, held, form)
        except NotAllowed as error:
            raise Http404 from error
        except NetworkError as error:
            if form is None:
                messages.error(request, error.message)
            else:
                show_problems(form, {str(error.fields.get("field", "")): error.message})
        else:
            if done:
                messages.success(request, done)
                return redirect("network_sites:merge", slug=slug)
    context = {
        "page_title": _("迁移合并"),
        "page_subtitle": source.short_name,
        "parent": (source.short_name, reverse("network_sites:site", kwargs={"slug": slug})),
        "source": source,
        "merge": held,
        "into": get_site(held.target) if held else None,
        "form": form,
        "refresh": REFRESH_SECONDS if held and held.state in MOVING_STATES else 0,
    }
    return render(request, "console/sites/merge.html", context, status=422 if form and form.errors else 200)


def _act(request: HttpRequest, source: Site, held: Any, form: Any) -> str:
    """What the button asks for; an empty answer when the form is not filled in."""
    acting = {"acting_user": request.user, "site": request.tenant}
    if held is not None and "cancel" in request.POST:
        cancel_merge(held, **acting)
        return _("已取消，没有移动任何内容。")
    if form is None or not form.is_valid():
        return ""
    if held is None:
        plan_merge(source, get_site(form.cleaned_data["into"]), reason=form.cleaned_data["reason"], **acting)
        return _("正在清点可以迁移的信息。")
    confirm_merge(held, confirmed_key=form.cleaned_data["confirmed_key"], **acting)
    return _("已开始迁移，全部落地后自动转为已迁移。")
