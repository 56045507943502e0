"""Screens of upkeep inside a site: all columns, one column's people, its request."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from network.errors import NetworkError
from network.tenancy.api import is_webmaster
from network.upkeep.api import exemptions_of
from sites.accounts.api import who_may
from sites.pages.column import ColumnPage
from sites.upkeep.actions import ask_for_exemption, set_owner
from sites.upkeep.forms import ExemptionForm, OwnerForm
from sites.upkeep.models import ColumnOwner
from sites.upkeep.states import column_states

ICON = "time"


def may_change(request: HttpRequest) -> bool:
    """Whether the person names owners and asks for exemptions: the site's own webmaster, no visitor from above."""
    return is_webmaster(request.user) and not getattr(request.user, "is_visitor", False)


def _column(request: HttpRequest, column_id: int) -> ColumnPage:
    """A column for whoever may change its upkeep; for everybody else it does not exist."""
    if not may_change(request):
        raise Http404
    return get_object_or_404(ColumnPage, pk=column_id)


@require_GET
def columns(request: HttpRequest) -> HttpResponse:
    """Every column with its clock, its people, what it owes."""
    context = {
        "page_title": _("栏目值守"),
        "header_icon": ICON,
        "states": column_states(request.tenant),
        "may_change": may_change(request),
        "has_level_above": request.tenant.parent is not None,
        "exemptions": exemptions_of(request.tenant),
    }
    return render(request, "wagtailadmin/upkeep/columns.html", context)


def owner(request: HttpRequest, column_id: int) -> HttpResponse:
    """Name department and person."""
    column = _column(request, column_id)
    held = ColumnOwner.objects.filter(pk=column.pk).first()
    initial = {"department": held.department, "person": held.person_id} if held else {}
    form = OwnerForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            set_owner(column, acting_user=request.user, site=request.tenant, **form.cleaned_data)
        except NetworkError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("已指定“%(column)s”的责任。") % {"column": column.title})
            return redirect("upkeep:columns")
    return _form_page(request, column, form, _("栏目责任"), _("保存"))


@require_GET
def people(request: HttpRequest, column_id: int) -> HttpResponse:
    """Who may do what in a column."""
    column = get_object_or_404(ColumnPage, pk=column_id)
    context = {
        "page_title": _("栏目人员"),
        "header_icon": ICON,
        "column": column,
        "duties": who_may(column),
    }
    return render(request, "wagtailadmin/upkeep/people.html", context)


def exemption(request: HttpRequest, column_id: int) -> HttpResponse:
    """Ask the level above."""
    column = _column(request, column_id)
    form = ExemptionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ask_for_exemption(column, acting_user=request.user, site=request.tenant, reason=form.cleaned_data["reason"])
        except NetworkError as error:
            form.add_error("reason", error.message)
        else:
            messages.success(request, _("已向上级站点申请，答复后在本页显示。"))
            return redirect("upkeep:columns")
    return _form_page(request, column, form, _("申请不定期更新"), _("提出申请"))


def _form_page(request: HttpRequest, column: ColumnPage, form: Any, title: str, submit: str) -> HttpResponse:
    context = {"page_title": title, "header_icon": ICON, "column": column, "form": form, "submit": submit}
    return render(request, "wagtailadmin/upkeep/form.html", context)
