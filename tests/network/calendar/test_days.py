"""Working days with swapped weekends, and what is said when a year is not known."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.calendar.api import Period, WorkingCalendar, add_months, due_day, term_of
from network.calendar.days import LIBRARY_YEARS, LONGEST
from network.calendar.periods import back_day
from network.errors import InvalidValue

pytestmark = pytest.mark.tenancy
PLAIN = WorkingCalendar()
KNOWN_DAY = st.dates(datetime.date(2005, 1, 1), datetime.date(2025, 12, 1))
NEXT = LIBRARY_YEARS[-1] + 1


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "is_working"),
    [
        ("2026-02-14", True),  # 国办发明电〔2025〕7号: a Saturday worked for 春节
        ("2026-02-16", False),  # a Monday off
        ("2026-02-28", True),
        ("2026-10-01", False),
        ("2026-10-10", True),
        ("2026-11-26", True),
        ("2026-11-28", False),
    ],
)
def test_swapped_days_are_what_the_arrangement_says(text: str, is_working: bool) -> None:
    assert PLAIN.is_working(day(text)) is is_working


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-13", 2, "2026-02-24"),
        ("2026-09-28", 20, "2026-10-30"),
        ("2026-11-26", 0, "2026-11-26"),
        ("2026-11-28", 1, "2026-11-30"),
    ],
)
def test_the_day_of_the_beginning_does_not_count(start: str, count: int, end: str) -> None:
    found = PLAIN.add(day(start), count)
    assert (found.day, found.is_certain, found.caution) == (day(end), True, "")


@given(KNOWN_DAY, st.integers(0, 60))
def test_counting_undoes_adding(start: datetime.date, count: int) -> None:
    end = PLAIN.add(start, count).day
    assert PLAIN.count(start, end).count == count
    assert PLAIN.count(end, start).count == -count
    assert count == 0 or PLAIN.is_working(end)


@given(KNOWN_DAY, st.integers(0, 60))
def test_going_back_from_a_working_day_undoes_adding(start: datetime.date, count: int) -> None:
    first = PLAIN.add(start, 1).day
    assert PLAIN.back(PLAIN.add(first, count).day, count).day == first


def test_a_year_that_is_not_known_is_named() -> None:
    found = PLAIN.add(datetime.date(NEXT - 1, 12, 20), 20)
    assert (found.unknown_years, found.is_certain) == ((NEXT,), False)
    assert found.caution == f"{NEXT}年放假安排尚未登记，按周一至周五推算。"
    counted = PLAIN.count(datetime.date(NEXT, 3, 1), datetime.date(NEXT + 1, 3, 1))
    assert counted.unknown_years == (NEXT, NEXT + 1)


def test_the_last_days_of_a_year_hang_on_the_next_one() -> None:
    assert PLAIN.add(datetime.date(NEXT - 1, 12, 25), 1).is_certain
    assert PLAIN.count(datetime.date(NEXT - 1, 12, 28), datetime.date(NEXT - 1, 12, 29)).unknown_years == (NEXT,)


def test_a_day_that_was_entered_is_settled_even_in_an_unknown_year() -> None:
    friday, saturday = datetime.date(2027, 3, 5), datetime.date(2027, 3, 6)
    held = WorkingCalendar(exceptions={saturday: True})
    found = held.add(friday, 1)
    assert (found.day, found.unknown_years) == (saturday, ())
    assert held.add(saturday, 1).unknown_years == (2027,)


def test_a_year_entered_in_full_is_known() -> None:
    held = WorkingCalendar(exceptions={datetime.date(2027, 1, 1): False}, entered=frozenset({2027}))
    assert held.add(datetime.date(2026, 12, 31), 1).day == datetime.date(2027, 1, 4)
    assert held.add(datetime.date(2026, 12, 31), 1).is_certain


def test_an_exception_wins_over_the_library() -> None:
    held = WorkingCalendar(exceptions={day("2026-10-01"): True, day("2026-11-26"): False})
    assert (held.is_working(day("2026-10-01")), held.is_working(day("2026-11-26"))) == (True, False)


@pytest.mark.parametrize("count", [-1, LONGEST + 1])
def test_a_term_beyond_reason_is_refused(count: int) -> None:
    with pytest.raises(InvalidValue, match=f"现在是 {count}"):
        PLAIN.add(day("2026-01-01"), count)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [("2026-08-31", 6, "2027-02-28"), ("2026-11-26", 6, "2027-05-26"), ("2024-02-29", 12, "2025-02-28"),
     ("2026-01-31", -2, "2025-11-30")],
)  # fmt: skip
def test_months_end_with_the_month(start: str, months: int, end: str) -> None:
    assert add_months(day(start), months) == day(end)


@pytest.mark.parametrize(
    ("value", "end"),
    [
        ({"amount": 14, "unit": "day"}, "2026-10-12"),
        ({"amount": 1, "unit": "month"}, "2026-10-28"),
        ({"amount": 3, "unit": "working_day"}, "2026-10-08"),
    ],
)
def test_a_period_is_counted_in_its_unit(value: dict[str, object], end: str) -> None:
    assert due_day(day("2026-09-28"), Period.of(value), PLAIN).day == day(end)


@pytest.mark.parametrize(
    ("value", "start"),
    [
        ({"amount": 4, "unit": "day"}, "2026-10-06"),
        ({"amount": 1, "unit": "month"}, "2026-09-10"),
        ({"amount": 3, "unit": "working_day"}, "2026-09-30"),
    ],
)
def test_a_period_is_counted_back_in_its_unit(value: dict[str, object], start: str) -> None:
    assert back_day(day("2026-10-10"), Period.of(value), PLAIN).day == day(start)


@pytest.mark.parametrize(
    "value", [None, 14, {"amount": 14}, {"amount": 0, "unit": "day"}, {"amount": True, "unit": "day"},
              {"amount": 1, "unit": "week"}],
)  # fmt: skip
def test_a_value_that_is_no_period_is_named(value: object) -> None:
    with pytest.raises(InvalidValue, match="不是期限"):
        Period.of(value)


def test_a_year_is_due_on_a_day_of_the_next_holiday_or_not() -> None:
    term = term_of({"month": 1, "day": 31})
    assert (
        due_day(day("2025-03-01"), term, PLAIN).day == due_day(day("2025-12-31"), term, PLAIN).day == day("2026-01-31")
    )
    assert term.label == "次年1月31日以前"
    assert term_of({"amount": 3, "unit": "day"}) == Period(3, "day")


@pytest.mark.parametrize(
    "value", [{"month": 2, "day": 29}, {"month": 13, "day": 1}, {"month": 1}, {"month": "1", "day": 3}]
)
def test_a_value_that_is_no_day_of_every_year_is_named(value: object) -> None:
    with pytest.raises(InvalidValue, match="不是每年的一天"):
        term_of(value)
