"""Screens of the calendar of working days: the hub's for the country, a province's for its region."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from network.calendar.actions import clear_days, enter_year, place_of, reopen_year, set_days
from network.calendar.days import LIBRARY_YEARS
from network.calendar.forms import ClearForm, DaysForm, YearForm
from network.calendar.months import months_of
from network.calendar.queries import entered_year, exceptions_of, places_of, working_calendar, years_to_choose
from network.errors import NetworkError
from network.tenancy.api import network_manager_required


@require_GET
@network_manager_required
def index(request: HttpRequest) -> HttpResponse:
    """One year: which days differ, how sure it is, the forms that change it."""
    asked = request.GET.get("year", "")
    this = timezone.localdate().year
    return _page(request, int(asked) if asked.isdecimal() and int(asked) in years_to_choose() else this)


@require_POST
@network_manager_required
def set_range(request: HttpRequest) -> HttpResponse:
    """Enter days off, or days worked."""
    form = DaysForm(request.POST)
    if not form.is_valid():
        return _page(request, timezone.localdate().year, days_form=form, status=422)
    facts = form.cleaned_data
    try:
        count = set_days(
            acting_user=request.user,
            authority=request.tenant,
            first=facts["first"],
            last=facts["last"],
            is_working=form.is_working,
            document=facts["document"],
            note=facts["note"],
        )
    except NetworkError as error:
        form.add_error(None, error.message)
        return _page(request, facts["first"].year, days_form=form, status=422)
    messages.success(request, _("已登记 %(count)s 天。") % {"count": count})
    return _back(facts["first"].year)


@require_POST
@network_manager_required
def clear_range(request: HttpRequest) -> HttpResponse:
    """Take entries back."""
    form = ClearForm(request.POST)
    if not form.is_valid():
        return _page(request, timezone.localdate().year, clear_form=form, status=422)
    first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    try:
        count = clear_days(acting_user=request.user, authority=request.tenant, first=first, last=last)
    except NetworkError as error:
        form.add_error(None, error.message)
        return _page(request, first.year, clear_form=form, status=422)
    messages.success(request, _("已撤销 %(count)s 天。") % {"count": count})
    return _back(first.year)


@require_POST
@network_manager_required
def enter(request: HttpRequest, year: int) -> HttpResponse:
    """Say that a year is entered in full."""
    form = YearForm(request.POST)
    if not form.is_valid():
        return _page(request, _shown(year), year_form=form, status=422)
    try:
        enter_year(
            acting_user=request.user, authority=request.tenant, year=year, document=form.cleaned_data["document"]
        )
    except NetworkError as error:
        form.add_error(None, error.message)
        return _page(request, _shown(year), year_form=form, status=422)
    messages.success(request, _("%(year)s年放假安排已录全。") % {"year": year})
    return _back(year)


@require_POST
@network_manager_required
def reopen(request: HttpRequest, year: int) -> HttpResponse:
    """Take back that a year is entered in full."""
    try:
        reopen_year(acting_user=request.user, authority=request.tenant, year=year)
    except NetworkError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("%(year)s年改为未录全。") % {"year": year})
    return _back(_shown(year))


def _shown(year: int) -> int:
    return year if year in years_to_choose() else timezone.localdate().year


def _back(year: int) -> HttpResponse:
    return redirect(f"{reverse('network_calendar:index')}?year={_shown(year)}")


def _page(request: HttpRequest, year: int, *, status: int = 200, **bound: forms.Form) -> HttpResponse:
    places = places_of(request.tenant)
    rows = exceptions_of(_shown(year), places)
    days = working_calendar(request.tenant)
    context: dict[str, Any] = {
        "page_title": _("工作日"),
        "header_icon": "calendar-alt",
        "year": _shown(year),
        "years": years_to_choose(),
        "months": months_of(_shown(year), days, {row.day: row for row in rows}),
        "exceptions": rows,
        "own_place": place_of(request.tenant),
        "is_library_year": year in LIBRARY_YEARS,
        "is_known": days.is_known(year),
        "entered": entered_year(year),
        "is_hub": request.tenant.is_hub,
        "days_form": DaysForm(),
        "clear_form": ClearForm(),
        "year_form": YearForm(),
        **bound,
    }
    return render(request, "console/calendar/index.html", context, status=status)
