"""Periods as rules word them: days, working days, months; days of the year by which something is due."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from network.calendar.days import DueDay, WorkingCalendar, add_months
from network.errors import InvalidValue

DAY, WORKING_DAY, MONTH = "day", "working_day", "month"
UNITS = (DAY, WORKING_DAY, MONTH)
COMMON_YEAR = 2001


@dataclass(frozen=True)
class Period:
    """An amount of one unit."""

    amount: int
    unit: str

    @classmethod
    def of(cls, value: Any) -> Period:
        """A rule's value ``{amount, unit}`` as a period. Raises InvalidValue that names it."""
        amount = value.get("amount") if isinstance(value, dict) else None
        unit = value.get("unit") if isinstance(value, dict) else None
        if not isinstance(amount, int) or isinstance(amount, bool) or amount < 1 or unit not in UNITS:
            raise InvalidValue(
                _('“%(value)s”不是期限，应写作 { amount = 20, unit = "working_day" }，单位为 %(units)s。')
                % {"value": value, "units": "、".join(UNITS)}
            )
        return cls(amount, unit)

    @property
    def label(self) -> str:
        """As screens say it, for example “20 个工作日”."""
        words = {DAY: _("%(amount)s 天"), WORKING_DAY: _("%(amount)s 个工作日"), MONTH: _("%(amount)s 个月")}
        return words[self.unit] % {"amount": self.amount}


@dataclass(frozen=True)
class YearDay:
    """The day of the next year by which a year is reported on. It does not move with holidays: the law names a date."""

    month: int
    day: int

    @classmethod
    def of(cls, value: Any) -> YearDay:
        """A rule's value ``{month, day}``. Raises InvalidValue that names it."""
        month, day = (value.get(name) if isinstance(value, dict) else None for name in ("month", "day"))
        try:
            datetime.date(COMMON_YEAR, month, day)  # type: ignore[arg-type]
        except (TypeError, ValueError) as error:
            raise InvalidValue(
                _("“%(value)s”不是每年的一天，应写作 { month = 1, day = 31 }。") % {"value": value}
            ) from error
        return cls(month, day)  # type: ignore[arg-type]

    @property
    def label(self) -> str:
        """As screens say it, for example “次年1月31日以前”."""
        return _("次年%(month)s月%(day)s日以前") % {"month": self.month, "day": self.day}


Term = Period | YearDay


def term_of(value: Any) -> Term:
    """A rule's value as a period, or as a day of the year where it names a month. Raises InvalidValue."""
    return YearDay.of(value) if isinstance(value, dict) and "month" in value else Period.of(value)


def due_day(start: datetime.date, period: Term, calendar: WorkingCalendar) -> DueDay:
    """The last day of a period that starts after ``start``; the day by which its year is reported on."""
    if isinstance(period, YearDay):
        return DueDay(day=datetime.date(start.year + 1, period.month, period.day))
    if period.unit == WORKING_DAY:
        return calendar.add(start, period.amount)
    if period.unit == MONTH:
        return DueDay(day=add_months(start, period.amount))
    return DueDay(day=start + datetime.timedelta(days=period.amount))


def back_day(end: datetime.date, period: Period, calendar: WorkingCalendar) -> DueDay:
    """The day from which only a period is left until ``end``."""
    if period.unit == MONTH:
        return DueDay(day=add_months(end, -period.amount))
    if period.unit == DAY:
        return DueDay(day=end - datetime.timedelta(days=period.amount))
    return calendar.back(end, period.amount)
