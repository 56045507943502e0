"""Screens of the auditor: the log, one row, the download, the state of the seal."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from network.audit.acts import act_label
from network.audit.api import record
from network.audit.asked import VERIFY_KIND
from network.audit.details import detail_lines
from network.audit.models import AuditEntry
from network.audit.objects import kind_label, object_label, person_label
from network.audit.queries import (
    WHOLE_GROUP,
    Wanted,
    entry_page,
    find_entries,
    is_auditor,
    link_of,
    readable_sites,
    seal_states,
)
from network.console.audit_forms import AuditFilterForm
from network.guarded_views import shown_to
from network.outbox.api import enqueue_many
from network.spreadsheets import harmless

FIRST_LOOK = "who=people"
"""Filters of the log as it opens: what the system does every minute would hide what people did."""

MOST_ROWS = 50_000
"""Of a download; a longer span is taken in parts."""

COLUMNS = (
    ("id", gettext_lazy("编号")),
    ("at", gettext_lazy("时间")),
    ("site", gettext_lazy("站点")),
    ("person", gettext_lazy("人员")),
    ("person_site", gettext_lazy("人员所属站点")),
    ("address", gettext_lazy("来访地址")),
    ("act", gettext_lazy("操作")),
    ("object_kind", gettext_lazy("对象类别")),
    ("object_id", gettext_lazy("对象编号")),
    ("object_title", gettext_lazy("对象名称")),
    ("before_hash", gettext_lazy("改动前哈希")),
    ("after_hash", gettext_lazy("改动后哈希")),
    ("result", gettext_lazy("结果")),
)


class Line:
    """What ``csv`` writes to: it gives each line back."""

    def write(self, line: str) -> str:
        return line


auditor_required = shown_to(lambda request: is_auditor(request.user))
"""404 for everybody who does not hold the auditor's duty on this very site, superusers included."""


@require_GET
@auditor_required
def log(request: HttpRequest) -> HttpResponse:
    """The rows, newest first, fifty a page."""
    sites = readable_sites(request.tenant)
    asked = request.GET or QueryDict(FIRST_LOOK)
    form = AuditFilterForm(asked, sites=sites)
    form.is_valid()
    rows = find_entries(form.wanted(), reader=request.tenant)
    page = entry_page(rows, older_than=request.GET.get("older", ""), newer_than=request.GET.get("newer", ""))
    record("audit.read", object_kind="audit", detail={"filters": form.used(), "rows": len(page.entries)})
    filters = asked.copy()
    for name in ("older", "newer"):
        filters.pop(name, None)
    return render(
        request,
        "console/audit_log.html",
        {
            "page_title": _("审计记录"),
            "header_icon": "history",
            "form": form,
            "rows": _shown(page.entries, {site.slug: site.short_name for site in sites}),
            "page": page,
            "filters": filters.urlencode(),
        },
    )


@require_GET
@auditor_required
def entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """One row with its seal."""
    found = find_entries(Wanted(), reader=request.tenant).filter(pk=entry_id).first()
    if found is None:
        raise Http404
    record("audit.read", object_kind="audit_entry", object_id=entry_id)
    (row,) = _shown([found], {site.slug: site.short_name for site in readable_sites(request.tenant)})
    return render(
        request,
        "console/audit_entry.html",
        {
            "page_title": _("审计记录 %(number)s") % {"number": entry_id},
            "header_icon": "history",
            "row": row,
            "entry": found,
            "kind": kind_label(found.object_kind),
            "details": detail_lines(found.detail),
            "link": link_of(found),
        },
    )


@require_GET
@auditor_required
def export(request: HttpRequest) -> HttpResponse:
    """The rows that the filters leave, as CSV for a spreadsheet."""
    form = AuditFilterForm(request.GET, sites=readable_sites(request.tenant))
    form.is_valid()
    rows = find_entries(form.wanted(), reader=request.tenant).order_by("-at", "-pk")[:MOST_ROWS]
    record("audit.export", object_kind="audit", detail={"filters": form.used()})
    answer = HttpResponse("".join(_csv(rows)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="audit-{timezone.localdate():%Y%m%d}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "POST"])
@auditor_required
def verification(request: HttpRequest) -> HttpResponse:
    """The state of the seal per site; a POST asks the worker to recompute the chains."""
    sites = readable_sites(request.tenant)
    names = {
        **({WHOLE_GROUP: _("全群")} if request.tenant.is_hub else {}),
        **{site.slug: site.short_name for site in sites},
    }
    if request.method == "POST":
        asked = [slug for slug in request.POST.getlist("site") if slug in names] or list(names)
        person = request.user.get_username()
        enqueue_many(
            VERIFY_KIND,
            [("", f"{slug or '-'}", 0, {"site": slug, "asked_by": person}) for slug in asked],
        )
        record("audit.verify", object_kind="audit", detail={"sites": asked[:50], "count": len(asked)})
        messages.success(request, _("已提交核验，共 %(count)s 个站点，结果稍后显示在本页。") % {"count": len(asked)})
        return redirect("network_audit:verification")
    record("audit.read", object_kind="audit_seal")
    states = seal_states(list(names))
    return render(
        request,
        "console/audit_verification.html",
        {
            "page_title": _("核验审计记录"),
            "header_icon": "history",
            "states": [{**state, "name": names[state["site"]]} for state in states],
            "bad": [state for state in states if state["verification"] and not state["verification"].is_intact],
        },
    )


def _shown(entries: list[AuditEntry], names: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "entry": found,
            "act": act_label(found.act),
            "person": person_label(found.person),
            "object": object_label(found),
            "site": names.get(found.site, found.site) if found.site else _("全群"),
            "home": names.get(found.person_site, found.person_site) if found.person_site != found.site else "",
        }
        for found in entries
    ]


def _with_label(label: str, name: str) -> str:
    return f"{label}（{name}）" if label != name else name


def _csv(entries: Iterable[AuditEntry]) -> Iterator[str]:
    writer = csv.writer(Line())
    yield "\ufeff" + writer.writerow([label for _name, label in COLUMNS])  # type: ignore[operator]
    for found in entries:
        values = {name: getattr(found, name) for name, _label in COLUMNS}
        values["at"] = timezone.localtime(found.at).isoformat(timespec="microseconds")
        values["act"] = f"{act_label(found.act)}（{found.act}）"
        values["object_kind"] = _with_label(kind_label(found.object_kind), found.object_kind)
        values["result"] = found.get_result_display()
        yield writer.writerow([harmless(str(value)) for value in values.values()])  # type: ignore[misc]
