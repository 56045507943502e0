"""Every write of the calendar."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from network.audit.api import record
from network.calendar.days import LIBRARY_YEARS, ONE_DAY
from network.calendar.models import DayException, EnteredYear
from network.calendar.queries import years_to_choose
from network.errors import InvalidValue, NetworkError, NotAllowed
from network.tenancy.api import Site, require_network_manager

LONGEST_RANGE = 15
"""No arrangement so far had more days in a row; more is a slip of the hand."""
SHORTEST_DOCUMENT, LONGEST_DOCUMENT = 4, 100
ACT_SET, ACT_CLEAR, ACT_ENTER, ACT_REOPEN = "calendar.set", "calendar.clear", "calendar.enter", "calendar.reopen"


def place_of(authority: Site) -> str:
    """Where the days hold that a site enters: the hub's everywhere, a province's in its region."""
    return "" if authority.is_hub else authority.slug


def set_days(
    *,
    acting_user: Any,
    authority: Site,
    first: datetime.date,
    last: datetime.date,
    is_working: bool,
    document: str,
    note: str = "",
) -> int:
    """Enter days off, or days worked, from ``first`` to ``last``; what was entered for them before is replaced.

    Returns the number of days. Raises NotAllowed or InvalidValue; a refusal of rights is audited,
    nothing else is written.
    """
    _require(acting_user, authority, ACT_SET)
    days = _range(first, last)
    document = _document(document)
    person = acting_user.get_username()
    place = place_of(authority)
    with transaction.atomic():
        DayException.objects.bulk_create(
            [
                DayException(
                    place=place,
                    day=day,
                    is_working=is_working,
                    document=document,
                    note=" ".join(note.split()),
                    entered_by=person,
                )
                for day in days
            ],
            update_conflicts=True,
            unique_fields=["place", "day"],
            update_fields=["is_working", "document", "note", "entered_by", "entered_at"],
        )
        _record(
            ACT_SET,
            authority,
            person,
            first,
            detail={"since": str(first), "until": str(last), "is_working": is_working, "document": document},
        )
    return len(days)


def clear_days(*, acting_user: Any, authority: Site, first: datetime.date, last: datetime.date) -> int:
    """Take back what the authority entered for these days; returns how many there were.

    Raises NotAllowed, and InvalidValue when nothing was entered.
    """
    _require(acting_user, authority, ACT_CLEAR)
    days = _range(first, last)
    with transaction.atomic():
        held = DayException.objects.filter(place=place_of(authority), day__in=days).order_by("day")
        before = {str(row.day): row.is_working for row in held}
        if not before:
            raise InvalidValue(_("%(first)s 至 %(last)s 没有登记的例外。") % {"first": first, "last": last})
        held.delete()
        detail = {"since": str(first), "until": str(last), "before": before}
        _record(ACT_CLEAR, authority, acting_user.get_username(), first, detail=detail)
    return len(before)


def enter_year(*, acting_user: Any, authority: Site, year: int, document: str) -> EnteredYear:
    """Say that the exceptions hold a year's arrangement in full; answers for it are certain from now on.

    Raises NotAllowed, and InvalidValue for a year that the library knows, that was said before, or that
    has no exception at all: an empty year would be a guess under another name.
    """
    _require(acting_user, authority, ACT_ENTER, is_for_hub=True)
    document = _document(document)
    if year in LIBRARY_YEARS:
        raise InvalidValue(_("%(year)s年的安排已在程序库中，只需登记与之不同的日子。") % {"year": year}, year=year)
    if year not in years_to_choose():
        raise InvalidValue(
            _("年份应为 %(first)s 至 %(last)s，现在是 %(year)s。")
            % {"first": years_to_choose()[0], "last": years_to_choose()[-1], "year": year},
            year=year,
        )
    if not DayException.objects.filter(place="", day__year=year, is_working=False).exists():
        raise InvalidValue(_("%(year)s年还没有登记放假日期，请先逐段登记，再确认录全。") % {"year": year}, year=year)
    person = acting_user.get_username()
    with transaction.atomic():
        row, is_new = EnteredYear.objects.get_or_create(
            year=year, defaults={"document": document, "entered_by": person}
        )
        if not is_new:
            raise InvalidValue(_("%(year)s年已确认录全。") % {"year": year}, year=year)
        _record(ACT_ENTER, authority, person, year, detail={"document": document})
    return row


def reopen_year(*, acting_user: Any, authority: Site, year: int) -> None:
    """Take back that a year was entered in full. Raises NotAllowed, InvalidValue."""
    _require(acting_user, authority, ACT_REOPEN, is_for_hub=True)
    with transaction.atomic():
        count, _by_model = EnteredYear.objects.filter(year=year).delete()
        if not count:
            raise InvalidValue(_("%(year)s年没有确认录全。") % {"year": year}, year=year)
        _record(ACT_REOPEN, authority, acting_user.get_username(), year, detail={})


def _require(person: Any, authority: Site, act: str, *, is_for_hub: bool = False) -> None:
    try:
        require_network_manager(person, authority)
        if is_for_hub and not authority.is_hub:
            raise NotAllowed(_("全国放假安排由总站登记，本站只登记本地假日。"))
    except NetworkError:
        record(act, site=authority.slug, person=person.get_username(), object_kind="calendar", is_refused=True)
        raise


def _range(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    length = (last - first).days + 1
    if not 1 <= length <= LONGEST_RANGE:
        raise InvalidValue(
            _("日期应由先到后，一次不超过 %(most)s 天；现在是 %(first)s 至 %(last)s。")
            % {"most": LONGEST_RANGE, "first": first, "last": last}
        )
    years = years_to_choose()
    if first.year not in years or last.year not in years:
        raise InvalidValue(
            _("日期应在 %(first)s 年至 %(last)s 年之间，现在是 %(day)s。")
            % {"first": years[0], "last": years[-1], "day": first if first.year not in years else last}
        )
    return [first + ONE_DAY * step for step in range(length)]


def _document(text: str) -> str:
    cleaned = " ".join(text.split())
    if not SHORTEST_DOCUMENT <= len(cleaned) <= LONGEST_DOCUMENT:
        raise InvalidValue(
            _("请写明文件的文号或名称（%(least)s 至 %(most)s 个字），现在是“%(text)s”。")
            % {"least": SHORTEST_DOCUMENT, "most": LONGEST_DOCUMENT, "text": cleaned}
        )
    return cleaned


def _record(act: str, authority: Site, person: str, key: object, *, detail: dict[str, Any]) -> None:
    record(act, site=authority.slug, person=person, object_kind="calendar", object_id=key, detail=detail)
