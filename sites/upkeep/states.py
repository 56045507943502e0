"""What each column of a site owes."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from network.calendar.api import (
    DueDay,
    Period,
    Term,
    WorkingCalendar,
    YearDay,
    back_day,
    due_day,
    term_of,
    working_calendar,
)
from network.compiled import Compiled
from network.contracts import UpdateDue
from network.rules.api import Rule, site_rules
from network.tenancy.api import Site, current_site
from network.upkeep.api import Exemption, ExemptionState, exemptions_in_force
from sites.content.queries import ITEM_DEPTH, last_by_column
from sites.pages.column import ColumnPage
from sites.pages.disclosing import renewed_days, reported_years
from sites.upkeep.models import ColumnOwner

CLOCK, ALARM, DEFAULT_ALARM, HOME = "clock.", "alarm.", "default", "home"
HOME_KEY = "/"
OVERDUE, SOON, FINE, EXEMPT, UNSET = "overdue", "soon", "fine", "exempt", "unset"


@dataclass(frozen=True, kw_only=True)
class ColumnState:
    """One live column, or the home page, with what it owes on ``today``.

    ``due`` is None where no clock applies: ``state`` says whether it is exempt or has no rule. ``owed_year`` is the
    year that is to be reported on, where the clock is a day of the year.
    """

    key: str
    title: str
    today: datetime.date
    page_id: int = 0
    clock: Rule | None = None
    period: Term | None = None
    owed_year: int | None = None
    opened_on: datetime.date | None = None
    last_on: datetime.date | None = None
    due: DueDay | None = None
    alarm_on: datetime.date | None = None
    department: str = ""
    person: str = ""
    person_id: int | None = None
    is_person_active: bool = True
    exemption: Exemption | None = None

    @property
    def state(self) -> str:
        if self.exemption is not None and self.exemption.state == ExemptionState.GRANTED:
            return EXEMPT
        if self.due is None or self.alarm_on is None:
            return UNSET
        if self.due.day < self.today:
            return OVERDUE
        return SOON if self.alarm_on <= self.today else FINE

    @property
    def left(self) -> int:
        """Days until the column is due; negative when it is overdue."""
        return (self.due.day - self.today).days if self.due else 0

    @property
    def past(self) -> int:
        return -self.left

    @property
    def is_blank(self) -> bool:
        return self.last_on is None


def column_states(site: Site, today: datetime.date | None = None) -> list[ColumnState]:
    """The home page and every live column of the site that is entered, the most pressing first; nine statements."""
    reader = _Reader(site, today or timezone.localdate())
    return sorted(reader.states(), key=_urgency)


class Owner(NamedTuple):
    """Who answers for a column; nobody in person where the names are None."""

    column_id: int
    department: str
    person_id: int | None
    display_name: str | None
    username: str | None
    is_person_active: bool | None


COLUMN_FACTS = ("pk", "path", "title", "key", "parent_key", "clock_key", "first_published_at")
COLUMNS = Compiled(lambda: ColumnPage.objects.live().order_by("path").values_list(*COLUMN_FACTS))
OWNERS = Compiled(
    lambda: ColumnOwner.objects.values_list(
        "column_id", "department", "person_id", "person__display_name", "person__username", "person__is_active"
    )
)
NEWEST = last_by_column(lambda: Page.objects.live().filter(depth=ITEM_DEPTH), "first_published_at")
HOME_PAGE = Compiled(lambda: Page.objects.filter(depth=2).order_by("path").values_list("pk", "first_published_at")[:1])


def _urgency(state: ColumnState) -> tuple[bool, datetime.date, str]:
    return (state.state in (EXEMPT, UNSET), state.due.day if state.due else datetime.date.max, state.key)


def list_dues() -> Sequence[UpdateDue]:
    """What the site that is entered owes, for its rows in public; exempt columns owe nothing."""
    return [
        UpdateDue(
            key=state.key,
            title=state.title,
            due_on=state.due.day,
            alarm_on=state.alarm_on,
            last_on=state.last_on,
            department=state.department,
            person=state.person,
            caution=state.due.caution,
        )
        for state in column_states(current_site())
        if state.due is not None and state.alarm_on is not None and state.state != EXEMPT
    ]


class _Reader:
    """Everything that the states of one site are computed from."""

    def __init__(self, site: Site, today: datetime.date) -> None:
        self.today = today
        self.clocks: Mapping[str, Rule] = site_rules(site, CLOCK)
        self.alarms: Mapping[str, Rule] = site_rules(site, ALARM)
        self.calendar: WorkingCalendar = working_calendar(site)
        self.exemptions = exemptions_in_force(site)

    def states(self) -> list[ColumnState]:
        columns = [dict(zip(COLUMN_FACTS, row, strict=True)) for row in COLUMNS.rows()]
        owners = {owner.column_id: owner for owner in map(Owner._make, OWNERS.rows())}
        newest, reported = self._newest(), reported_years()
        below: dict[str, list[datetime.date]] = {}
        for column in columns:
            held = newest.get(column["path"])
            if held is not None and column["parent_key"]:
                below.setdefault(column["parent_key"], []).append(held)
        states = [self._home(newest.values())]
        for column in columns:
            own = newest.get(column["path"])
            dates = [*below.get(column["key"], []), *([own] if own else [])]
            last_on = max(dates, default=None)
            states.append(self._state(column, last_on, owners.get(column["pk"]), reported.get(column["path"])))
        return states

    def _newest(self) -> dict[str, datetime.date]:
        """Day of the newest item on line by the tree path of its column."""
        held = {path: timezone.localdate(moment) for path, moment in NEWEST.rows()}
        for path, day in renewed_days().items():
            held[path] = max(day, held.get(path, day))
        return held

    def _home(self, newest: Any) -> ColumnState:
        ((key, opened),) = HOME_PAGE.rows() or [(0, None)]
        return ColumnState(
            key=HOME_KEY,
            title=_("首页"),
            today=self.today,
            page_id=key,
            **self._times(HOME, max(newest, default=None), timezone.localdate(opened) if opened else None),
        )

    def _state(
        self,
        column: dict[str, Any],
        last_on: datetime.date | None,
        owner: Owner | None,
        reported: int | None,
    ) -> ColumnState:
        opened = column["first_published_at"]
        times = self._times(
            column["clock_key"].removeprefix(CLOCK),
            last_on,
            timezone.localdate(opened) if opened else None,
            reported,
        )
        title, year = column["title"], times.get("owed_year")
        return ColumnState(
            key=column["key"],
            title=_("%(column)s（%(year)s年度）") % {"column": title, "year": year} if year else title,
            today=self.today,
            page_id=column["pk"],
            department=owner.department if owner else "",
            person=(owner.display_name or owner.username or "") if owner else "",
            person_id=owner.person_id if owner else None,
            is_person_active=owner.is_person_active is not False if owner else True,
            exemption=self.exemptions.get(column["key"]),
            **times,
        )

    def _times(
        self,
        name: str,
        last_on: datetime.date | None,
        opened_on: datetime.date | None,
        reported: int | None = None,
    ) -> dict[str, Any]:
        """Clock, day due, day of the alarm. A column without an item counts from its opening.

        A day of the year is due for the year after the last that was reported on, whenever that was published.
        """
        clock = self.clocks.get(name) if name else None
        start = last_on or opened_on
        facts: dict[str, Any] = {"clock": clock, "opened_on": opened_on, "last_on": last_on}
        if clock is None:
            return facts
        period = term_of(clock.value)
        facts["period"] = period
        if isinstance(period, YearDay):
            start = datetime.date(reported + 1, 1, 1) if reported else opened_on
            facts["owed_year"] = start.year if start else None
        if start is None:
            return facts
        due = due_day(start, period, self.calendar)
        alarm = self.alarms.get(name) or self.alarms[DEFAULT_ALARM]
        return {**facts, "due": due, "alarm_on": back_day(due.day, Period.of(alarm.value), self.calendar).day}
