"""The wizard: upload, map with a sample, dry run, report, confirm, review in bulk, undo."""

from __future__ import annotations

import csv
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from network.outbox.actions import drain
from network.tenancy.api import Site, in_public, in_site
from sites.editing.models import Decision
from sites.importing.models import BatchState, ImportBatch, ImportedItem
from sites.pages.models import ArticlePage
from tests.factories.articles import change_article
from tests.factories.importing import HEAD, imported, line, packed, page, table
from tests.factories.people import client_of

pytestmark = pytest.mark.django_db


def upload(client: Client, data: bytes, source: str = "table", **changes: Any) -> HttpResponse:
    wish = {"source": source, "origin": "旧站", "file": SimpleUploadedFile("old.csv", data), **changes}
    return client.post(reverse("sites_importing:add"), wish)


def held(site: Site) -> ImportBatch:
    with in_site(site):
        return ImportBatch.objects.latest("created_at")


def address(batch: ImportBatch, name: str = "batch", **arguments: str) -> str:
    return reverse(f"sites_importing:{name}", kwargs={"batch_id": batch.pk, **arguments})


def act(client: Client, batch: ImportBatch, name: str) -> HttpResponse:
    return client.post(address(batch, "act", act=name))


def settings_of(answer: HttpResponse, **changes: str) -> dict[str, str]:
    """The settings form as the browser would send it, with changes."""
    form = answer.context["form"]
    given = {name: form[name].value() or "" for name in form.fields}
    return {**{name: str(value) for name, value in given.items() if value}, **changes}


def test_a_table_goes_from_upload_to_drafts(guangzhou: Site) -> None:
    client = client_of(guangzhou, "webmaster")
    data = table([line(1), line(2, 栏目="旧栏目"), line(3, 发布时间="2099-01-01")], head=["号", *HEAD[1:]])
    answer = upload(client, data)
    batch = held(guangzhou)
    assert answer["Location"] == address(batch)
    shown = client.get(address(batch))
    assert shown.context["form"]["map_title"].value() == "标题"
    assert [item["title"] for item in shown.context["sample"].items] == ["第1号通知", "第2号通知", "第3号通知"]
    assert client.post(address(batch, "read"), settings_of(shown, map_key="号"))["Location"] == address(batch)
    waiting = client.get(address(batch))
    assert (waiting["Refresh"], waiting.context["form"]) == ("3", None)
    with in_public():
        drain()
    shown = client.get(address(batch))
    assert [entry[::2] for entry in shown.context["counts"]] == [("new", 1), ("refused", 2)]
    assert shown.context["form"].names == ["旧栏目"]
    client.post(address(batch, "read"), settings_of(shown, to_0="xwdt"))
    with in_public():
        drain()
    refused = client.get(f"{address(batch)}?outcome=refused").content.decode()
    assert "发布时间“2099-01-01”在将来" in refused
    assert re.findall(r'data-row="(\d+)"', refused) == ["3"]
    lines = list(csv.reader(b"".join(client.get(address(batch, "report"))).decode("utf-8-sig").splitlines()))
    assert [row[:2] for row in lines[1:]] == [["1", "可导入"], ["2", "可导入"], ["3", "不能导入"]]
    act(client, batch, "confirm")
    with in_public():
        drain()
    with in_site(guangzhou):
        drafts = ArticlePage.objects.filter(live=False, title__contains="号通知").order_by("title")
        assert [draft.get_parent().specific.key for draft in drafts] == ["tzgg", "xwdt"]
    act(client, batch, "undo")
    with in_public():
        drain()
    with in_site(guangzhou):
        assert ImportBatch.objects.get().state == BatchState.UNDONE
        assert not ImportedItem.objects.exists()


def test_what_is_refused_at_the_door_is_told_beside_the_file(guangzhou: Site) -> None:
    client = client_of(guangzhou, "webmaster")
    for data, source, words in (
        (b"text", "pages", "不是 zip 文件"),
        (table([]), "table", "只有列名"),
        (packed({"1.html": page()}), "table", "不是 XLSX 表格"),
    ):
        answer = upload(client, data, source)
        assert answer.status_code == 422
        assert words in answer.content.decode()
    with in_site(guangzhou):
        assert not ImportBatch.objects.exists()


