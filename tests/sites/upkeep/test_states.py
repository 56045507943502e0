"""What columns owe: counted from the newest item on line, by the clock of the rules."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.utils import timezone
from wagtail.models import Page

from network.calendar.api import DueDay
from network.rules.api import Rule, site_rule
from network.tenancy.api import Site, in_site
from network.upkeep.models import Exemption
from sites.upkeep.states import EXEMPT, FINE, HOME_KEY, OVERDUE, SOON, UNSET, ColumnState, column_states, list_dues
from tests.factories.articles import reviewed_article
from tests.sites.pages.test_disclosure_pages import guide
from tests.sites.pages.test_yearly_reports import report

pytestmark = [pytest.mark.tenancy]
Owner = Callable[[], AbstractContextManager[None]]
NEWS, NEWS_GROUP, NOTICES, REPORTS = "gzdt", "xwdt", "tzgg", "gknb"


def after(days: int) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=days)


def states(site: Site, day: datetime.date | None = None) -> dict[str, ColumnState]:
    with in_site(site):
        return {state.key: state for state in column_states(site, day)}


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "state"), [(0, FINE), (9, FINE), (10, SOON), (14, SOON), (15, OVERDUE)])
def test_news_are_due_after_fourteen_days_of_silence(guangzhou: Site, days: int, state: str) -> None:
    reviewed_article(guangzhou, column=NEWS, kind="news")
    held = states(guangzhou, after(days))[NEWS]
    assert (held.state, held.left, held.last_on, held.is_blank) == (state, 14 - days, after(0), False)
    assert held.clock is not None
    assert held.clock.document == "国办秘函〔2019〕19号"


@pytest.mark.django_db
def test_a_column_without_an_item_counts_from_its_opening(guangzhou: Site) -> None:
    held = states(guangzhou, after(15))[NEWS]
    assert (held.is_blank, held.last_on) == (True, None)
    assert held.opened_on is not None
    assert held.due is not None
    assert held.due.day == held.opened_on + datetime.timedelta(days=14)


@pytest.mark.django_db
def test_an_item_moves_its_column_the_one_above_the_home_page_and_no_other(guangzhou: Site, shenzhen: Site) -> None:
    reviewed_article(guangzhou, column=NEWS, kind="news")
    moved = {key for key, state in states(guangzhou).items() if not state.is_blank}
    assert moved == {NEWS, NEWS_GROUP, HOME_KEY}
    assert all(state.is_blank for state in states(shenzhen).values())


@pytest.mark.django_db
def test_an_item_that_went_off_line_counts_no_more(guangzhou: Site) -> None:
    article = reviewed_article(guangzhou, column=NEWS, kind="news")
    with in_site(guangzhou):
        Page.objects.filter(pk=article.pk).update(live=False)
    assert states(guangzhou)[NEWS].is_blank


@pytest.mark.django_db
def test_the_most_pressing_stands_first(guangzhou: Site) -> None:
    with in_site(guangzhou):
        held = column_states(guangzhou)
    days = [state.due.day for state in held if state.due is not None]
    assert days == sorted(days)
    assert len(held) > 20


@pytest.mark.django_db
def test_a_granted_exemption_stops_the_clock_an_open_one_does_not(guangzhou: Site) -> None:
    facts = {"site": "guangzhou", "column_title": "某栏目", "reason": "不定期更新", "asked_by": "webmaster"}
    Exemption.objects.create(column_key=NEWS, **facts)
    Exemption.objects.create(column_key=NOTICES, state="granted", authority="guangdong", decided_by="manager", **facts)
    held = states(guangzhou, after(400))
    assert (held[NEWS].state, held[NOTICES].state) == (OVERDUE, EXEMPT)
    with in_site(guangzhou):
        owed = {due.key for due in list_dues()}
    assert NEWS in owed
    assert NOTICES not in owed


@pytest.mark.django_db
def test_what_a_day_rests_on_travels_with_it(guangzhou: Site) -> None:
    with in_site(guangzhou):
        for due in list_dues():
            assert due.alarm_on <= due.due_on
            assert due.caution == ""  # days and months hang on no arrangement


def test_a_column_without_a_rule_is_said_to_have_none() -> None:
    held = ColumnState(key="x", title="某栏目", today=datetime.date(2026, 1, 1))
    assert (held.state, held.left, held.due) == (UNSET, 0, None)


@pytest.mark.django_db(transaction=True)
def test_a_local_clock_in_working_days_counts_there_only(owner: Owner, guangzhou: Site, shenzhen: Site) -> None:
    with owner():
        Rule.objects.create(
            key="clock.news", place="guangzhou", level="all", value={"amount": 5, "unit": "working_day"},
            document="试验文件", clause="一", effective_from=datetime.date(2020, 1, 1), sure="proposal",
        )  # fmt: skip
    for site in (guangzhou, shenzhen):
        reviewed_article(site, column=NEWS, kind="news")
    here, there = states(guangzhou)[NEWS], states(shenzhen)[NEWS]
    assert here.period is not None
    assert here.due is not None
    assert here.period.label == "5 个工作日"
    assert after(5) <= here.due.day <= after(14)
    assert there.left == 14


@pytest.mark.django_db
def test_the_report_of_a_year_is_owed_until_the_end_of_next_january_whenever_the_last_was_published(
    guangzhou: Site, shenzhen: Site
) -> None:
    year = timezone.localdate().year
    held = states(guangzhou)[REPORTS]
    assert held.due is not None
    assert (held.owed_year, held.due.day, held.is_blank) == (year, datetime.date(year + 1, 1, 31), True)
    report(guangzhou, year - 2)
    assert (states(guangzhou)[REPORTS].owed_year, states(shenzhen)[REPORTS].owed_year) == (year - 1, year)
    due = datetime.date(year, 1, 31)
    for day, state in [(-1, FINE), (0, SOON), (31, SOON), (32, OVERDUE)]:
        assert states(guangzhou, due + datetime.timedelta(days=day - 31))[REPORTS].state == state, day
    report(guangzhou, year - 1)
    assert states(guangzhou)[REPORTS].due == DueDay(day=datetime.date(year + 1, 1, 31))
    with in_site(guangzhou):
        (owed,) = [row for row in list_dues() if row.key == REPORTS]
    assert owed.title == f"信息公开年报（{year}年度）"


@pytest.mark.django_db
def test_before_the_revision_the_report_was_due_by_march(guangzhou: Site) -> None:
    assert site_rule(guangzhou, "clock.yearly_report", on=datetime.date(2012, 1, 1)).value == {"month": 3, "day": 31}


@pytest.mark.django_db
def test_a_guide_that_was_gone_through_again_is_fresh(guangzhou: Site) -> None:
    published = timezone.now() - datetime.timedelta(days=900)
    guide(guangzhou, updated_on=after(-3), first_published_at=published)
    assert states(guangzhou)["gkzn"].last_on == after(-3)
