"""The site screens: the tree, one site's states and facts; a province sees and moves its own only."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from network.audit.models import AuditEntry
from network.boards.actions import ask_for_summaries
from network.boards.models import SiteSummary
from network.tenancy.api import Site, get_site
from network.tenancy.facts import EDITABLE
from network.tenancy.models import SiteName
from tests.factories.articles import reviewed_article
from tests.factories.deliveries import work_off
from tests.factories.people import client_of

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]
TREE = "/admin/network/sites/"


def rows_of(client: Client, **query: str) -> list[dict[str, str]]:
    """The downloaded table."""
    text = client.get(TREE, {**query, "format": "csv"}).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_tree_shows_states_and_load(hub: Site, guangdong: Site, guangzhou: Site) -> None:
    reviewed_article(guangzhou)
    ask_for_summaries(["guangzhou", "guangdong"])
    work_off()
    held = SiteSummary.objects.get(site="guangzhou")
    assert (held.live_pages, held.waiting_reviews, held.waiting_work) == (1, 0, 0)
    assert held.active_staff == 8
    assert held.database_bytes > 1_000_000
    assert held.last_published_at is not None
    answer = client_of(hub, "manager").get(TREE)
    body = answer.content.decode()
    assert answer.status_code == 200
    assert body.count("data-tile=") == 34
    assert 'data-tile="粤" data-state="live"' in body
    assert 'data-tile="台" data-state=""' in body
    assert body.count('data-site="guangzhou"') == 1
    assert "<details>" in body
    found = {row["站点标识"]: row for row in rows_of(client_of(hub, "manager"))}
    assert list(found) == ["hub", "hebei", "guangdong", "guangzhou", "shenzhen"]
    assert (found["guangzhou"]["在线信息"], found["guangzhou"]["状态"]) == ("1", "运行")
    assert found["hebei"]["在线信息"] == ""


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "深圳"}, ["guangdong", "shenzhen"]),
        ({"q": "440300"}, ["guangdong", "shenzhen"]),
        ({"level": "province"}, ["hebei", "guangdong"]),
        ({"region": "guangdong"}, ["guangdong", "guangzhou", "shenzhen"]),
        ({"state": "suspended"}, []),
        ({"q": "没有这个站"}, []),
    ],
)
def test_the_tree_is_narrowed(hub: Site, query: dict[str, str], found: list[str]) -> None:
    assert [row["站点标识"] for row in rows_of(client_of(hub, "manager"), **query)] == found


def test_a_province_sees_its_own_subtree(guangdong: Site, hebei: Site) -> None:
    assert [row["站点标识"] for row in rows_of(client_of(guangdong, "manager"))] == [
        "guangdong",
        "guangzhou",
        "shenzhen",
    ]
    page = client_of(guangdong, "manager").get(TREE).content.decode()
    assert ("<details open>" in page, 'name="region"' in page) == (True, False)
    for path in ("hebei/", "hub/", "hebei/facts/", "hebei/names/", "hebei/place/", "nowhere/"):
        assert client_of(guangdong, "manager").get(TREE + path).status_code == 404
    assert client_of(guangdong, "manager").get(TREE + "guangzhou/").status_code == 200


@pytest.mark.parametrize(
    ("slug", "username"), [("guangzhou", "webmaster"), ("guangdong", "editor"), ("hub", "auditor")]
)
def test_whoever_manages_no_group_finds_no_screen(slug: str, username: str, guangzhou: Site) -> None:
    client = client_of(get_site(slug), username)
    for path in ("", "open/", "guangzhou/", "guangzhou/facts/", "requests/1/"):
        assert client.get(TREE + path).status_code == 404
    assert client.post(TREE + "guangzhou/move/", {"to_state": "suspended"}).status_code == 404
    assert get_site("guangzhou").state == "live"


ACTS: list[tuple[str, dict[str, Any], str, Any]] = [
    ("move/", {"to_state": "suspended", "reason": "检修", "confirmed_key": "{slug}"}, "state", "suspended"),
    ("facts/", {"contact_phone": "020-12315"}, "contact_phone", "020-12315"),
    ("names/", {"full_name": "市场监管局", "short_name": "市监局", "named_on": "{today}"}, "short_name", "市监局"),
    ("place/", {"parent": "guangdong", "division_code": "440900"}, "region_path", "/440000/440900/"),
]


@pytest.mark.parametrize(("path", "form", "field", "value"), ACTS)
def test_every_act_stays_in_the_subtree(
    guangdong: Site, hebei: Site, guangzhou: Site, path: str, form: dict[str, Any], field: str, value: Any
) -> None:
    filled = {name: str(text).format(slug="guangzhou", today=timezone.localdate()) for name, text in form.items()}
    before = getattr(Site.objects.get(pk=guangzhou.pk), field)
    assert client_of(hebei, "manager").post(f"{TREE}guangzhou/{path}", filled).status_code == 404
    # Nor from the site itself, nor upwards.
    assert client_of(guangdong, "manager").post(f"{TREE}hub/{path}", filled).status_code == 404
    refused = client_of(guangdong, "manager").post(f"{TREE}guangdong/{path}", filled)
    assert refused.status_code in (404, 422)
    assert getattr(Site.objects.get(pk=guangzhou.pk), field) == before
    assert not AuditEntry.objects.filter(act__startswith="site.").exclude(act="site.open").exists()
    assert client_of(guangdong, "manager").post(f"{TREE}guangzhou/{path}", filled).status_code == 302
    assert getattr(Site.objects.get(pk=guangzhou.pk), field) == value
    sides = AuditEntry.objects.filter(act__startswith="site.", object_id="guangzhou").exclude(act="site.open")
    assert {entry.site for entry in sides} == {"guangdong", "guangzhou"}


def test_a_refused_move_says_so_beside_its_field(hub: Site, guangzhou: Site) -> None:
    client = client_of(hub, "manager")
    answer = client.post(reverse("network_sites:move", args=["guangzhou"]), {"to_state": "suspended", "reason": "x"})
    assert answer.status_code == 422
    assert answer.context["move_form"].errors.keys() == {"confirmed_key"}
    assert get_site("guangzhou").state == "live"


def test_facts_are_recorded_before_and_after(hub: Site, guangzhou: Site, shenzhen: Site) -> None:
    client = client_of(hub, "manager")
    address = reverse("network_sites:facts", args=["guangzhou"])
    assert client.post(address, {"site_code": "12"}).status_code == 422
    taken = client.post(address, {"site_code": shenzhen.site_code})
    assert (taken.status_code, list(taken.context["form"].errors)) == (422, ["site_code"])
    assert Site.objects.get(slug="guangzhou").site_code == guangzhou.site_code
    held = {name: getattr(guangzhou, name) or "" for name in EDITABLE}
    assert client.post(address, {**held, "person_responsible": "张三"}).status_code == 302
    entry = AuditEntry.objects.filter(act="site.facts", site="guangzhou").get()
    assert (entry.detail["before"], entry.detail["after"]) == (
        {"person_responsible": ""},
        {"person_responsible": "张三"},
    )
    assert entry.before_hash != entry.after_hash


def test_an_agency_is_renamed_with_its_past_kept(hub: Site, guangzhou: Site) -> None:
    client = client_of(hub, "manager")
    address = reverse("network_sites:names", args=["guangzhou"])
    form = {"full_name": "广州市市场监督管理局", "short_name": "广州市市场监管局", "named_on": "2999-01-01"}
    refused = client.post(address, form)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["named_on"])
    assert SiteName.objects.filter(site="guangzhou").count() == 1
    day = SiteName.objects.get(site="guangzhou").valid_from
    assert client.post(address, {**form, "named_on": day.isoformat()}).status_code == 302
    assert "广州市市场监督管理局" in client_of(guangzhou).get("/").content.decode()
    assert [row.full_name for row in SiteName.objects.filter(site="guangzhou")] == [
        guangzhou.full_name,
        "广州市市场监督管理局",
    ]


@pytest.mark.parametrize(
    ("slug", "form", "field", "named"),
    [
        ("guangdong", {"parent": "guangdong", "division_code": "440000"}, "parent", "会成环"),
        ("guangzhou", {"parent": "guangdong", "division_code": "440300"}, "division_code", "已由“深圳"),
        ("guangzhou", {"parent": "guangdong", "division_code": "44A1"}, "division_code", "不是六位数字"),
        ("guangdong", {"parent": "hebei", "division_code": "440000"}, "parent", "不能设在"),
        ("guangzhou", {"parent": "shenzhen", "division_code": "440100"}, "parent", ""),
    ],
)
def test_a_wrong_place_is_refused_beside_its_field(
    hub: Site, guangzhou: Site, slug: str, form: dict[str, str], field: str, named: str
) -> None:
    before = list(Site.objects.order_by("id").values_list("region_path", flat=True))
    answer = client_of(hub, "manager").post(reverse("network_sites:place", args=[slug]), form)
    assert answer.status_code == 422
    assert named in str(answer.context["form"].errors[field])
    assert list(Site.objects.order_by("id").values_list("region_path", flat=True)) == before


def test_a_cell_is_no_formula(hub: Site, guangzhou: Site) -> None:
    Site.objects.filter(slug="guangzhou").update(person_responsible="=1+1")
    found = {row["站点标识"]: row for row in rows_of(client_of(hub, "manager"))}
    assert found["guangzhou"]["负责人"] == "'=1+1"
