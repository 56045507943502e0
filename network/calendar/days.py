"""Counting in working days over a calendar that is held in memory."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import chinese_calendar
from chinese_calendar.constants import holidays
from django.utils.translation import gettext as _

from network.errors import InvalidValue

ONE_DAY = datetime.timedelta(days=1)
FRIDAY = 4
LONGEST = 2000
"""Working days that are counted in one go: eight years, more than any term of law."""

# Every arrangement since 2004 that took days of the year before (New Year's) took none before this one.
FIRST_SHARED_DAY = (12, 29)
LIBRARY_YEARS = range(min(holidays).year, max(holidays).year + 1)


@dataclass(frozen=True, kw_only=True)
class Reckoned:
    """Something counted in working days. ``unknown_years`` were taken as Monday to Friday, for want of better."""

    unknown_years: tuple[int, ...] = ()

    @property
    def is_certain(self) -> bool:
        return not self.unknown_years

    @property
    def caution(self) -> str:
        """What a screen must say beside the answer; empty when every year is known."""
        if self.is_certain:
            return ""
        years = "、".join(str(year) for year in self.unknown_years)
        return _("%(years)s年放假安排尚未登记，按周一至周五推算。") % {"years": years}


@dataclass(frozen=True, kw_only=True)
class DueDay(Reckoned):
    """The last day of a period."""

    day: datetime.date


@dataclass(frozen=True, kw_only=True)
class DayCount(Reckoned):
    """A number of working days."""

    count: int


@dataclass(frozen=True, kw_only=True)
class WorkingCalendar:
    """Working days of one place. ``exceptions`` win over the library; ``entered`` are years they hold in full."""

    exceptions: Mapping[datetime.date, bool] = field(default_factory=dict)
    entered: frozenset[int] = frozenset()

    def is_known(self, year: int) -> bool:
        return year in LIBRARY_YEARS or year in self.entered

    def is_working(self, day: datetime.date) -> bool:
        """Whether people work on this day, as far as it is known; ``unknown_years`` says how far."""
        if day in self.exceptions:
            return self.exceptions[day]
        if day.year in LIBRARY_YEARS:
            return bool(chinese_calendar.is_workday(day))
        return day.weekday() <= FRIDAY

    def unknown_years(self, days: Iterable[datetime.date]) -> tuple[int, ...]:
        """Years whose arrangement could change what was said of these days; a day with an exception is settled."""
        asked: set[int] = set()
        for day in days:
            if day in self.exceptions:
                continue
            asked.add(day.year)
            if (day.month, day.day) >= FIRST_SHARED_DAY:
                asked.add(day.year + 1)
        return tuple(sorted(year for year in asked if not self.is_known(year)))

    def add(self, start: datetime.date, count: int) -> DueDay:
        """The ``count``-th working day after ``start``, which does not count itself (民法典第二百零一条).

        Zero is ``start``. Raises InvalidValue for a negative count, or one beyond LONGEST.
        """
        return self._walk(start, count, ONE_DAY)

    def back(self, end: datetime.date, count: int) -> DueDay:
        """The ``count``-th working day before ``end``. Raises InvalidValue as ``add`` does."""
        return self._walk(end, count, -ONE_DAY)

    def _walk(self, start: datetime.date, count: int, step: datetime.timedelta) -> DueDay:
        if not 0 <= count <= LONGEST:
            raise InvalidValue(
                _("工作日数应为 0 至 %(most)s，现在是 %(count)s。") % {"most": LONGEST, "count": count}, count=count
            )
        day, passed, left = start, [], count
        while left:
            day += step
            passed.append(day)
            left -= self.is_working(day)
        return DueDay(day=day, unknown_years=self.unknown_years(passed))

    def count(self, start: datetime.date, end: datetime.date) -> DayCount:
        """Working days after ``start`` up to and with ``end``, negative when ``end`` lies before; undoes ``add``."""
        first, last = min(start, end), max(start, end)
        days = [first + ONE_DAY * step for step in range(1, (last - first).days + 1)]
        number = sum(self.is_working(day) for day in days)
        return DayCount(count=number if end >= start else -number, unknown_years=self.unknown_years(days))


def add_months(start: datetime.date, months: int) -> datetime.date:
    """The same day so many months later, the month's last day where it has no such day (民法典第二百零二条)."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(start.day, last))
