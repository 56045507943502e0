"""Merging a site: what travels, what cannot, where old addresses lead, what the group's search shows."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.urls import reverse

from network.audit.models import AuditEntry
from network.errors import InvalidValue, NotAllowed
from network.syndication.api import (
    Audience,
    cancel_merge,
    confirm_merge,
    finish_ready_merges,
    open_merge,
    plan_merge,
)
from network.syndication.models import SiteMerge
from network.tenancy.api import Site, State, get_site, in_site
from network.tenancy.models import MovedAddress, SiteTransition
from sites.inbox.models import PlacementPage
from sites.pages.models import ArticlePage
from tests.factories.articles import dispatch, draft_article, reviewed_article
from tests.factories.deliveries import work_off
from tests.factories.lives import bring_to
from tests.factories.people import client_of, staff

pytestmark = [pytest.mark.syndication, pytest.mark.django_db]


def plan(source: Site, into: Site, *, by: Site, who: str = "manager") -> SiteMerge:
    with in_site(by):
        merge = plan_merge(source, into, reason="两局合并", acting_user=staff(by, who), site=by)
    work_off()
    merge.refresh_from_db()
    return merge


def confirm(merge: SiteMerge, *, by: Site, key: str = "") -> SiteMerge:
    with in_site(by):
        return confirm_merge(merge, confirmed_key=key or merge.site, acting_user=staff(by, "manager"), site=by)


def finish() -> int:
    ended = finish_ready_merges()
    connection.check_constraints()
    return ended


def test_a_city_goes_into_another(hub: Site, guangdong: Site, guangzhou: Site, shenzhen: Site) -> None:
    own = reviewed_article(shenzhen, title="深圳登记指南")
    draft = draft_article(shenzhen, title="深圳草稿")
    shared = reviewed_article(hub, title="总局公告")
    dispatch(hub, shared)
    work_off()
    with in_site(shenzhen):
        received = PlacementPage.objects.get(content_id=shared.translation_key).get_site_path()
    old = ArticlePage(url_path=own.url_path).get_site_path()
    merge = plan(shenzhen, guangzhou, by=guangdong)
    assert (merge.state, merge.item_count, merge.obstacles) == ("surveyed", 1, [])
    assert client_of(shenzhen).get(old).status_code == 200
    confirm(merge, by=guangdong)
    # Nothing is marked before everything stands.
    assert finish() == 0
    assert get_site("shenzhen").state == State.LIVE
    work_off()
    assert finish() == 1
    work_off()
    merge.refresh_from_db()
    assert (merge.state, get_site("shenzhen").state) == ("done", "merged")
    assert get_site("shenzhen").merged_into == guangzhou
    with in_site(guangzhou):
        placement = PlacementPage.objects.get(content_id=own.translation_key)
        new = placement.get_site_path()
        at_target = PlacementPage.objects.get(content_id=shared.translation_key).get_site_path()
    page = client_of(guangzhou).get(new)
    assert (page.status_code, "深圳登记指南" in page.content.decode()) == (200, True)
    visitor = client_of(shenzhen)
    for asked, led in (
        (old, new),
        (old.rstrip("/"), new),
        (received, at_target),
        ("/tzgg/", "/tzgg/"),
        ("/search/?q=%E7%99%BB%E8%AE%B0", "/search/?q=%E7%99%BB%E8%AE%B0"),
        ("/nowhere/", "/"),
        ("/", "/"),
        (ArticlePage(url_path=draft.url_path).get_site_path(), "/"),
    ):
        answer = visitor.get(asked)
        assert (answer.status_code, answer.headers["Location"]) == (301, f"http://guangzhou.localhost:8000{led}")
    # The group's search finds it once, at its new place.
    found = client_of(hub).get("/search/?q=深圳登记指南").content.decode()
    assert f"http://guangzhou.localhost:8000{new}" in found
    assert "http://shenzhen.localhost" not in found.split("gs-result", 1)[-1].split("</main>")[0]
    last = SiteTransition.objects.filter(site="shenzhen").latest("id")
    assert (last.to_state, last.person, last.acting_site, last.merged_into) == (
        "merged", "manager", "guangdong", "guangzhou",
    )  # fmt: skip
    assert {entry.site for entry in AuditEntry.objects.filter(act="site.merge")} == {
        "guangdong",
        "shenzhen",
        "guangzhou",
    }
    # Staff of the merged site still get in; the mover does nothing twice.
    assert client_of(shenzhen, "editor").get("/admin/").status_code == 200
    assert finish() == 0


def test_what_cannot_travel_is_listed_before(guangdong: Site, guangzhou: Site, shenzhen: Site, hub: Site) -> None:
    foreign = reviewed_article(hub, title="同源稿件")
    dispatch(hub, foreign)
    own = reviewed_article(shenzhen, title="可迁移")
    elsewhere = reviewed_article(hub, title="同源")
    dispatch(hub, elsewhere, Audience(sites=("hebei",)))
    # An import may bring an item in under its identity elsewhere.
    twin = reviewed_article(shenzhen, title="同源的本地稿", translation_key=elsewhere.translation_key)
    merge = plan(shenzhen, guangzhou, by=guangdong)
    assert merge.item_count == 1
    assert [(entry["title"], entry["reason"]) for entry in merge.obstacles] == [
        ("同源的本地稿", "与其他站点发出的信息同源，原信息仍在发出站点。")
    ]
    page = client_of(guangdong, "manager").get(reverse("network_sites:merge", args=["shenzhen"])).content.decode()
    assert "同源的本地稿" in page
    confirm(merge, by=guangdong)
    work_off()
    assert finish() == 1
    assert MovedAddress.objects.filter(site="shenzhen", old_path=ArticlePage(url_path=own.url_path).get_site_path())
    twin_path = ArticlePage(url_path=twin.url_path).get_site_path()
    assert client_of(shenzhen).get(twin_path).headers["Location"] == "http://guangzhou.localhost:8000/"


def test_what_is_published_meanwhile_travels_too(guangdong: Site, guangzhou: Site, shenzhen: Site) -> None:
    reviewed_article(shenzhen, title="先发布")
    merge = plan(shenzhen, guangzhou, by=guangdong)
    confirm(merge, by=guangdong)
    work_off()
    late = reviewed_article(shenzhen, title="后发布")
    assert finish() == 0
    assert get_site("shenzhen").state == State.LIVE
    work_off()
    assert finish() == 1
    with in_site(guangzhou):
        assert PlacementPage.objects.live().filter(content_id=late.translation_key).count() == 1


def test_a_suspended_site_can_be_merged(guangdong: Site, guangzhou: Site, shenzhen: Site) -> None:
    article = reviewed_article(shenzhen, title="停用站点的稿件")
    bring_to(shenzhen, State.SUSPENDED)
    merge = plan(get_site("shenzhen"), guangzhou, by=guangdong)
    assert merge.item_count == 1
    confirm(merge, by=guangdong)
    work_off()
    assert finish() == 1
    with in_site(guangzhou):
        assert PlacementPage.objects.live().filter(content_id=article.translation_key).exists()


def test_another_province_merges_nothing_here(guangdong: Site, hebei: Site, guangzhou: Site, shenzhen: Site) -> None:
    for source, into, by in (
        (shenzhen, guangzhou, hebei),
        (shenzhen, hebei, guangdong),
        (guangdong, guangdong, guangdong),
    ):
        with pytest.raises(NotAllowed):
            plan(source, into, by=by)
    assert not SiteMerge.objects.exists()
    merge = plan(shenzhen, guangzhou, by=guangdong)
    for act in (
        lambda: confirm(merge, by=hebei),
        lambda: cancel_merge(merge, acting_user=staff(hebei, "manager"), site=hebei),
    ):
        with in_site(hebei), pytest.raises(NotAllowed):
            act()
    client = client_of(hebei, "manager")
    address = reverse("network_sites:merge", args=["shenzhen"])
    assert client.get(address).status_code == 404
    assert client.post(address, {"confirm": "1", "confirmed_key": "shenzhen"}).status_code == 404
    merge.refresh_from_db()
    assert (merge.state, get_site("shenzhen").state) == ("surveyed", "live")


def test_a_merge_is_refused_with_nothing_changed(hub: Site, guangdong: Site, guangzhou: Site, shenzhen: Site) -> None:
    with pytest.raises(InvalidValue, match="下还有 2 个站点"):
        plan(guangdong, get_site("hebei"), by=hub)
    with pytest.raises(InvalidValue, match="请选择另一个对外开放的站点"):
        plan(shenzhen, shenzhen, by=guangdong)
    merge = plan(shenzhen, guangzhou, by=guangdong)
    with pytest.raises(InvalidValue, match="正在办理"):
        plan(shenzhen, guangzhou, by=guangdong)
    with pytest.raises(InvalidValue, match="请输入“shenzhen”确认"):
        confirm(merge, by=guangdong, key="guangzhou")
    with in_site(guangdong), transaction.atomic():
        cancel_merge(merge, acting_user=staff(guangdong, "manager"), site=guangdong)
    merge.refresh_from_db()
    assert (merge.state, open_merge(shenzhen), get_site("shenzhen").state) == ("cancelled", None, "live")
    with pytest.raises(InvalidValue, match="现为“已取消”"):
        confirm(merge, by=guangdong)


def test_the_screen_leads_through(guangdong: Site, guangzhou: Site, shenzhen: Site) -> None:
    reviewed_article(shenzhen, title="屏幕上的合并")
    client = client_of(guangdong, "manager")
    address = reverse("network_sites:merge", args=["shenzhen"])
    assert client.post(address, {"into": "", "reason": "x"}).status_code == 422
    assert client.post(address, {"into": "hebei", "reason": "x"}).status_code == 422
    assert client.post(address, {"into": "guangzhou", "reason": "两局合并"}).status_code == 302
    assert '<meta http-equiv="refresh"' in client.get(address).content.decode()
    work_off()
    shown = client.get(address).content.decode()
    assert ('data-count="items">1<' in shown, 'http-equiv="refresh"' in shown) == (True, False)
    wrong = client.post(address, {"confirm": "1", "confirmed_key": "x"})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["confirmed_key"])
    assert client.post(address, {"confirm": "1", "confirmed_key": "shenzhen"}).status_code == 302
    work_off()
    assert finish() == 1
    assert client.get(address).status_code == 302
    assert get_site("shenzhen").state == "merged"


def test_the_group_search_leaves_out_what_is_off_line(hub: Site, guangzhou: Site, shenzhen: Site) -> None:
    reviewed_article(guangzhou, title="停用期间查不到的指南")
    address = "/search/?q=停用期间查不到的指南"
    assert "http://guangzhou.localhost:8000/" in client_of(hub).get(address).content.decode()
    bring_to(guangzhou, State.SUSPENDED)
    answer = client_of(hub).get(address)
    assert answer.context["search"].total == 0
    bring_to(get_site("guangzhou"), State.LIVE)
    assert client_of(hub).get(address).context["search"].total == 1


def test_regions_of_the_search_follow_a_moved_site(hub: Site, guangzhou: Site, hebei: Site) -> None:
    from network.tenancy.facts import move_under

    reviewed_article(guangzhou, title="随站点移动的指南")
    with in_site(hub):
        moved = move_under(guangzhou, hebei, division_code="440100", acting_user=staff(hub, "manager"), site=hub)
    assert moved == ["guangzhou"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT regions FROM public.search_document WHERE title = '随站点移动的指南'")
        assert cursor.fetchone()[0] == ["/130000/", "/130000/440100/"]
