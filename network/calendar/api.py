"""The door of the calendar of working days."""

from network.calendar.days import DayCount, DueDay, Reckoned, WorkingCalendar, add_months
from network.calendar.periods import Period, Term, YearDay, back_day, due_day, term_of
from network.calendar.queries import add_working_days, count_working_days, working_calendar

__all__ = [
    "DayCount",
    "DueDay",
    "Period",
    "Reckoned",
    "Term",
    "WorkingCalendar",
    "YearDay",
    "add_months",
    "add_working_days",
    "back_day",
    "count_working_days",
    "due_day",
    "term_of",
    "working_calendar",
]
