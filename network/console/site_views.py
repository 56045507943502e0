"""Screens of the network manager for sites: the tree, one site, its states, facts, names, place."""

from __future__ import annotations

import csv
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from network.console.site_forms import FactsForm, MoveForm, NameForm, PlaceForm, show_problems
from network.console.site_rows import Filter, SiteRow, flat, missing_facts, site_tree, state_tiles
from network.errors import NetworkError, NotAllowed
from network.spreadsheets import harmless
from network.tenancy.api import Level, Site, State, absolute_url, get_site, is_within, network_manager_required
from network.tenancy.facts import EDITABLE, change_facts, move_under, rename_site
from network.tenancy.lifecycle import move_site, moves_of, transitions_of
from network.tenancy.models import Domain, RequestState, SiteName, SiteRequest

REFRESH_SECONDS = 2


def managed_site(request: HttpRequest, slug: str) -> Site:
    """A site of the acting site's subtree; 404 for every other, as if it did not exist."""
    try:
        target = get_site(slug)
    except LookupError as error:
        raise Http404 from error
    if not is_within(request.tenant, target):
        raise Http404
    return target


@require_GET
@network_manager_required
def sites(request: HttpRequest) -> HttpResponse:
    """The tree of sites; ``?format=csv`` downloads what the filter shows."""
    wanted = Filter(
        words=request.GET.get("q", "").strip(),
        level=request.GET.get("level", ""),
        state=request.GET.get("state", ""),
        region=request.GET.get("region", ""),
    )
    tree = site_tree(request.tenant, wanted)
    if request.GET.get("format") == "csv":
        return _download(flat(tree.rows))
    return render(
        request,
        "console/sites/tree.html",
        {
            "page_title": _("站点"),
            "tree": tree,
            "wanted": wanted,
            "tiles": state_tiles() if request.tenant.is_hub else [],
            "levels": Level.choices,
            "states": State.choices,
            "regions": [row.site for row in site_tree(request.tenant, Filter(level=Level.PROVINCE)).rows],
            "waiting": [row for row in _requests_of(request) if row.state != RequestState.DONE],
            "query": request.GET.urlencode(),
        },
    )


HEADINGS = (
    "站点标识", "机关全称", "简称", "层级", "上级站点", "行政区划代码", "状态", "状态说明", "关停日期", "域名",
    "网站标识码", "ICP备案号", "公安备案号", "负责人", "联系电话",
    "在线信息", "待审稿件", "在用人员", "待办", "数据库字节", "最近发布",
)  # fmt: skip


