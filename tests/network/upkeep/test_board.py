"""The board of a level over its sites: from rows in public, none of another subtree."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.users.models import UserProfile

from network.boards.actions import ask_for_summaries
from network.boards.models import ColumnDue, SiteSummary
from network.tenancy.api import Site, in_site
from network.tenancy.registry import held_snapshot
from network.upkeep.models import Exemption
from network.upkeep.queries import duty_board
from sites.accounts.models import Staff
from tests.factories.articles import reviewed_article
from tests.factories.deliveries import work_off
from tests.factories.emergencies import rereview_row
from tests.factories.people import client_of

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]
BOARD = "network_upkeep:board"


def due(site: str, key: str, days: int, *, alarm: int = 4, is_blank: bool = False) -> None:
    today = timezone.localdate()
    ColumnDue.objects.create(
        site=site,
        column_key=key,
        title=f"{site}{key}",
        due_on=today + datetime.timedelta(days=days),
        alarm_on=today + datetime.timedelta(days=days - alarm),
        last_on=None if is_blank else today,
    )


def test_the_rows_of_a_site_follow_what_it_publishes(guangzhou: Site, shenzhen: Site) -> None:
    ask_for_summaries(["guangzhou", "shenzhen"])
    work_off()
    before = {row.column_key: row.pk for row in ColumnDue.objects.filter(site="guangzhou")}
    reviewed_article(guangzhou, column="gzdt", kind="news")
    ColumnDue.objects.create(
        site="guangzhou", column_key="gone", title="x", due_on=timezone.localdate(), alarm_on=timezone.localdate()
    )
    ask_for_summaries(["guangzhou"])
    work_off()
    rows = {row.column_key: row for row in ColumnDue.objects.filter(site="guangzhou")}
    assert set(rows) == set(before)
    assert (rows["gzdt"].last_on, rows["tzgg"].last_on) == (timezone.localdate(), None)
    assert ColumnDue.objects.get(site="shenzhen", column_key="gzdt").last_on is None
    # What says the same was left alone.
    assert rows["tzgg"].pk == before["tzgg"]


def test_a_level_sees_its_own_sites_the_most_pressing_first(
    hub: Site, guangdong: Site, guangzhou: Site, shenzhen: Site, hebei: Site
) -> None:
    due("guangzhou", "a", 30)
    due("shenzhen", "a", -1)
    due("shenzhen", "b", 3)
    due("shenzhen", "c", 0, is_blank=True)
    due("hebei", "a", -5)
    due("guangdong", "a", -9)
    board = duty_board(guangdong)
    assert [(row.site.slug, row.owed.overdue, row.owed.soon, row.owed.blank) for row in board.rows] == [
        ("shenzhen", 1, 2, 1), ("guangzhou", 0, 0, 0),
    ]  # fmt: skip
    assert (board.overdue, board.soon, board.blank, board.uncounted) == (1, 2, 1, 2)
    assert {row.site.slug for row in duty_board(hub).rows} == {"guangdong", "guangzhou", "shenzhen", "hebei"}
    assert duty_board(hub).overdue == 3
    assert duty_board(hebei).rows == []


def test_a_request_brings_a_site_forward(guangdong: Site, shenzhen: Site) -> None:
    due("guangzhou", "a", 1)
    Exemption.objects.create(
        site="shenzhen", column_key="a", column_title="某栏目", reason="不定期更新", asked_by="webmaster"
    )
    board = duty_board(guangdong)
    assert [(row.site.slug, row.asked) for row in board.rows] == [("shenzhen", 1), ("guangzhou", 0)]
    assert board.asked == 1


def test_the_board_costs_four_statements(hub: Site, django_assert_num_queries: Any) -> None:
    with held_snapshot():
        assert duty_board(hub).rows
        with django_assert_num_queries(4):
            duty_board(hub)


def test_the_screens_show_a_subtree_and_nothing_else(guangdong: Site, hebei: Site, guangzhou: Site) -> None:
    due("guangzhou", "a", -2)
    ask_for_summaries(["shenzhen"])
    work_off()
    manager = client_of(guangdong, "manager")
    page = manager.get(reverse(BOARD)).content.decode()
    assert 'data-site="guangzhou"' in page and 'data-site="shenzhen"' in page and 'data-site="hebei"' not in page
    one = manager.get(reverse("network_upkeep:site", args=["guangzhou"])).content.decode()
    assert 'data-column="a" data-state="overdue"' in one and "逾期 2 天" in one
    for slug in ("guangdong", "hebei", "nowhere"):
        assert manager.get(reverse("network_upkeep:site", args=[slug])).status_code == 404
    assert client_of(hebei, "manager").get(reverse("network_upkeep:site", args=["guangzhou"])).status_code == 404
    assert client_of(guangzhou, "webmaster").get(reverse(BOARD)).status_code == 404


def test_a_row_follows_its_numbers_and_the_clock_of_its_reader(guangdong: Site, guangzhou: Site) -> None:
    ask_for_summaries(["guangzhou"])
    work_off()
    counted = SiteSummary.objects.get(site="guangzhou").updated_at
    manager = client_of(guangdong, "manager")

    def row() -> str:
        page = manager.get(reverse(BOARD)).content.decode()
        return page[page.index('<tr data-site="guangzhou">') :].partition("</tr>")[0]

    before = row()
    assert row() == before
    due("guangzhou", "late", -3)
    assert ">1</strong>" in row() and ">1</strong>" not in before
    for zone in ("Asia/Shanghai", "America/New_York"):
        with in_site(guangdong):
            person = Staff.objects.get(username="manager")
            UserProfile.objects.update_or_create(user=person, defaults={"current_time_zone": zone})
        assert f"{counted.astimezone(ZoneInfo(zone)):%m-%d %H:%M}" in row()


def test_a_late_re_review_comes_before_everything_else(guangdong: Site, guangzhou: Site, shenzhen: Site) -> None:
    due("shenzhen", "a", -9)
    rereview_row(guangzhou, 1, hours=-2)
    rereview_row(guangzhou, 2, hours=2, title="还在时限内")
    board = duty_board(guangdong)
    assert [(row.site.slug, row.rereviews, row.late) for row in board.rows] == [("guangzhou", 2, 1), ("shenzhen", 0, 0)]
    assert (board.rereviews, board.late) == (2, 1)


def test_the_level_above_is_alarmed_on_its_screens(guangdong: Site, hebei: Site, guangzhou: Site) -> None:
    late, fine = rereview_row(guangzhou, 1, hours=-2), rereview_row(guangzhou, 2, hours=2, title="还在时限内")
    manager = client_of(guangdong, "manager")
    page = manager.get(reverse(BOARD)).content.decode()
    assert f'<li data-rereview="{late.pk}">' in page and f'data-rereview="{fine.pk}"' not in page
    assert "<strong" in page and "data-late>1<" in page
    assert "data-below-late>1<" in manager.get("/admin/").content.decode()
    one = manager.get(reverse("network_upkeep:site", args=["guangzhou"])).content.decode()
    assert f'data-rereview="{late.pk}" data-state="waiting"' in one and "还在时限内" in one
    assert f'data-rereview="{late.pk}"' not in client_of(hebei, "manager").get(reverse(BOARD)).content.decode()