def test_settings_that_do_not_hold_begin_nothing(guangzhou: Site) -> None:
    client = client_of(guangzhou, "webmaster")
    upload(client, table([line(1)]))
    batch = held(guangzhou)
    good = settings_of(client.get(address(batch)))
    for changes in ({"map_title": ""}, {"map_title": "没有"}, {"column": "nowhere"}, {"kind": "gossip"}):
        assert client.post(address(batch, "read"), {**good, **changes}).status_code == 422
    assert held(guangzhou).state == BatchState.RECEIVED
    assert client.post(address(batch, "read"), good).status_code == 302
    assert held(guangzhou).state == BatchState.READING


def test_a_batch_is_reviewed_in_bulk_by_different_people(guangzhou: Site) -> None:
    batch = imported(guangzhou, table([line(number) for number in range(1, 5)]), "table")
    act(client_of(guangzhou, "webmaster"), batch, "submit")
    with in_public():
        drain()
    assert held(guangzhou).state == BatchState.DONE
    assert "待您审核 0 篇" in client_of(guangzhou, "secrecy").get(address(batch, "review")).content.decode()

    def decide(person: str, count: int, **wish: str) -> HttpResponse:
        client = client_of(guangzhou, person)
        screen = client.get(address(batch, "review")).content.decode()
        chosen = re.findall(r'name="chosen"[^>]* value="(\d+-\d+)"', screen)
        answer = client.post(address(batch, "review"), {"chosen": chosen[:count], "action": "approve", **wish})
        with in_public():
            drain()
        return answer

    assert decide("reviewer", 1, action="reject").status_code == 422
    assert decide("reviewer", 1, action="reject", comment="来源不明。").status_code == 302
    assert decide("reviewer", 3).status_code == 302
    with in_site(guangzhou):
        titles = ["第2号通知", "第3号通知", "第4号通知"]
        changed = ArticlePage.objects.get(title="第4号通知")
    final = client_of(guangzhou, "final")
    chosen = re.findall(r'value="(\d+-\d+)"', final.get(address(batch, "review")).content.decode())
    with in_site(guangzhou):
        change_article(changed, summary="选中以后改的。")
    final.post(address(batch, "review"), {"chosen": chosen, "action": "approve"})
    with in_public():
        drain()
    decide("secrecy", 3)
    with in_site(guangzhou):
        live = ArticlePage.objects.live().filter(title__in=titles).order_by("title")
        assert [article.title for article in live] == titles[:2]
        people = Decision.objects.filter(page_id=live[0].pk).order_by("pk").values_list("person_name", flat=True)
        assert list(people) == ["reviewer", "final", "secrecy"]
        returned = ArticlePage.objects.get(title="第1号通知")
        assert (returned.live, returned.current_workflow_state.status) == (False, "needs_changes")


def test_nobody_decides_where_it_is_not_his_step(guangzhou: Site) -> None:
    batch = imported(guangzhou, table([line(1)]), "table")
    act(client_of(guangzhou, "webmaster"), batch, "submit")
    with in_public():
        drain()
    first = client_of(guangzhou, "reviewer").get(address(batch, "review")).content.decode()
    (chosen,) = re.findall(r'value="(\d+-\d+)"', first)
    answer = client_of(guangzhou, "final").post(address(batch, "review"), {"chosen": chosen, "action": "approve"})
    assert answer.status_code == 422
    with in_public():
        drain()
    with in_site(guangzhou):
        assert not Decision.objects.exists()


def test_the_wizard_is_the_webmasters(guangzhou: Site, shenzhen: Site) -> None:
    batch = imported(guangzhou, table([line(1)]), "table")
    for person in ("editor", "security"):
        assert client_of(guangzhou, person).get(address(batch)).status_code == 404
        assert client_of(guangzhou, person).get(reverse("sites_importing:batches")).status_code == 404
    assert client_of(guangzhou, "reviewer").get(reverse("sites_importing:batches")).status_code == 200
    assert client_of(guangzhou, "reviewer").get(address(batch)).status_code == 404
    assert client_of(shenzhen, "webmaster").get(address(batch)).status_code == 404
    assert act(client_of(shenzhen, "webmaster"), batch, "undo").status_code == 404
    assert client_of(guangzhou, "webmaster").get(address(batch)).status_code == 200
