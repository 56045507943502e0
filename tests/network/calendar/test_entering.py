"""What managers enter into the calendar, for the country or for their region."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from network.audit.models import AuditEntry
from network.calendar.actions import clear_days, enter_year, reopen_year, set_days
from network.calendar.api import add_working_days, count_working_days, working_calendar
from network.calendar.days import LIBRARY_YEARS
from network.calendar.models import DayException, EnteredYear
from network.errors import InvalidValue, NotAllowed
from network.tenancy.api import Site, in_site
from tests.factories.people import client_of, staff

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]
DOCUMENT = "关于部分节假日安排的通知"
NEXT = LIBRARY_YEARS[-1] + 1
NEW_YEAR = datetime.date(NEXT, 1, 1)


@pytest.fixture(autouse=True)
def a_day_of_the_last_known_year() -> Iterator[None]:
    with time_machine.travel(datetime.datetime(NEXT - 1, 11, 26, 9, tzinfo=timezone.get_default_timezone())):
        yield


def enter(site: Site, first: datetime.date, last: datetime.date | None = None, **more: Any) -> int:
    facts = {"is_working": False, "document": DOCUMENT, **more}
    with in_site(site):
        person = facts.pop("by", None) or staff(site, "manager")
        return set_days(acting_user=person, authority=site, first=first, last=last or first, **facts)


def test_what_the_hub_enters_counts_everywhere(hub: Site, guangzhou: Site, hebei: Site) -> None:
    assert enter(hub, NEW_YEAR, NEW_YEAR + datetime.timedelta(days=2)) == 3
    for site in (hub, guangzhou, hebei):
        assert working_calendar(site).exceptions == {
            NEW_YEAR + datetime.timedelta(days=step): False for step in range(3)
        }
    entry = AuditEntry.objects.get(act="calendar.set")
    assert (entry.site, entry.person, entry.detail["document"]) == ("hub", "manager", DOCUMENT)


def test_what_a_province_enters_counts_in_its_region_only(
    hub: Site, guangdong: Site, guangzhou: Site, hebei: Site
) -> None:
    local = datetime.date(2026, 11, 27)
    enter(guangdong, local)
    assert add_working_days(datetime.date(2026, 11, 26), 1, site=guangzhou).day == datetime.date(2026, 11, 30)
    for other in (hebei, hub, None):
        assert add_working_days(datetime.date(2026, 11, 26), 1, site=other).day == local
    assert count_working_days(datetime.date(2026, 11, 26), local, site=guangzhou).count == 0


def test_the_nearest_entry_wins(hub: Site, guangdong: Site, guangzhou: Site, hebei: Site) -> None:
    enter(guangdong, NEW_YEAR, is_working=True)
    enter(hub, NEW_YEAR)
    assert (working_calendar(guangzhou).is_working(NEW_YEAR), working_calendar(hebei).is_working(NEW_YEAR)) == (
        True,
        False,
    )


def test_entering_a_day_again_replaces_it(hub: Site) -> None:
    enter(hub, NEW_YEAR)
    enter(hub, NEW_YEAR, is_working=True, note="  调休  ")
    row = DayException.objects.get()
    assert (row.is_working, row.note) == (True, "调休")


@pytest.mark.parametrize(("slug", "username"), [("guangzhou", "webmaster"), ("hub", "editor")])
def test_nobody_else_enters_days(slug: str, username: str, hub: Site, guangzhou: Site) -> None:
    site = {"hub": hub, "guangzhou": guangzhou}[slug]
    with pytest.raises(NotAllowed):
        enter(site, NEW_YEAR, by=staff(site, username))
    assert DayException.objects.count() == 0
    assert AuditEntry.objects.get(act="calendar.set").result == "refused"


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"last": NEW_YEAR - datetime.timedelta(days=1)}, "由先到后"),
        ({"last": NEW_YEAR + datetime.timedelta(days=15)}, "一次不超过 15 天"),
        ({"document": "  无 "}, "现在是“无”"),
    ],
)
def test_a_slip_of_the_hand_is_refused(hub: Site, facts: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidValue, match=words):
        enter(hub, NEW_YEAR, **facts)
    assert DayException.objects.count() == 0


def test_a_day_far_away_is_refused(hub: Site) -> None:
    with pytest.raises(InvalidValue, match="日期应在"):
        enter(hub, datetime.date(NEXT + 5, 1, 1))
    assert DayException.objects.count() == 0


def test_a_year_is_certain_once_it_is_said_to_be_entered_in_full(hub: Site, guangzhou: Site) -> None:
    start, manager = datetime.date(NEXT - 1, 12, 24), staff(hub, "manager")
    assert add_working_days(start, 10, site=guangzhou).unknown_years == (NEXT,)
    with in_site(hub):
        with pytest.raises(InvalidValue, match="还没有登记放假日期"):
            enter_year(acting_user=manager, authority=hub, year=NEXT, document=DOCUMENT)
        enter(hub, NEW_YEAR)
        enter_year(acting_user=manager, authority=hub, year=NEXT, document=DOCUMENT)
        assert add_working_days(start, 10, site=guangzhou).is_certain
        with pytest.raises(InvalidValue, match="已确认录全"):
            enter_year(acting_user=manager, authority=hub, year=NEXT, document=DOCUMENT)
        reopen_year(acting_user=manager, authority=hub, year=NEXT)
        with pytest.raises(InvalidValue, match="没有确认录全"):
            reopen_year(acting_user=manager, authority=hub, year=NEXT)
    assert add_working_days(start, 10, site=guangzhou).unknown_years == (NEXT,)
    acts = AuditEntry.objects.filter(act__startswith="calendar.").order_by("id").values_list("act", flat=True)
    assert list(acts) == ["calendar.set", "calendar.enter", "calendar.reopen"]


@pytest.mark.parametrize(("year", "words"), [(NEXT - 1, "已在程序库中"), (NEXT + 5, "年份应为")])
def test_a_year_that_needs_no_entering_is_refused(hub: Site, year: int, words: str) -> None:
    with in_site(hub), pytest.raises(InvalidValue, match=words):
        enter_year(acting_user=staff(hub, "manager"), authority=hub, year=year, document=DOCUMENT)
    assert EnteredYear.objects.count() == 0


def test_a_province_says_nothing_about_the_countrys_year(guangdong: Site) -> None:
    enter(guangdong, NEW_YEAR)
    with in_site(guangdong), pytest.raises(NotAllowed, match="由总站登记"):
        enter_year(acting_user=staff(guangdong, "manager"), authority=guangdong, year=NEXT, document=DOCUMENT)
    assert EnteredYear.objects.count() == 0


def test_only_the_own_entries_are_taken_back(hub: Site, guangdong: Site) -> None:
    enter(hub, NEW_YEAR)
    with in_site(guangdong), pytest.raises(InvalidValue, match="没有登记的例外"):
        clear_days(acting_user=staff(guangdong, "manager"), authority=guangdong, first=NEW_YEAR, last=NEW_YEAR)
    assert DayException.objects.count() == 1
    with in_site(hub):
        assert clear_days(acting_user=staff(hub, "manager"), authority=hub, first=NEW_YEAR, last=NEW_YEAR) == 1
    assert DayException.objects.count() == 0
    assert AuditEntry.objects.get(act="calendar.clear").detail["before"] == {str(NEW_YEAR): False}


def test_the_screen_says_how_sure_a_year_is(hub: Site) -> None:
    manager, index = client_of(hub, "manager"), reverse("network_calendar:index")
    assert 'data-known="yes"' in manager.get(index, {"year": NEXT - 1}).content.decode()
    page = manager.get(index, {"year": NEXT}).content.decode()
    assert 'data-known="no"' in page and "都按周一至周五推算" in page
    wish = {"first": str(NEW_YEAR), "last": str(NEW_YEAR), "kind": "off", "document": DOCUMENT, "note": "元旦"}
    assert manager.post(reverse("network_calendar:set"), wish).status_code == 302
    assert manager.post(reverse("network_calendar:enter", args=[NEXT]), {"document": DOCUMENT}).status_code == 302
    page = manager.get(index, {"year": NEXT}).content.decode()
    assert 'data-known="yes"' in page and "放假安排已录全" in page and f'data-exception="{NEW_YEAR}"' in page


def test_a_refusal_stands_on_the_screen(hub: Site) -> None:
    wish = {"first": str(NEW_YEAR), "last": str(NEW_YEAR), "kind": "off", "document": "无"}
    refused = client_of(hub, "manager").post(reverse("network_calendar:set"), wish)
    assert (refused.status_code, DayException.objects.count()) == (422, 0)
    assert "请写明文件的文号或名称" in refused.content.decode()
