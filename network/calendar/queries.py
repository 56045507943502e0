"""Reads of the calendar."""

from __future__ import annotations

import datetime

from django.utils import timezone

from network.calendar.days import DayCount, DueDay, WorkingCalendar
from network.calendar.models import DayException, EnteredYear
from network.rules.api import layers_of
from network.tenancy.api import Site, once_per_request


def places_of(site: Site | None) -> list[str]:
    """Whose exceptions count at a site, the nearest last: the country's, the province's, its own."""
    return list(reversed(layers_of(site))) if site else [""]


def working_calendar(site: Site | None) -> WorkingCalendar:
    """The calendar at a site, the country's own without one; two statements."""
    return once_per_request(f"calendar:{site.slug if site else ''}", lambda: _read(site))


def _read(site: Site | None) -> WorkingCalendar:
    places = places_of(site)
    rows = DayException.objects.filter(place__in=places).values_list("place", "day", "is_working")
    nearest_last = sorted(rows, key=lambda row: places.index(row[0]))
    exceptions = {day: is_working for _place, day, is_working in nearest_last}
    return WorkingCalendar(exceptions=exceptions, entered=frozenset(EnteredYear.objects.values_list("year", flat=True)))


def add_working_days(start: datetime.date, count: int, *, site: Site | None) -> DueDay:
    """The last day of a term of so many working days at a site; ``start`` does not count. Raises InvalidValue."""
    return working_calendar(site).add(start, count)


def count_working_days(start: datetime.date, end: datetime.date, *, site: Site | None) -> DayCount:
    """Working days at a site after ``start`` up to and with ``end``, negative when ``end`` has passed."""
    return working_calendar(site).count(start, end)


def exceptions_of(year: int, places: list[str]) -> list[DayException]:
    """What was entered for a year in these places, in order."""
    return list(DayException.objects.filter(day__year=year, place__in=places).order_by("day", "place"))


def entered_year(year: int) -> EnteredYear | None:
    """The row of a year that was entered in full."""
    return EnteredYear.objects.filter(year=year).first()


def years_to_choose() -> range:
    """Years the screen offers: the last one, this one, the two to come."""
    this = timezone.localdate().year
    return range(this - 1, this + 3)
