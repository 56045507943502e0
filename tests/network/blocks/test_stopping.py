"""A stopped address answers nobody in any spelling, no list leads to it; beside it everything stands."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from network.audit.models import AuditEntry
from network.blocks.actions import answer_appeal, lift_block, make_appeal
from network.blocks.models import Appeal, Block
from network.errors import InvalidValue, NotAllowed
from network.tenancy.api import Site, get_site, in_site
from search.querying.page import search_page
from sites.accounts.models import Staff
from tests.factories.articles import dispatch, reviewed_article
from tests.factories.blocking import REASON, block
from tests.factories.deliveries import placements, where_shown, work_off
from tests.factories.people import client_of

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]


def lift(row: Block, authority: Site, *, by: str = "manager") -> None:
    with in_site(authority):
        person = Staff.objects.get(username=by)
        lift_block(row.pk, acting_user=person, authority=authority, reason="已经更正")


def test_a_stopped_page_is_gone_and_says_why(hub: Site, guangzhou: Site, shenzhen: Site) -> None:
    for site in (guangzhou, shenzhen):
        reviewed_article(site, title="停用试验", slug="stopped")
    client = client_of(guangzhou)
    assert client.get("/tzgg/stopped/").status_code == 200
    block(hub, guangzhou, "/tzgg/stopped/")
    answer = client.get("/tzgg/stopped/")
    page = answer.content.decode()
    assert (answer.status_code, answer.headers["Cache-Control"]) == (451, "no-store")
    assert 'rel="blocked-by"' in answer.headers["Link"]
    assert hub.full_name in page and REASON in page and guangzhou.full_name in page
    assert "停用试验" not in page
    # Control: the same path elsewhere, another path here.
    assert client_of(shenzhen).get("/tzgg/stopped/").status_code == 200
    assert client.get("/tzgg/").status_code == 200


@pytest.mark.parametrize(
    "spelling",
    [
        "/tzgg/stopped/",
        "/tzgg/stopped",
        "/tzgg/stopped/?a=1",
        "//tzgg/stopped/",
        "/tzgg//stopped/",
        "/./tzgg/stopped/",
        "/tzgg/./stopped/",
        "/x/../tzgg/stopped/",
        "/tzgg/%73topped/",
        "/%74zgg/stopped/",
        "/tzgg%2Fstopped/",
    ],
)
def test_no_spelling_leads_past_a_block(hub: Site, guangzhou: Site, spelling: str) -> None:
    reviewed_article(guangzhou, title="停用试验", slug="stopped")
    block(hub, guangzhou, "/tzgg/stopped/")
    for method in ("get", "head", "post", "options"):
        # A path of two slashes is a host to the test client, so it is given as the server gives it.
        given = {"PATH_INFO": spelling} if spelling.startswith("//") else {}
        answer = getattr(client_of(guangzhou), method)("/" if given else spelling, **given)
        assert answer.status_code == 451, (method, spelling)
    assert client_of(guangzhou).get("/TZGG/stopped/").status_code == 404  # another address to the resolver, too
    # Staff of the site get no further by the public address.
    assert client_of(guangzhou, "editor").get("/tzgg/stopped/").status_code == 451


def test_no_list_or_search_leads_to_it(hub: Site, guangzhou: Site) -> None:
    reviewed_article(guangzhou, title="停用试验甲", slug="stopped")
    reviewed_article(guangzhou, title="停用试验乙", slug="standing")
    row = block(hub, guangzhou, "/tzgg/stopped/")
    assert where_shown(guangzhou, "停用试验甲", "/tzgg/stopped/") == []
    assert where_shown(guangzhou, "停用试验乙", "/tzgg/standing/") != []
    for scope in ("site", "group"):
        with in_site(guangzhou):
            found = search_page({"q": "停用试验", "scope": scope}, guangzhou)
        assert ([hit.url for hit in found.hits], found.total) == (["/tzgg/standing/"], 1), scope
    with in_site(guangzhou):
        nothing = search_page({"q": "停用试验甲", "scope": "site"}, guangzhou)
    assert (nothing.hits, nothing.total, nothing.facets) == ([], 0, [])
    lift(row, hub)
    assert set(where_shown(guangzhou, "停用试验甲", "/tzgg/stopped/")) >= {"/", "/tzgg/", "/feed.atom", "/sitemap.xml"}
    assert client_of(guangzhou).get("/tzgg/stopped/").status_code == 200


def test_a_travelling_item_is_found_where_it_still_stands(hub: Site, guangdong: Site, guangzhou: Site) -> None:
    article = reviewed_article(guangdong, title="下发停用试验", slug="sent")
    dispatch(guangdong, article)
    work_off()
    block(hub, guangdong, "/tzgg/sent/")
    assert client_of(guangdong).get("/tzgg/sent/").status_code == 451
    (placement,) = placements(guangzhou, article.translation_key)
    received = client_of(guangzhou).get(placement.get_site_path())
    assert received.status_code == 200
    assert "guangdong.localhost:8000/tzgg/sent/" not in received.content.decode()
    with in_site(hub):
        found = search_page({"q": "下发停用试验", "scope": "group"}, hub)
    shown = [hit.url for hit in found.hits] + [url for hit in found.hits for _, url in hit.also_on]
    assert len(shown) == 2
    assert not [url for url in shown if "guangdong.localhost" in url]


def test_a_column_with_everything_below(hub: Site, guangzhou: Site) -> None:
    reviewed_article(guangzhou, title="栏内停用试验", slug="inside")
    alone = block(hub, guangzhou, "/tzgg/")
    assert client_of(guangzhou).get("/tzgg/").status_code == 451
    assert client_of(guangzhou).get("/tzgg/inside/").status_code == 200
    assert 'href="/tzgg/"' not in client_of(guangzhou).get("/").content.decode()
    lift(alone, hub)
    block(hub, guangzhou, "/tzgg/", below=True)
    for path in ("/tzgg/", "/tzgg/inside/", "/tzgg/nothing/here/"):
        assert client_of(guangzhou).get(path).status_code == 451
    assert client_of(guangzhou).get("/tzggx/").status_code == 404
    assert where_shown(guangzhou, "栏内停用试验", "/tzgg/inside/") == []


def test_feed_and_site_map_can_be_stopped(hub: Site, guangzhou: Site) -> None:
    assert 'href="/feed.atom"' in client_of(guangzhou).get("/").content.decode()
    block(hub, guangzhou, "/feed.atom")
    assert client_of(guangzhou).get("/feed.atom").status_code == 451
    assert client_of(guangzhou).get("/sitemap.xml").status_code == 200
    assert 'href="/feed.atom"' not in client_of(guangzhou).get("/").content.decode()


def test_one_row_stops_a_prefix_on_every_site(hub: Site, guangzhou: Site, hebei: Site) -> None:
    block(hub, None, "/tzgg/", below=True)
    for site in (hub, guangzhou, hebei):
        assert client_of(site).get("/tzgg/").status_code == 451
        assert client_of(site).get("/").status_code == 200
    assert Block.objects.count() == 1


def test_a_province_stops_its_subtree_only(guangdong: Site, guangzhou: Site, hebei: Site, hub: Site) -> None:
    block(guangdong, None, "/tzgg/")
    answers = [client_of(site).get("/tzgg/").status_code for site in (guangdong, guangzhou, hebei, hub)]
    assert answers == [451, 451, 200, 200]


@pytest.mark.parametrize(
    ("authority", "by", "target"),
    [
        ("hebei", "manager", "guangzhou"),
        ("hebei", "manager", "guangdong"),
        ("guangdong", "manager", "hebei"),
        ("guangdong", "manager", "hub"),
        ("guangzhou", "webmaster", "guangzhou"),
        ("guangdong", "webmaster", "guangzhou"),
        ("hub", "editor", "guangzhou"),
    ],
)
def test_nobody_stops_what_is_not_below(db: None, authority: str, by: str, target: str) -> None:
    with pytest.raises(NotAllowed):
        block(get_site(authority), get_site(target), "/tzgg/", by=by)
    assert Block.objects.count() == 0
    assert client_of(get_site(target)).get("/tzgg/").status_code == 200
    refused = AuditEntry.objects.get(act="block.add")
    assert (refused.site, refused.person, refused.result) == (authority, by, "refused")
    # Control.
    block(get_site("hub"), get_site(target), "/tzgg/")
    assert client_of(get_site(target)).get("/tzgg/").status_code == 451


@pytest.mark.parametrize("path", ["http://shenzhen.localhost/tzgg/", "tzgg/", "/admin/", "/static/x", "/"])
def test_bad_addresses_stop_nothing(hub: Site, guangzhou: Site, path: str) -> None:
    with pytest.raises(InvalidValue):
        block(hub, guangzhou, path)
    assert Block.objects.count() == 0


def test_an_address_is_stopped_once(hub: Site, guangdong: Site, guangzhou: Site) -> None:
    row = block(hub, guangzhou, "/tzgg/")
    with pytest.raises(InvalidValue, match="已经停用"):
        block(hub, guangzhou, "//tzgg")
    block(guangdong, guangzhou, "/tzgg/")  # another authority's own
    lift(row, hub)
    assert client_of(guangzhou).get("/tzgg/").status_code == 451
    block(hub, guangzhou, "/tzgg/")
    assert Block.objects.count() == 3


def test_a_province_lifts_its_own_the_hub_lifts_all(hub: Site, guangdong: Site, guangzhou: Site, hebei: Site) -> None:
    national, provincial = block(hub, guangzhou, "/tzgg/"), block(guangdong, guangzhou, "/xwdt/")
    for authority in (guangdong, hebei):
        with pytest.raises(NotAllowed):
            lift(national, authority)
    assert client_of(guangzhou).get("/tzgg/").status_code == 451
    lift(provincial, hub)
    lift(national, hub)
    assert [client_of(guangzhou).get(path).status_code for path in ("/tzgg/", "/xwdt/")] == [200, 200]


def test_both_sides_have_it_in_their_logs(hub: Site, guangzhou: Site) -> None:
    lift(block(hub, guangzhou, "/tzgg/"), hub)
    rows = AuditEntry.objects.filter(act__startswith="block.").order_by("id")
    assert [(row.act, row.site, row.person, row.person_site) for row in rows] == [
        ("block.add", "hub", "manager", "hub"),
        ("block.add", "guangzhou", "manager", "hub"),
        ("block.lift", "hub", "manager", "hub"),
        ("block.lift", "guangzhou", "manager", "hub"),
    ]


def test_an_appeal_is_upheld_then_another_lifts(hub: Site, guangzhou: Site, shenzhen: Site) -> None:
    row = block(hub, guangzhou, "/tzgg/")
    with pytest.raises(NotAllowed), in_site(guangzhou):
        make_appeal(row.pk, acting_user=Staff.objects.get(username="editor"), site=guangzhou, text="数据无误")
    with pytest.raises(InvalidValue), in_site(shenzhen):
        make_appeal(row.pk, acting_user=Staff.objects.get(username="webmaster"), site=shenzhen, text="数据无误")
    assert Appeal.objects.count() == 0
    first = _appeal(row, guangzhou)
    with pytest.raises(InvalidValue, match="等待答复"):
        _appeal(row, guangzhou)
    _answer(first, hub, "upheld")
    assert client_of(guangzhou).get("/tzgg/").status_code == 451
    _answer(_appeal(row, guangzhou), hub, "lifted")
    assert client_of(guangzhou).get("/tzgg/").status_code == 200
    with pytest.raises(InvalidValue):
        _appeal(row, guangzhou)
    page = client_of(guangzhou, "webmaster").get("/admin/blocked/").content.decode()
    assert "解除停用" in page and "维持停用" in page


def _appeal(row: Block, site: Site) -> Appeal:
    with in_site(site):
        return make_appeal(row.pk, acting_user=Staff.objects.get(username="webmaster"), site=site, text="数据无误")


def _answer(appeal: Appeal, authority: Site, outcome: str) -> None:
    with in_site(authority):
        answer_appeal(
            appeal.pk,
            acting_user=Staff.objects.get(username="manager"),
            authority=authority,
            outcome=outcome,
            answer="已经核实",
        )


def test_another_province_answers_no_appeal(hub: Site, guangdong: Site, hebei: Site, guangzhou: Site) -> None:
    appeal = _appeal(block(guangdong, guangzhou, "/tzgg/"), guangzhou)
    with pytest.raises(NotAllowed):
        _answer(appeal, hebei, "lifted")
    assert client_of(guangzhou).get("/tzgg/").status_code == 451
    _answer(appeal, hub, "lifted")
    assert client_of(guangzhou).get("/tzgg/").status_code == 200


def test_a_stopped_page_keeps_its_address(hub: Site, guangzhou: Site) -> None:
    article = reviewed_article(guangzhou, title="停用试验", slug="stopped")
    row = block(hub, guangzhou, "/tzgg/stopped/")
    with in_site(guangzhou):
        article.slug = "elsewhere"
        with pytest.raises(NotAllowed), transaction.atomic():
            article.save()
        article.refresh_from_db()
    assert client_of(guangzhou).get("/tzgg/elsewhere/").status_code == 404
    lift(row, hub)
    assert article.slug == "stopped"


def test_staff_see_in_the_admin_that_it_is_stopped(hub: Site, guangzhou: Site) -> None:
    article = reviewed_article(guangzhou, title="停用试验", slug="stopped")
    editor = client_of(guangzhou, "editor")
    assert "公众看不到" not in editor.get(f"/admin/pages/{article.pk}/edit/").content.decode()
    block(hub, guangzhou, "/tzgg/stopped/")
    assert "公众看不到" in editor.get(f"/admin/pages/{article.pk}/edit/").content.decode()
    assert REASON in editor.get("/admin/blocked/").content.decode()


def test_a_block_costs_no_request_a_query(hub: Site, guangzhou: Site, shenzhen: Site) -> None:
    client = client_of(shenzhen)
    client.get("/tzgg/")
    with CaptureQueriesContext(
        connection,
    ) as before:
        client.get("/tzgg/")
    block(hub, guangzhou, "/tzgg/")
    with CaptureQueriesContext(connection) as after:
        client.get("/tzgg/")
    assert len(after) == len(before)