def _download(rows: list[SiteRow]) -> HttpResponse:
    """The rows as a file for a spreadsheet: UTF-8 with a mark, no cell that runs as a formula."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"sites-{timezone.localdate():%Y%m%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(HEADINGS)
    for row in rows:
        site, load = row.site, row.summary
        published = load.last_published_at if load else None
        cells = [
            site.slug, site.full_name, site.short_name, site.get_level_display(),
            site.parent.short_name if site.parent else "", site.division_code, row.state_label, site.state_reason,
            site.closing_on or "", row.domain, site.site_code or "", site.icp_number, site.public_security_number,
            site.person_responsible, site.contact_phone,
            *((load.live_pages, load.waiting_reviews, load.active_staff, load.waiting_work, load.database_bytes)
              if load else ("", "", "", "", "")),
            timezone.localtime(published).strftime("%Y-%m-%d %H:%M") if published else "",
        ]  # fmt: skip
        writer.writerow([harmless(str(cell)) for cell in cells])
    return response


@require_GET
@network_manager_required
def site(request: HttpRequest, slug: str) -> HttpResponse:
    """One site: facts, states, names, what may be done with it."""
    return _show(request, managed_site(request, slug))


def _show(request: HttpRequest, target: Site, move_form: Any = None, *, status: int = 200) -> HttpResponse:
    tree = site_tree(request.tenant, Filter())
    row = next(each for each in flat(tree.rows) if each.site.pk == target.pk)
    is_managed = target.pk != request.tenant.pk
    moves = moves_of(target, site=request.tenant) if is_managed and not target.is_hub else []
    context = {
        "page_title": target.short_name,
        "row": row,
        "target": target,
        "facts": [(str(Site._meta.get_field(name).verbose_name), getattr(target, name) or "") for name in EDITABLE],
        "missing": missing_facts(target),
        "domains": list(Domain.objects.filter(tenant=target).order_by("-is_primary", "domain")),
        "transitions": transitions_of(target),
        "names": list(SiteName.objects.filter(site=target.slug).order_by("-id")),
        "is_managed": is_managed and not target.is_gone,
        "can_merge": any(move.to_state == State.MERGED for move in moves),
        "move_form": move_form or MoveForm(target=target, site=request.tenant),
        "has_moves": any(move.to_state != State.MERGED for move in moves),
    }
    return render(request, "console/sites/site.html", context, status=status)


@require_POST
@network_manager_required
def move(request: HttpRequest, slug: str) -> HttpResponse:
    """Move one site to another state."""
    target = managed_site(request, slug)
    form = MoveForm(request.POST, target=target, site=request.tenant)
    if form.is_valid():
        try:
            moved = move_site(target, acting_user=request.user, site=request.tenant, **form.cleaned_data)
        except NotAllowed as error:
            raise Http404 from error
        except NetworkError as error:
            show_problems(form, {str(error.fields.get("field", "")): error.message})
        else:
            messages.success(
                request,
                _("“%(site)s”已转为“%(state)s”，双方都有记录。")
                % {"site": moved.short_name, "state": moved.get_state_display()},
            )
            return redirect("network_sites:site", slug=slug)
    return _show(request, target, form, status=422)


Act = Callable[[Any], str]


def _change(request: HttpRequest, target: Site, form: Any, act: Act, *, title: str, lead: str = "") -> HttpResponse:
    """A form that changes one site: shown, refused beside its fields, or carried out by ``act(cleaned data)``."""
    if request.method == "POST" and form.is_valid():
        try:
            done = act(form.cleaned_data)
        except NotAllowed as error:
            raise Http404 from error
        except NetworkError as error:
            show_problems(form, error.fields.get("problems") or {"": error.message})
        else:
            messages.success(request, done)
            return redirect("network_sites:site", slug=target.slug)
    context = {
        "page_title": title,
        "page_subtitle": target.short_name,
        "parent": (target.short_name, reverse("network_sites:site", kwargs={"slug": target.slug})),
        "form": form,
        "target": target,
        "lead": lead,
    }
    return render(request, "console/sites/change.html", context, status=422 if form.errors else 200)


@network_manager_required
def facts(request: HttpRequest, slug: str) -> HttpResponse:
    """Edit what the registry says of a site."""
    target = managed_site(request, slug)
    initial = {name: getattr(target, name) or "" for name in EDITABLE}
    form = FactsForm(request.POST or None, initial=initial)

    def act(cleaned: dict[str, Any]) -> str:
        values = {name: cleaned.get(name) or "" for name in EDITABLE}
        changed = change_facts(target, values, acting_user=request.user, site=request.tenant)
        return _("已更新 %(count)s 项登记资料。") % {"count": len(changed)}

    return _change(request, target, form, act, title=_("修改登记资料"))


@network_manager_required
def names(request: HttpRequest, slug: str) -> HttpResponse:
    """Give a site new names from a day on."""
    target = managed_site(request, slug)
    initial = {"full_name": target.full_name, "short_name": target.short_name}
    form = NameForm(request.POST or None, initial=initial)

    def act(cleaned: dict[str, Any]) -> str:
        renamed = rename_site(target, acting_user=request.user, site=request.tenant, **cleaned)
        return _("名称已改为“%(name)s”，原名称留在名称记录中。") % {"name": renamed.full_name}

    return _change(
        request, target, form, act, title=_("变更名称"), lead=_("机构更名、合并挂牌时登记；页面即时使用新名称。")
    )


@network_manager_required
def place(request: HttpRequest, slug: str) -> HttpResponse:
    """Put a site under another one, or give it another division code."""
    target = managed_site(request, slug)
    initial = {"parent": target.parent.slug if target.parent else "", "division_code": target.division_code}
    form = PlaceForm(request.POST or None, site=request.tenant, initial=initial)

    def act(cleaned: dict[str, Any]) -> str:
        moved = move_under(
            target,
            get_site(cleaned["parent"]),
            division_code=cleaned["division_code"],
            acting_user=request.user,
            site=request.tenant,
        )
        return _("已调整 %(count)s 个站点的隶属地区。") % {"count": len(moved)}

    return _change(
        request, target, form, act, title=_("调整隶属"), lead=_("所辖站点随同移动，下发范围和检索地区随之改变。")
    )


def _requests_of(request: HttpRequest) -> list[SiteRequest]:
    """Requests that were made from the acting site, on the hub all of them, newest first."""
    rows = SiteRequest.objects.order_by("-id")
    return list(rows if request.tenant.is_hub else rows.filter(requested_from=request.tenant.slug))


@require_GET
@network_manager_required
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the opening of a site is; the page comes again by itself until it is open."""
    wish = next((row for row in _requests_of(request) if row.pk == pk), None)
    if wish is None:
        raise Http404
    context: dict[str, Any] = {
        "page_title": _("开站进度"),
        "page_subtitle": wish.facts.get("short_name", wish.slug),
        "wish": wish,
        "staff": [{key: person.get(key) for key in ("username", "name", "department")} for person in wish.staff],
    }
    if wish.state == RequestState.WAITING:
        context["refresh"] = REFRESH_SECONDS
    if wish.state == RequestState.DONE:
        try:
            opened = get_site(wish.slug)
        except LookupError as error:
            raise Http404 from error
        context.update(
            opened=opened,
            url=absolute_url(opened, "/"),
            admin_url=absolute_url(opened, "/admin/"),
            missing=missing_facts(opened),
        )
    return render(request, "console/sites/progress.html", context)
