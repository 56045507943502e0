"""A year of days as the screen shows it."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from network.calendar.days import WorkingCalendar
from network.calendar.models import DayException


@dataclass(frozen=True)
class Day:
    """One square. ``mark`` is “休” or “班” where the day differs from its weekday, ``title`` says why."""

    day: datetime.date
    is_working: bool
    is_entered: bool
    mark: str
    title: str


@dataclass(frozen=True)
class Month:
    """A month in weeks from Monday; None is a square of another month."""

    number: int
    weeks: Sequence[Sequence[Day | None]]
    working_days: int


def months_of(year: int, days: WorkingCalendar, entered: Mapping[datetime.date, DayException]) -> list[Month]:
    """Twelve months as the calendar has them."""
    months = []
    for number in range(1, 13):
        weeks = [
            [_square(day, days, entered) if day.month == number else None for day in week]
            for week in calendar.Calendar().monthdatescalendar(year, number)
        ]
        held = [square for week in weeks for square in week if square is not None]
        months.append(Month(number=number, weeks=weeks, working_days=sum(square.is_working for square in held)))
    return months


def _square(day: datetime.date, days: WorkingCalendar, entered: Mapping[datetime.date, DayException]) -> Day:
    is_working = days.is_working(day)
    mark = "" if is_working == (day.weekday() < calendar.SATURDAY) else ("班" if is_working else "休")
    row = entered.get(day)
    title = " ".join(filter(None, (row.note, row.document))) if row else ""
    return Day(day=day, is_working=is_working, is_entered=row is not None, mark=mark, title=title)
