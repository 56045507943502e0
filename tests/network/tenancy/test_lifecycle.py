"""The life of a site: every move of the table, no other, by whom it may be made, never without a trace."""

from __future__ import annotations

import datetime
from itertools import product
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from network.audit.models import AuditEntry
from network.errors import InvalidValue, NotAllowed
from network.rules.api import rule_value
from network.tenancy import lifecycle
from network.tenancy.api import Site, State, get_site, in_site
from network.tenancy.lifecycle import MOVES, closing_due, earliest_closing, move_site
from network.tenancy.models import SiteName, SiteTransition
from tests.factories.lives import bring_to
from tests.factories.people import client_of, staff

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]
PAIRS = {(str(move.from_state), str(move.to_state)): move for move in MOVES}


def move(target: Site, to_state: str, *, by: Site, who: str = "manager", **changes: Any) -> Site:
    values = {"reason": "机构改革", "confirmed_key": target.slug, **changes}
    with in_site(by):
        return move_site(target, to_state, acting_user=staff(by, who), site=by, **values)


def set_state(target: Site, to_state: str, **changes: Any) -> None:
    """What a shell of the application role would do."""
    with transaction.atomic():
        Site.objects.filter(pk=target.pk).update(state=to_state, **changes)


def state_of(target: Site) -> str:
    return Site.objects.values_list("state", flat=True).get(pk=target.pk)


def test_code_and_database_have_one_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT from_state, to_state, needs_reason FROM public.network_site_moves()")
        rows = set(cursor.fetchall())
    assert rows == {(str(move.from_state), str(move.to_state), move.needs_reason) for move in MOVES}
    assert len(rows) == len(MOVES)


@pytest.mark.parametrize(("start", "end"), [pair for pair in product(State.values, State.values) if pair[0] != pair[1]])
def test_only_moves_of_the_table_pass_the_database(guangzhou: Site, shenzhen: Site, start: str, end: str) -> None:
    bring_to(guangzhou, start, into=shenzhen)
    history = SiteTransition.objects.filter(site="guangzhou").count()
    changes: dict[str, Any] = {"state_reason": "机构改革"}
    if end == State.MERGED:
        changes["merged_into"] = shenzhen
    waits = (start, end) == (State.CLOSING, State.CLOSED)
    if (start, end) in PAIRS and not waits:
        set_state(guangzhou, end, **changes)
        last = SiteTransition.objects.filter(site="guangzhou").latest("id")
        assert (last.from_state, last.to_state, last.reason) == (start, end, "机构改革")
        return
    with pytest.raises(IntegrityError, match="earliest" if waits else "cannot go from"):
        set_state(guangzhou, end, **changes)
    assert state_of(guangzhou) == start
    assert SiteTransition.objects.filter(site="guangzhou").count() == history


@pytest.mark.parametrize("pair", [pair for pair, move in PAIRS.items() if move.needs_reason])
def test_a_move_that_demands_a_reason_gets_one(guangzhou: Site, shenzhen: Site, pair: tuple[str, str]) -> None:
    start, end = pair
    bring_to(guangzhou, start, into=shenzhen)
    with pytest.raises(IntegrityError, match="with a reason only"):
        set_state(guangzhou, end, state_reason="  ", **({"merged_into": shenzhen} if end == State.MERGED else {}))
    assert state_of(guangzhou) == start


@pytest.mark.parametrize("state", [State.TRIAL, State.LIVE, State.CLOSED])
def test_a_site_begins_as_preparing(guangdong: Site, state: str) -> None:
    with pytest.raises(IntegrityError, match='begins as "preparing"'), transaction.atomic():
        Site.objects.create(
            slug="foshan", parent=guangdong, level="prefecture", division_code="440600", full_name="佛",
            short_name="佛", state=state,
        )  # fmt: skip
    assert not Site.objects.filter(slug="foshan").exists()


def test_the_hub_never_goes_off_line(hub: Site) -> None:
    for state in (State.SUSPENDED, State.CLOSING):
        with pytest.raises(IntegrityError, match="cannot go from"):
            set_state(hub, state, state_reason="x")
    with pytest.raises(NotAllowed):
        move(hub, State.SUSPENDED, by=hub)
    assert state_of(hub) == State.LIVE


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE network_tenancy_sitetransition SET reason = 'x'",
        "DELETE FROM network_tenancy_sitetransition",
        """INSERT INTO network_tenancy_sitetransition (site, from_state, to_state, reason, person, acting_site,
           merged_into, at) VALUES ('hebei', 'live', 'closed', 'x', '', '', '', now())""",
        "DELETE FROM network_tenancy_sitename",
        "UPDATE network_tenancy_sitename SET full_name = 'x'",
        "ALTER TABLE network_tenancy_site DISABLE TRIGGER ALL",
    ],
)
def test_nobody_rewrites_a_history(hebei: Site, statement: str) -> None:
    before = list(SiteTransition.objects.values_list("id", "reason"))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(SiteTransition.objects.values_list("id", "reason")) == before


