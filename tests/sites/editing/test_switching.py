"""Where publishers publish: widened by the webmaster, narrowed by somebody else, never where nobody could."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from network.audit.models import AuditEntry
from network.errors import InvalidValue, NetworkError, NotAllowed
from network.rules.models import Rule
from network.tenancy.api import Site, in_site
from sites.accounts.duties import close_account
from sites.accounts.models import DutyScope, Staff
from sites.accounts.scopes import places_to_choose, set_scopes
from sites.editing.models import PublishingPlace
from sites.editing.publishers import columns_without, publishing_columns, publishing_gap
from sites.editing.switching import set_publishing_places
from sites.pages.models import ColumnPage
from tests.factories.people import client_of
from tests.factories.publishing import PERSON, approved_article, publish_apart, with_publisher

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]
Owner = Callable[[], AbstractContextManager[None]]
REASON = "政策栏目改由终审后直接发布"


def choose(site: Site, *columns: str, by: str = "webmaster", is_everywhere: bool = False, reason: str = "") -> None:
    with in_site(site), transaction.atomic():
        set_publishing_places(
            acting_user=Staff.objects.get(username=by),
            site=site,
            is_everywhere=is_everywhere,
            columns=columns,
            reason=reason,
        )


def places(site: Site) -> list[str]:
    with in_site(site):
        return list(PublishingPlace.objects.order_by("column_key").values_list("column_key", flat=True))


def give_duty(site: Site, *columns: str) -> None:
    with in_site(site):
        with_publisher(PERSON, *columns)


def test_the_webmaster_widens_and_the_security_administrator_narrows(guangzhou: Site, shenzhen: Site) -> None:
    give_duty(guangzhou)
    choose(guangzhou, "tzgg")
    choose(guangzhou, is_everywhere=True)
    assert places(guangzhou) == [""]
    with pytest.raises(NotAllowed, match="由安全管理员办理"):
        choose(guangzhou, "tzgg", reason=REASON)
    with pytest.raises(InvalidValue, match="缩小范围的原因应为"):
        choose(guangzhou, "tzgg", by="security")
    assert places(guangzhou) == [""]
    choose(guangzhou, "tzgg", by="security", reason=REASON)
    assert (places(guangzhou), places(shenzhen)) == (["tzgg"], [])
    entries = AuditEntry.objects.filter(act="publishing.places").order_by("pk")
    told = [(entry.site, entry.person, entry.detail.get("reason", "")) for entry in entries]
    assert told == [
        ("guangzhou", "webmaster", ""),
        ("guangzhou", "webmaster", ""),
        ("guangzhou", "security", REASON),
        ("guangdong", "security", REASON),
    ]


@pytest.mark.parametrize("username", ["editor", "final", PERSON, "auditor"])
def test_nobody_else_chooses(guangzhou: Site, username: str) -> None:
    give_duty(guangzhou)
    with pytest.raises(NotAllowed, match="站点管理员或安全管理员"):
        choose(guangzhou, "tzgg", by=username)
    assert client_of(guangzhou, username).get(reverse("sites_publishing:places")).status_code == 404
    assert places(guangzhou) == []
    choose(guangzhou, "tzgg")


def test_a_choice_that_nobody_could_work_with_is_refused_with_the_remedy(guangzhou: Site) -> None:
    with pytest.raises(InvalidValue, match="“设置—用户”另给一人“发布”职责"):
        choose(guangzhou, "tzgg")
    give_duty(guangzhou, "flfg")
    with pytest.raises(InvalidValue, match="“通知公告”等 1 个栏目"):
        choose(guangzhou, "tzgg", "flfg")
    with pytest.raises(InvalidValue, match="没有栏目“nowhere”"):
        choose(guangzhou, "nowhere")
    assert places(guangzhou) == []
    choose(guangzhou, "flfg")
    with in_site(guangzhou):
        assert next(iter(publishing_columns())) == "flfg"
        assert columns_without() == []


def test_what_waits_keeps_its_publisher(guangzhou: Site) -> None:
    article = approved_article(guangzhou)
    with pytest.raises(InvalidValue, match=f"1 篇待发布.*{article.title}"):
        choose(guangzhou, by="security", reason=REASON)
    assert places(guangzhou) == [""]
    choose(guangzhou, "tzgg", by="security", reason=REASON)


@pytest.mark.django_db(transaction=True)
def test_what_a_rule_asks_for_is_not_the_sites_to_change(owner: Owner, guangzhou: Site, shenzhen: Site) -> None:
    with owner():
        Rule.objects.create(
            key="publishing.is_act",
            value=True,
            level="all",
            place="guangzhou",
            document="试验文件",
            clause="一",
            effective_from=datetime.date(2020, 1, 1),
            sure="proposal",
            note="本市",
        )
    give_duty(guangzhou)
    with pytest.raises(InvalidValue, match="规则要求本站由发布员发布"):
        choose(guangzhou, by="security", reason=REASON)
    with in_site(guangzhou):
        assert len(publishing_columns()) == ColumnPage.objects.count()
    with in_site(shenzhen):
        assert publishing_columns() == {}
    page = client_of(guangzhou, "webmaster").get(reverse("sites_publishing:places")).content.decode()
    assert "本站不能更改" in page
    assert "<form" not in page.split('class="nice-padding', 1)[1]


def test_a_limit_reaches_what_is_grouped_below_and_a_lost_column_names_nothing(guangzhou: Site) -> None:
    with in_site(guangzhou):
        below = ColumnPage.objects.filter(parent_key__in=ColumnPage.objects.values("key")).first()
        assert below is not None
        publish_apart(below.parent_key, "gone")
        assert {below.key, below.parent_key} <= set(publishing_columns()) < set(places_to_choose()[0])
        publish_apart("gone")
        assert publishing_columns() == {}


def edit_form(site: Site, person: Staff, **changes: Any) -> dict[str, Any]:
    with in_site(site):
        groups = [str(key) for key in person.groups.values_list("pk", flat=True)]
    return {
        "username": person.username,
        "display_name": person.username,
        "department": "",
        "email": "",
        "is_active": "on",
        "groups": groups,
        **changes,
    }


@pytest.mark.parametrize("changes", [{"groups": []}, {"is_active": ""}])
def test_the_last_publisher_keeps_the_duty_until_another_has_it(guangzhou: Site, changes: dict[str, Any]) -> None:
    give_duty(guangzhou)
    choose(guangzhou, "tzgg")
    with in_site(guangzhou):
        person = Staff.objects.get(username=PERSON)
    client = client_of(guangzhou, "webmaster")
    address = reverse("wagtailusers_users:edit", args=[person.pk])
    answer = client.post(address, edit_form(guangzhou, person, **changes))
    assert answer.status_code == 200
    assert "另给一人“发布”职责" in answer.content.decode()
    with in_site(guangzhou):
        person.refresh_from_db()
        assert (person.is_active, person.groups.filter(name="发布").exists()) == (True, True)
        with_publisher("reviewer")
    assert client.post(address, edit_form(guangzhou, person, **changes)).status_code == 302


def test_a_limit_that_leaves_a_column_without_publisher_is_refused(guangzhou: Site) -> None:
    give_duty(guangzhou)
    choose(guangzhou, "tzgg")

    def limit(*columns: str) -> None:
        with in_site(guangzhou), transaction.atomic():
            set_scopes(
                acting_user=Staff.objects.get(username="security"),
                person=Staff.objects.get(username=PERSON),
                duty="publisher",
                columns=columns,
                departments=[],
            )

    with pytest.raises(NetworkError, match="“通知公告”等 1 个栏目"):
        limit("flfg")
    with in_site(guangzhou):
        assert DutyScope.objects.count() == 0
    limit("tzgg")


def test_a_leaver_goes_at_once_and_the_site_is_told_what_is_left_undone(guangzhou: Site) -> None:
    give_duty(guangzhou)
    choose(guangzhou, "tzgg")
    with in_site(guangzhou):
        person = Staff.objects.get(username=PERSON)
    client = client_of(guangzhou, "security")
    answer = client.post(reverse("staff_close", args=[person.pk]), {"reason": "调离"}, follow=True)
    assert "另给一人“发布”职责" in answer.content.decode()
    with in_site(guangzhou):
        assert Staff.objects.get(pk=person.pk).is_active is False
        assert publishing_gap()
    for username in ("webmaster", "security"):
        assert "data-publishing-gap" in client_of(guangzhou, username).get("/admin/").content.decode()
    assert "data-publishing-gap" not in client_of(guangzhou, "editor").get("/admin/").content.decode()
    with in_site(guangzhou), transaction.atomic():
        with_publisher("reviewer")
        assert publishing_gap() == ""
        with pytest.raises(NotAllowed):
            close_account(acting_user=Staff.objects.get(username="editor"), person=person, reason="调离")


def test_the_choice_is_made_on_the_screen(guangzhou: Site) -> None:
    give_duty(guangzhou)
    client, address = client_of(guangzhou, "webmaster"), reverse("sites_publishing:places")
    assert client.post(address, {"method": "columns"}).status_code == 400
    assert client.post(address, {"method": "columns", "columns": ["tzgg"]}).status_code == 302
    assert places(guangzhou) == ["tzgg"]
    answer = client.post(address, {"method": "follows"})
    assert (answer.status_code, "由安全管理员办理" in answer.content.decode()) == (400, True)
    assert places(guangzhou) == ["tzgg"]
    assert client.post(address, {"method": "everywhere"}).status_code == 302
    assert places(guangzhou) == [""]
