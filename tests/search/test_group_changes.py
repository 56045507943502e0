"""The change feed of the group: every public item once, in an order that stays; tombstones for what went."""

from __future__ import annotations

import json
import threading
import uuid
from typing import Any

import pytest
from django.db import connection, transaction

from network.open_data.api import write_cursor
from network.tenancy.api import Site, in_site
from network.tenancy.models import Site as SiteRow
from search.changes import Cursor, RunIsOver, changes_after
from search.models import SearchDocument
from sites.accounts.models import Staff
from sites.pages.models import ArticlePage
from tests.factories.articles import change_article, dispatch, review, reviewed_article
from tests.factories.blocking import block
from tests.factories.deliveries import work_off
from tests.factories.lives import bring_to
from tests.factories.people import client_of
from tests.network.syndication.test_recall import recall
from tests.search.entries import make_entry
from tests.sites.feeds.test_open_api import answer_schema, faults, get

pytestmark = [pytest.mark.django_db, pytest.mark.search]
BASE = "/api/open/v1/group/"


def read(hub: Site, cursor: str = "", limit: int = 50) -> dict[str, Any]:
    return get(client_of(hub), f"{BASE}changes/?limit={limit}" + (f"&cursor={cursor}" if cursor else ""))


def told(page: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(title, status, address) of each change; a tombstone tells neither title nor address."""
    return [
        (change["item"]["title"], change["status"], change["item"]["url"])
        if change["item"]
        else ("", change["status"], change["id"])
        for change in page["changes"]
    ]


def test_every_site_is_told_once_under_its_own_address(hub: Site, guangdong: Site, hebei: Site) -> None:
    own = reviewed_article(guangdong, title="广东的通知", slug="own")
    sent = reviewed_article(hub, title="总局的通知", slug="sent")
    dispatch(hub, sent)
    work_off()
    page = read(hub)
    assert told(page) == [
        ("广东的通知", "published", "http://guangdong.localhost:8000/tzgg/own/"),
        ("总局的通知", "published", "http://hub.localhost:8000/tzgg/sent/"),
    ]
    first, second = (change["item"] for change in page["changes"])
    assert (first["sites"], first["id"]) == (["guangdong"], own.translation_key.urn)
    assert {"hub", "guangdong", "hebei"} <= set(second["sites"])
    assert page["is_last"] is True
    assert client_of(guangdong).get(f"{BASE}changes/").status_code == 404
    assert client_of(guangdong).get(f"{BASE}openapi.json").status_code == 404


def test_pages_follow_each_other_without_gap_or_repetition(hub: Site, guangdong: Site, hebei: Site) -> None:
    for number in range(3):
        reviewed_article((guangdong, hebei)[number % 2], title=f"第{number}件")
    seen, cursor, is_last = [], "", False
    while not is_last:
        page = read(hub, cursor, limit=1)
        seen += [title for title, _status, _url in told(page)]
        cursor, is_last = page["cursor"], page["is_last"]
    assert seen == ["第0件", "第1件", "第2件"]
    assert read(hub, cursor)["changes"] == []


def test_a_reader_is_told_what_changed_since_and_what_went(hub: Site, guangdong: Site) -> None:
    changed = reviewed_article(guangdong, title="要改的")
    gone = reviewed_article(guangdong, title="要撤的")
    sent = reviewed_article(hub, title="要撤回的")
    dispatch(hub, sent)
    work_off()
    cursor = read(hub)["cursor"]
    with in_site(guangdong), transaction.atomic():
        change_article(changed, title="改过的")
        review(changed)
        ArticlePage.objects.get(pk=gone.pk).unpublish(user=Staff.objects.get(username="webmaster"))
    recall(hub, sent.translation_key)
    page = read(hub, cursor)
    assert [each[:2] for each in told(page)] == [("改过的", "published"), ("", "withdrawn"), ("", "withdrawn")]
    assert [change["id"] for change in page["changes"]] == [each.translation_key.urn for each in (changed, gone, sent)]
    assert "要撤" not in json.dumps(page, ensure_ascii=False)


def test_an_item_that_begins_to_travel_is_told_as_one(hub: Site) -> None:
    article = reviewed_article(hub, title="先在本站")
    cursor = read(hub)["cursor"]
    dispatch(hub, article)
    page = read(hub, cursor)
    assert [(each["id"], each["status"]) for each in page["changes"]] == [(article.translation_key.urn, "published")]
    assert [(each["id"], each["status"]) for each in read(hub)["changes"]] == [
        (article.translation_key.urn, "published")
    ]


def test_a_site_that_is_not_public_is_not_told(hub: Site, guangdong: Site, hebei: Site) -> None:
    shown = reviewed_article(hebei, title="河北的通知")
    paused = reviewed_article(guangdong, title="广东的通知")
    cursor = read(hub)["cursor"]
    SiteRow.objects.filter(pk=guangdong.pk).update(state="suspended", state_reason="检修")
    page = read(hub, cursor)
    assert told(page) == [("", "withdrawn", paused.translation_key.urn)]
    assert [each[0] for each in told(read(hub))] == ["河北的通知", ""]
    assert "广东的通知" not in json.dumps(read(hub), ensure_ascii=False)
    SiteRow.objects.filter(pk=guangdong.pk).update(state="live", state_reason="恢复")
    back = read(hub, page["cursor"])
    assert [each[:2] for each in told(back)] == [("广东的通知", "published")]
    assert shown.translation_key.urn not in json.dumps(back)


def test_a_site_that_prepares_leaves_no_trace(hub: Site, hebei: Site) -> None:
    reviewed_article(hebei, title="筹建时的稿件")
    assert [each[:2] for each in told(read(hub))] == [("筹建时的稿件", "published")]
    bring_to(hebei, "preparing")
    assert read(hub)["changes"] == []


def test_a_stopped_address_becomes_a_tombstone_until_it_is_lifted(hub: Site, guangdong: Site) -> None:
    article = reviewed_article(guangdong, title="停用试验", slug="stopped")
    reviewed_article(guangdong, title="别的", slug="stopped-not")
    cursor = read(hub)["cursor"]
    row = block(hub, guangdong, "/tzgg/stopped/")
    page = read(hub, cursor)
    assert told(page) == [("", "withdrawn", article.translation_key.urn)]
    with in_site(hub):
        from network.blocks.actions import lift_block  # beside the act it undoes

        lift_block(row.pk, acting_user=Staff.objects.get(username="manager"), authority=hub, reason="核实无误")
    assert [each[:2] for each in told(read(hub, page["cursor"]))] == [("停用试验", "published")]


def test_the_answer_is_as_the_document_says_and_named_by_its_bytes(hub: Site, guangdong: Site) -> None:
    gone = reviewed_article(guangdong)
    reviewed_article(guangdong)
    with in_site(guangdong), transaction.atomic():
        ArticlePage.objects.get(pk=gone.pk).unpublish(user=Staff.objects.get(username="webmaster"))
    client = client_of(hub)
    document = get(client, f"{BASE}openapi.json")
    schemas = document["components"]["schemas"]
    assert {change["status"] for change in read(hub)["changes"]} == {"published", "withdrawn"}
    assert faults(read(hub), answer_schema(document, "/changes/"), schemas) == []
    answer = client.get(f"{BASE}changes/")
    assert client.get(f"{BASE}changes/", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert answer["Cache-Control"] == "no-cache"
    assert get(client, "/api/open/v1/")["group"] == f"http://hub.localhost:8000{BASE}openapi.json"
    assert get(client_of(guangdong), "/api/open/v1/")["group"] is None


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("limit=0", 400, "network.invalid_value"),
        ("limit=101", 400, "network.invalid_value"),
        ("since=1", 400, "network.invalid_value"),
        ("cursor=nothing", 400, "network.invalid_value"),
        (f"cursor={write_cursor('x', '-1', '1')}", 400, "network.invalid_value"),
        (f"cursor={write_cursor('0', 1, 1)}", 410, "open.start_again"),
    ],
)
def test_a_wrong_question_is_refused_with_its_remedy(hub: Site, query: str, status: int, code: str) -> None:
    problem = get(client_of(hub), f"{BASE}changes/?{query}", status)
    assert problem["code"] == code
    assert problem["message"].endswith("。")


def test_a_place_that_this_database_has_not_reached_is_over(hub: Site) -> None:
    here = changes_after(Cursor(), limit=1).cursor
    with pytest.raises(RunIsOver):
        changes_after(Cursor(run=here.run, change=2**62), limit=1)


def test_unknown_forms_are_not_there(hub: Site) -> None:
    assert client_of(hub).post(f"{BASE}changes/").status_code == 405
    assert client_of(hub).get(f"{BASE}changes/{uuid.uuid4()}/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_what_commits_late_is_told_after_and_never_left_out(hub: Site, guangdong: Site, no_gate: None) -> None:
    """The slow writer took its version first and commits last."""
    from search.actions import store_entry

    wrote, commit = threading.Event(), threading.Event()
    slow, fast = (make_entry(document_id=f"guangdong:article:{uuid.uuid4()}", title=name) for name in ("慢", "快"))

    def write_slowly() -> None:
        try:
            with transaction.atomic():
                store_entry(slow)
                wrote.set()
                commit.wait(10)
        finally:
            connection.close()

    writer = threading.Thread(target=write_slowly)
    writer.start()
    assert wrote.wait(10)
    store_entry(fast)
    before = changes_after(Cursor(), limit=10)
    assert before.entries == []
    commit.set()
    writer.join(10)
    after = changes_after(before.cursor, limit=10)
    assert [entry.item.row.title for entry in after.entries if entry.item] == ["慢", "快"]
    assert SearchDocument.objects.count() == 2
