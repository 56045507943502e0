"""The public catalogue; the desk of the catalogue in the admin."""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from network.calendar.api import DueDay
from network.contracts import ColumnFacts, Facet, FacetChoice, NavigationItem, Pagination
from network.errors import NetworkError
from network.numbering.api import IndexNumber, change_scheme, issue_numbers, pattern_choices, scheme_of
from network.tenancy.api import Site, webmaster_required
from sites.content.openness import Openness, labels_of
from sites.content.paging import pagination_of
from sites.disclosure.deadlines import publish_by
from sites.disclosure.forms import SchemeForm
from sites.disclosure.queries import (
    CatalogueCounts,
    Held,
    catalogue_counts,
    catalogue_lines,
    items_off_line,
    unnumbered,
)
from sites.pages.disclosing import CATALOGUE, head_navigation
from sites.pages.tables import Table, file_answer
from sites.pages.yearly_report import PART_TITLES, TABLES, tables_of_year

PAGE_SIZE = 30
PARAMETERS = {
    "subject": "subject",
    "form": "document_form",
    "department": "department",
    "openness": "openness",
    "year": "year",
}
"""Parameter of the address to facet."""

YEAR = re.compile(r"[12][0-9]{3}")
LONGEST = 80
MOST_CHOICES = 40
ICON = "list-ul"


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """The site's catalogue of public information, narrowed by subject, form, department, openness, year."""
    selected = _selected(request)
    counts = catalogue_counts(selected)
    pages = Paginator(range(counts.total), PAGE_SIZE)
    number = request.GET.get("page", "1")
    page = pages.get_page(number)
    if number != str(page.number):
        raise Http404  # one address for each page of the list, none beyond
    lines = catalogue_lines(selected, limit=PAGE_SIZE, offset=(page.number - 1) * PAGE_SIZE)
    labels = _labels(request.tenant)
    shown = {name: str(selected[facet]) for name, facet in PARAMETERS.items() if facet in selected}
    context = {
        "column": ColumnFacts(
            title=_("信息公开目录"),
            url=request.path,
            description=_("本机关主动公开的信息和依申请公开信息的条目，按主题、体裁、部门、年份查找。"),
        ),
        "lines": [
            {
                "line": line,
                "openness": labels["openness"].get(line.openness, line.openness),
                "date": timezone.localdate(line.published_at),
            }
            for line in lines
        ],
        "filters": _facets(request.path, shown, counts, labels),
        "clear_url": request.path if shown else "",
        "disclosure": head_navigation(CATALOGUE),
        "page": _pagination(request.path, shown, page),
        "breadcrumbs": [
            NavigationItem(title=_("首页"), url="/"),
            NavigationItem(title=_("信息公开目录"), url=request.path),
        ],
    }
    return render(request, "public/catalogue.html", context)


def _selected(request: HttpRequest) -> dict[str, Any]:
    """Facet to value of an address. Raises Http404 for what is no parameter or can be no value."""
    unknown = set(request.GET) - {*PARAMETERS, "page"}
    if unknown or any(len(values) != 1 for _name, values in request.GET.lists()):
        raise Http404
    selected: dict[str, Any] = {}
    for name, facet in PARAMETERS.items():
        value = request.GET.get(name)
        if value is None:
            continue
        if not 0 < len(value) <= LONGEST or "\x00" in value or (name == "year" and not YEAR.fullmatch(value)):
            raise Http404
        selected[facet] = int(value) if name == "year" else value
    return selected


def _labels(site: Site) -> dict[str, dict[str, str]]:
    return {
        "subject": labels_of("subject"),
        "form": labels_of("document_form"),
        "openness": {str(value): str(label) for value, label in Openness.choices},
    }


def _facet_labels() -> dict[str, str]:
    return {
        "subject": _("主题分类"),
        "form": _("体裁"),
        "department": _("责任部门"),
        "openness": _("公开属性"),
        "year": _("年份"),
    }


def _value(labels: dict[str, dict[str, str]], name: str, value: str) -> str:
    return labels.get(name, {}).get(value, value)


