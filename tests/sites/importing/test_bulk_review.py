"""One act reviews a batch; each item still gets its own decision and its own approval, and nothing goes unseen."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from network.audit.models import AuditEntry
from network.contracts import OutboxItem
from network.outbox.actions import drain
from network.tenancy.api import Site, in_public, in_site
from sites.accounts.models import Staff
from sites.editing.models import Approval, Decision
from sites.editing.publishers import waiting_steps
from sites.importing import deciding, views
from sites.importing.actions import ask_review
from sites.importing.deciding import decide_handler
from sites.importing.models import ImportBatch, ImportRow, ReviewOrder
from sites.pages.models import ArticlePage
from tests.factories.articles import change_article
from tests.factories.importing import imported, line, table, work
from tests.factories.people import client_of
from tests.factories.publishing import PERSON, publish_apart, with_publisher

pytestmark = pytest.mark.django_db
MOST_TO_SUBMIT, MOST_TO_DECIDE, MOST_TO_PUBLISH = 26, 30, 80
"""Statements for one more item of an act."""


def in_review(site: Site, count: int) -> ImportBatch:
    """A batch whose drafts wait for the first reviewer."""
    batch = imported(site, table([line(number) for number in range(1, count + 1)]), "table")
    with in_site(site):
        ask_review(batch, acting_user=Staff.objects.get(username="webmaster"))
    return work(site, batch)


def address(batch: ImportBatch) -> str:
    return reverse("sites_importing:review", kwargs={"batch_id": batch.pk})


def decide_all(site: Site, batch: ImportBatch, person: str, **changes: str) -> HttpResponse:
    """Open the screen, press the button for the whole batch."""
    client = client_of(site, person)
    screen = client.get(address(batch)).content.decode()
    found = re.search(r'name="up_to" value="(\d+)"', screen)
    wish = {"action": "approve", "comment": "已按目录逐篇核对。", "up_to": found[1] if found else "1", **changes}
    return client.post(address(batch), wish)


def drained() -> None:
    with in_public():
        drain()


def live() -> list[str]:
    return sorted(ArticlePage.objects.live().filter(title__contains="号通知").values_list("title", flat=True))


def test_three_acts_publish_a_batch_each_item_by_its_own_decisions_and_approval(guangzhou: Site) -> None:
    batch = in_review(guangzhou, 4)
    for person in ("reviewer", "final", "secrecy"):
        assert decide_all(guangzhou, batch, person).status_code == 302
        drained()
    with in_site(guangzhou):
        assert live() == [f"第{number}号通知" for number in range(1, 5)]
        pages = set(ArticlePage.objects.live().filter(title__contains="号通知").values_list("pk", flat=True))
        decisions = Decision.objects.filter(page_id__in=pages)
        assert (decisions.count(), decisions.values("content_hash").distinct().count()) == (12, 4)
        assert set(decisions.values_list("comment", flat=True)) == {"已按目录逐篇核对。"}
        approvals = Approval.objects.filter(page_id__in=pages, kind="review", voided_at=None)
        assert (approvals.count(), approvals.values("rows_hash").distinct().count()) == (4, 4)
        orders = ReviewOrder.objects.order_by("pk").values_list("person_name", "done", "failed")
        assert list(orders) == [("reviewer", 4, 0), ("final", 4, 0), ("secrecy", 4, 0)]


def test_where_a_publisher_publishes_the_batch_waits_for_the_publishers_act(guangzhou: Site) -> None:
    with in_site(guangzhou):
        with_publisher()
        publish_apart()
    batch = in_review(guangzhou, 2)
    for person in ("reviewer", "final", "secrecy"):
        decide_all(guangzhou, batch, person)
        drained()
    with in_site(guangzhou):
        assert (live(), waiting_steps().count()) == ([], 2)
    decide_all(guangzhou, batch, "final")
    drained()
    with in_site(guangzhou):
        assert live() == []
    assert decide_all(guangzhou, batch, PERSON).status_code == 302
    drained()
    with in_site(guangzhou):
        assert live() == ["第1号通知", "第2号通知"]
        assert set(Decision.objects.filter(duty="publisher").values_list("person_name", flat=True)) == {PERSON}


def test_a_whole_batch_is_not_decided_without_saying_how_it_was_looked_at(guangzhou: Site) -> None:
    batch = in_review(guangzhou, 2)
    answer = decide_all(guangzhou, batch, "reviewer", comment=" ")
    assert (answer.status_code, "须写明怎样审的" in answer.content.decode()) == (422, True)
    drained()
    with in_site(guangzhou):
        assert not ReviewOrder.objects.exists()
        assert not Decision.objects.exists()


def test_what_changed_after_the_screen_was_opened_is_left_out(guangzhou: Site) -> None:
    batch = in_review(guangzhou, 3)
    client = client_of(guangzhou, "reviewer")
    found = re.search(r'name="up_to" value="(\d+)"', client.get(address(batch)).content.decode())
    assert found is not None
    with in_site(guangzhou):
        changed = ArticlePage.objects.get(title="第2号通知")
        change_article(changed, summary="打开以后改的。")
    answer = client.post(address(batch), {"action": "approve", "comment": "已核对。", "up_to": found[1]})
    drained()
    with in_site(guangzhou):
        decided = set(Decision.objects.values_list("page_id", flat=True))
        assert len(decided) == 2
        assert changed.pk not in decided
        assert ReviewOrder.objects.get().total == 2
    said = [str(message) for message in get_messages(answer.wsgi_request)]
    assert said[1] == "1 篇在您打开本页以后又改过，没有交办，请重新审阅。"


def test_an_order_goes_on_where_it_stopped_and_shows_how_far_it_is(
    guangzhou: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deciding, "CHUNK", 1)
    batch = in_review(guangzhou, 3)
    decide_all(guangzhou, batch, "reviewer")
    with in_site(guangzhou):
        payload = {"order": ReviewOrder.objects.get().pk, "place": 0}
        first = OutboxItem(
            id=1, kind=deciding.DECIDE_KIND, site="guangzhou", key="", version=0, payload=payload, attempts=0
        )
        for _turn in range(2):  # the second finds the piece done
            decide_handler("guangzhou", [first])
        assert Decision.objects.count() == 1
    answer = client_of(guangzhou, "reviewer").get(address(batch))
    assert (answer["Refresh"], "已办 1 篇，共 3 篇" in answer.content.decode()) == ("3", True)
    assert "待您审核 0 篇" in answer.content.decode()  # what is in the order is not asked for again
    drained()
    with in_site(guangzhou):
        assert Decision.objects.count() == 3
    assert "Refresh" not in client_of(guangzhou, "reviewer").get(address(batch))


def test_one_item_that_cannot_be_decided_stops_no_other(guangzhou: Site) -> None:
    batch = in_review(guangzhou, 3)
    decide_all(guangzhou, batch, "reviewer")
    with in_site(guangzhou):
        change_article(ArticlePage.objects.get(title="第2号通知"), summary="交办以后改的。")
    drained()
    with in_site(guangzhou):
        order = ReviewOrder.objects.get()
        assert (order.done, order.failed) == (3, 1)
        row = ImportRow.objects.get(batch=batch, title="第2号通知")
        assert "选中以后稿件又改过" in row.notes[-1]["message"]


def test_the_screen_costs_the_same_whatever_waits_and_has_pages(
    guangzhou: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "REVIEWED_ON_A_PAGE", 2)
    counts = []
    for size in (2, 5):
        batch = in_review(guangzhou, size)
        client = client_of(guangzhou, "reviewer")
        client.get(address(batch))
        with CaptureQueriesContext(connection) as queries:
            shown = client.get(address(batch)).content.decode()
        counts.append(len(queries))
        assert len(re.findall(r"<tr data-page=", shown)) == 2
        with in_site(guangzhou):
            ArticlePage.objects.filter(title__contains="号通知").delete()
            batch.items.all().delete()
    assert counts[0] == counts[1]
    assert "第 1 页，共 3 页" in shown


def test_what_is_the_same_for_all_items_of_an_act_is_asked_once(guangzhou: Site) -> None:
    def statements(act: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as queries:
            act()
        return len(queries)

    costs: dict[int, list[int]] = {}
    for size in (2, 6):
        batch = imported(guangzhou, table([line(size * 10 + number) for number in range(size)]), "table")
        with in_site(guangzhou):
            ask_review(batch, acting_user=Staff.objects.get(username="webmaster"))
        costs[size] = [statements(partial(work, guangzhou, batch))]
        for person in ("reviewer", "final", "secrecy"):
            decide_all(guangzhou, batch, person)
            costs[size].append(statements(drained))
    each = [(more - fewer) / 4 for fewer, more in zip(costs[2], costs[6], strict=True)]
    assert each[0] <= MOST_TO_SUBMIT and max(each[1:3]) <= MOST_TO_DECIDE and each[3] <= MOST_TO_PUBLISH
    with in_site(guangzhou):
        assert len(live()) == 8
        pages = ArticlePage.objects.filter(title__contains="号通知").values_list("pk", flat=True)
        told = AuditEntry.objects.filter(act="page.approve", object_id__in=[str(key) for key in pages])
        assert told.count() == 24


def test_a_reviewer_of_another_site_sees_and_decides_nothing(guangzhou: Site, shenzhen: Site) -> None:
    batch = in_review(guangzhou, 1)
    client = client_of(shenzhen, "reviewer")
    assert client.get(address(batch)).status_code == 404
    wish = {"action": "approve", "comment": "已核对。", "up_to": "999999999"}
    assert client.post(address(batch), wish).status_code == 404
    with in_site(guangzhou):
        assert not ReviewOrder.objects.exists()