# By people


@pytest.mark.parametrize(
    ("start", "end"), [pair for pair in PAIRS if pair[1] != State.MERGED and pair != (State.CLOSING, State.CLOSED)]
)
def test_the_hub_makes_every_move(hub: Site, guangzhou: Site, shenzhen: Site, start: str, end: str) -> None:
    bring_to(guangzhou, start, into=shenzhen)
    moved = move(get_site("guangzhou"), end, by=hub)
    assert (moved.state, moved.state_reason) == (end, "机构改革")
    last = SiteTransition.objects.filter(site="guangzhou").latest("id")
    assert (last.to_state, last.person, last.acting_site) == (end, "manager", "hub")
    entries = AuditEntry.objects.filter(act="site.state", object_id="guangzhou")
    assert {entry.site for entry in entries} == {"hub", "guangzhou"}
    assert all(entry.detail["from"] == start and entry.detail["to"] == end for entry in entries)


def test_a_province_moves_its_own_city_and_no_other(guangdong: Site, hebei: Site, guangzhou: Site) -> None:
    with pytest.raises(NotAllowed, match="只能管理本级下辖站点"):
        move(guangzhou, State.SUSPENDED, by=hebei)
    with pytest.raises(NotAllowed, match="只能管理本级下辖站点"):
        move(guangdong, State.SUSPENDED, by=guangdong)
    with pytest.raises(NotAllowed):
        move(guangzhou, State.SUSPENDED, by=guangdong, who="webmaster")
    assert state_of(guangzhou) == state_of(guangdong) == State.LIVE
    assert not AuditEntry.objects.filter(act="site.state").exists()
    assert move(guangzhou, State.SUSPENDED, by=guangdong).state == State.SUSPENDED


def test_ending_the_redirects_is_for_the_hub(hub: Site, guangdong: Site, guangzhou: Site, shenzhen: Site) -> None:
    bring_to(guangzhou, State.MERGED, into=shenzhen)
    with pytest.raises(InvalidValue, match="不能转为“已关停”"):
        move(get_site("guangzhou"), State.CLOSED, by=guangdong)
    assert move(get_site("guangzhou"), State.CLOSED, by=hub).state == State.CLOSED


@pytest.mark.parametrize(
    ("changes", "named", "field"),
    [
        ({"reason": "  "}, "须写明原因", "reason"),
        ({"reason": "长" * 301}, "不超过 300 字", "reason"),
        ({"confirmed_key": ""}, "请输入“guangzhou”确认", "confirmed_key"),
        ({"confirmed_key": "shenzhen"}, "输入的站点标识“shenzhen”", "confirmed_key"),
    ],
)
def test_a_careless_suspension_is_refused(
    hub: Site, guangzhou: Site, changes: dict[str, str], named: str, field: str
) -> None:
    with pytest.raises(InvalidValue, match=named) as caught:
        move(guangzhou, State.SUSPENDED, by=hub, **changes)
    assert caught.value.fields["field"] == field
    assert state_of(guangzhou) == State.LIVE


def test_a_refusal_says_what_is_possible(hub: Site, guangzhou: Site) -> None:
    with pytest.raises(InvalidValue, match="现为“运行”，不能转为“已关停”；可以转为：临时下线、关停公告、已迁移"):
        move(guangzhou, State.CLOSED, by=hub)
    with pytest.raises(InvalidValue, match="须先选择并入的站点"):
        move(guangzhou, State.MERGED, by=hub)


# Closing


def test_the_notice_stands_as_long_as_the_rule_says(hub: Site, guangzhou: Site) -> None:
    today = timezone.localdate()
    months = rule_value("site.closing_notice_months", level=guangzhou.level)
    closing = move(guangzhou, State.CLOSING, by=hub)
    assert months == 1
    assert closing.closing_on == earliest_closing(guangzhou)
    assert closing.closing_on is not None
    assert 28 <= (closing.closing_on - today).days <= 31
    with pytest.raises(InvalidValue, match=f"要登到 {closing.closing_on}"):
        move(closing, State.CLOSED, by=hub)
    assert state_of(guangzhou) == State.CLOSING
    assert closing_due() == []
    assert [site.slug for site in closing_due(on=closing.closing_on)] == ["guangzhou"]


def test_the_day_cannot_be_brought_forward(guangzhou: Site) -> None:
    set_state(guangzhou, State.CLOSING, state_reason="x", closing_on=timezone.localdate())
    assert Site.objects.get(pk=guangzhou.pk).closing_on == earliest_closing(guangzhou)
    with pytest.raises(IntegrityError, match="change with its state only"), transaction.atomic():
        Site.objects.filter(pk=guangzhou.pk).update(closing_on=timezone.localdate() - datetime.timedelta(days=1))
    with pytest.raises(IntegrityError, match="earliest"):
        set_state(guangzhou, State.CLOSED, state_reason="x", closing_on=timezone.localdate())


