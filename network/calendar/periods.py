"""Periods as rules word them: days, working days, months."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from network.calendar.days import DueDay, WorkingCalendar, add_months
from network.errors import InvalidValue

DAY, WORKING_DAY, MONTH = "day", "working_day", "month"
UNITS = (DAY, WORKING_DAY, MONTH)


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


def due_day(start: datetime.date, period: Period, calendar: WorkingCalendar) -> DueDay:
    """The last day of a period that starts after ``start``."""
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