def _facets(
    path: str, shown: dict[str, str], counts: CatalogueCounts, labels: dict[str, dict[str, str]]
) -> list[Facet]:
    """Every facet with the values that the selection holds; a chosen one leads back out."""
    facets = []
    for name, label in _facet_labels().items():
        values = counts.values[PARAMETERS[name]]
        order = sorted(values, reverse=True) if name == "year" else sorted(values, key=lambda key: (-values[key], key))
        choices = []
        for value in order[:MOST_CHOICES]:
            is_selected = shown.get(name) == value
            rest = {key: held for key, held in shown.items() if key != name}
            query = rest if is_selected else {**rest, name: value}
            choices.append(
                FacetChoice(
                    value=value,
                    label=_value(labels, name, value),
                    count=values[value],
                    url=_address(path, {key: query[key] for key in PARAMETERS if key in query}),
                    is_selected=is_selected,
                )
            )
        if choices:
            facets.append(Facet(name=name, label=label, choices=choices))
    return facets


def _address(path: str, query: dict[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def _pagination(path: str, shown: dict[str, str], page: Any) -> Pagination:
    def url(number: int) -> str:
        return _address(path, shown if number == 1 else {**shown, "page": str(number)})

    return pagination_of(page, url)


@require_GET
@webmaster_required
def desk(request: HttpRequest) -> HttpResponse:
    """What still has to be published in time, what is withheld and due to be looked at, the scheme of numbers."""
    return _desk(request, SchemeForm(patterns=pattern_choices(request.tenant), initial=_scheme_now(request.tenant)))


@require_POST
@webmaster_required
def scheme(request: HttpRequest) -> HttpResponse:
    """Say under which code and pattern numbers are issued from now on."""
    form = SchemeForm(request.POST, patterns=pattern_choices(request.tenant))
    if form.is_valid():
        try:
            held = change_scheme(acting_user=request.user, site=request.tenant, **form.cleaned_data)
        except NetworkError as error:
            form.add_error("organisation", error.message)
        else:
            messages.success(request, _("今后的索引号按“%(pattern)s”编制。") % {"pattern": held.pattern})
            return redirect("sites_disclosure:desk")
    return _desk(request, form)


@require_POST
@webmaster_required
def number(request: HttpRequest) -> HttpResponse:
    """Issue the numbers of what went on line before the site had a code."""
    waiting = unnumbered()
    held = issue_numbers(waiting, site=request.tenant)
    if waiting and not held:
        messages.error(request, _("本站还没有机构代码，请先填写。"))
    else:
        messages.success(request, _("已补发 %(count)s 个索引号。") % {"count": len(held)})
    return redirect("sites_disclosure:desk")


@require_GET
def blank_form(request: HttpRequest, year: int, key: str) -> HttpResponse:
    """A statutory table of the report on a year to fill in and hand back; for whoever may enter the admin."""
    table = next((table for table in tables_of_year(year) if table.key == key), None)
    if table is None:
        raise Http404
    header, *rows = table.blank()
    return file_answer(Table(title=f"{year} {PART_TITLES[TABLES[key]]}", header=header, rows=rows), "xlsx")


class Owed(NamedTuple):
    """An item that has to be published, with the last day for it."""

    item: Held
    due: DueDay


def _scheme_now(site: Site) -> dict[str, str]:
    held = scheme_of(site)
    named = next((name for name, pattern in pattern_choices(site).items() if pattern == held.pattern), "")
    return {"organisation": held.organisation, "pattern": named}


def _desk(request: HttpRequest, form: SchemeForm) -> HttpResponse:
    site: Site = request.tenant
    today = timezone.localdate()
    off_line = items_off_line()
    owed = [
        Owed(item, publish_by(item.created_on, site=site))
        for item in off_line
        if item.openness == Openness.OPEN and item.created_on is not None
    ]
    owed.sort(key=lambda row: row.due.day)
    context = {
        "page_title": _("信息公开目录"),
        "header_icon": ICON,
        "form": form,
        "scheme": scheme_of(site),
        "issued": IndexNumber.objects.filter(site=site.slug).count(),
        "unnumbered": len(unnumbered()),
        "owed": [{"item": row.item, "due": row.due, "is_late": row.due.day < today} for row in owed],
        "withheld": [
            {
                "item": item,
                "label": Openness(item.openness).label,
                "is_due": item.review_on is not None and item.review_on <= today,
            }
            for item in off_line
            if item.openness != Openness.OPEN
        ],
    }
    return render(request, "wagtailadmin/disclosure/desk.html", context)