def test_a_notice_that_ran_out_lets_a_person_close(hub: Site, guangzhou: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the database decides; the test lets the notice begin with the day it may end on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.network_earliest_closing('prefecture', %s)", [datetime.date(2026, 1, 31)])
        assert cursor.fetchone() == (datetime.date(2026, 2, 28),)
    closing = move(guangzhou, State.CLOSING, by=hub)
    monkeypatch.setattr(lifecycle.timezone, "localdate", lambda: closing.closing_on)
    with pytest.raises(IntegrityError, match="earliest"), transaction.atomic():
        # The form's date is right by then, the database still looks at its own clock.
        move(closing, State.CLOSED, by=hub)
    assert state_of(guangzhou) == State.CLOSING


def test_a_province_with_open_cities_stays(hub: Site, guangdong: Site, guangzhou: Site, hebei: Site) -> None:
    bring_to(guangdong, State.PREPARING)
    with pytest.raises(InvalidValue, match="下还有 2 个站点"):
        move(get_site("guangdong"), State.CLOSED, by=hub)
    with pytest.raises(IntegrityError, match="still has open sites below"):
        set_state(guangdong, State.CLOSED, state_reason="x")
    bring_to(hebei, State.PREPARING)
    assert move(get_site("hebei"), State.CLOSED, by=hub).state == State.CLOSED


# What the public sees


def test_closing_is_announced_on_every_page(hub: Site, guangzhou: Site, shenzhen: Site) -> None:
    closing = move(guangzhou, State.CLOSING, by=hub, reason="职能并入市场监管局。")
    assert closing.closing_on is not None
    day = f"{closing.closing_on.year}年{closing.closing_on.month}月{closing.closing_on.day}日"
    for path in ("/", "/tzgg/", "/search/?q=通知", "/nowhere/"):
        body = client_of(guangzhou).get(path).content.decode()
        assert f"关停公告：因职能并入市场监管局，本网站定于{day}起关停" in body
    assert 'data-notice="closing"' not in client_of(shenzhen).get("/").content.decode()


def test_a_trial_is_marked(guangzhou: Site) -> None:
    assert "试运行中" not in client_of(guangzhou).get("/").content.decode()
    bring_to(guangzhou, State.TRIAL)
    for path in ("/", "/tzgg/"):
        assert 'data-notice="trial"' in client_of(guangzhou).get(path).content.decode()


def test_a_suspended_site_says_why_in_its_own_name(hub: Site, guangzhou: Site) -> None:
    move(guangzhou, State.SUSPENDED, by=hub, reason="机房搬迁")
    for path in ("/", "/tzgg/", "/search/?q=a", "/feed.atom", "/files/ab/x.pdf"):
        answer = client_of(guangzhou).get(path)
        body = answer.content.decode()
        assert (answer.status_code, answer.headers["Cache-Control"]) == (503, "no-store")
        assert guangzhou.full_name in body
        assert "机房搬迁" in body
    # Staff work on.
    assert client_of(guangzhou, "editor").get("/admin/").status_code == 200
    move(get_site("guangzhou"), State.LIVE, by=hub)
    assert client_of(guangzhou).get("/").status_code == 200


def test_a_closed_site_names_the_one_above(hub: Site, guangdong: Site, guangzhou: Site) -> None:
    bring_to(guangzhou, State.PREPARING)
    move(get_site("guangzhou"), State.CLOSED, by=hub, reason="筹建取消")
    answer = client_of(guangzhou).get("/tzgg/")
    body = answer.content.decode()
    assert answer.status_code == 410
    assert all(words in body for words in (guangzhou.full_name, guangdong.full_name, "筹建取消"))
    assert 'href="http://guangdong.localhost:8000/"' in body


def test_a_site_in_preparation_is_unknown_to_the_public(guangzhou: Site) -> None:
    bring_to(guangzhou, State.PREPARING)
    answer = Client(HTTP_HOST="guangzhou.localhost").get("/tzgg/")
    assert answer.status_code == 404
    assert guangzhou.full_name not in answer.content.decode()
    assert client_of(guangzhou, "editor").get("/admin/").status_code == 200


# Names


def test_names_are_dated(guangzhou: Site) -> None:
    old = guangzhou.full_name
    Site.objects.filter(pk=guangzhou.pk).update(full_name="广州市市场监督管理局", named_on=timezone.localdate())
    first, second = SiteName.objects.filter(site="guangzhou")
    assert (first.full_name, first.valid_to is not None) == (old, True)
    assert (second.full_name, second.valid_from, second.valid_to) == (
        "广州市市场监督管理局", timezone.localdate(), None,
    )  # fmt: skip
    Site.objects.filter(pk=guangzhou.pk).update(contact_phone="12315")
    assert SiteName.objects.filter(site="guangzhou").count() == 2
