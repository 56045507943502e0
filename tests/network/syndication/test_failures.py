"""Deliveries that cannot be made: set aside, said on the board, never in the way of others."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from wagtail.models import Page

from network.outbox.actions import MAX_ATTEMPTS
from network.outbox.api import drain, enqueue, retry_dead
from network.outbox.models import Work
from network.syndication.api import DELIVER_KIND, delivery_board
from network.tenancy.api import Site, in_site
from sites.pages.models import ColumnPage
from tests.factories.articles import dispatch, reviewed_article
from tests.factories.deliveries import placements, states, work_off

pytestmark = [pytest.mark.syndication, pytest.mark.django_db]


def close_columns(site: Site, *, is_live: bool) -> None:
    with in_site(site):
        Page.objects.filter(pk__in=ColumnPage.objects.values("pk")).update(live=is_live)


def test_a_poisoned_delivery_is_set_aside_its_neighbours_go_on(hub: Site, hebei: Site) -> None:
    first, second = reviewed_article(hub), reviewed_article(hub)
    dispatch(hub, first)
    enqueue(DELIVER_KIND, site="hebei", key=str(uuid.uuid4()), version=1)
    dispatch(hub, second)
    work_off()
    assert states(first.translation_key)["hebei"] == states(second.translation_key)["hebei"] == "placed"
    dead = Work.objects.get()
    assert (dead.state, dead.attempts, dead.site) == ("dead", 1, "hebei")
    assert "PoisonedItem: 待投递的信息" in dead.error
    assert "请在下发信息中核对后重新下发" in dead.error


def test_a_key_that_is_no_content_id_is_set_aside_too(hub: Site, hebei: Site) -> None:
    article = reviewed_article(hub)
    dispatch(hub, article)
    enqueue(DELIVER_KIND, site="hebei", key="not-a-uuid", version=1)
    work_off()
    assert states(article.translation_key)["hebei"] == "placed"
    dead = Work.objects.get()
    assert (dead.key, dead.state, dead.attempts) == ("not-a-uuid", "dead", 1)
    assert "待投递的编号“not-a-uuid”无效" in dead.error


def test_a_site_without_columns_says_so_on_the_board(hub: Site, hebei: Site, shenzhen: Site) -> None:
    article = reviewed_article(hub)
    dispatch(hub, article)
    close_columns(hebei, is_live=False)
    work_off()
    board = {row.site: row for row in delivery_board(article.translation_key).deliveries}
    assert (board["hebei"].state, board["hebei"].attempts) == ("waiting", 1)
    assert "本站没有栏目“tzgg”" in board["hebei"].error
    assert "请先开设其中之一" in board["hebei"].error
    assert (board["shenzhen"].state, board["shenzhen"].error) == ("placed", "")
    for _ in range(MAX_ATTEMPTS - 1):
        Work.objects.update(not_before="2000-01-01T00:00Z")
        drain()
    row = next(row for row in delivery_board(article.translation_key).deliveries if row.site == "hebei")
    assert (row.state, row.attempts) == ("failed", MAX_ATTEMPTS)
    assert delivery_board(article.translation_key).totals["failed"] == 1


def test_a_failed_delivery_is_made_after_the_repair(hub: Site, hebei: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from sites.inbox import delivering

    article = reviewed_article(hub)
    dispatch(hub, article)
    with monkeypatch.context() as broken:
        broken.setattr(delivering, "FALLBACK_COLUMN", "nowhere")
        broken.setattr(delivering, "_columns", dict)
        for _ in range(MAX_ATTEMPTS):
            Work.objects.update(not_before="2000-01-01T00:00Z")
            drain()
    assert set(states(article.translation_key).values()) == {"failed"}
    assert retry_dead(site="hebei") == 1
    work_off()
    assert states(article.translation_key)["hebei"] == "placed"
    assert len(placements(hebei, article.translation_key)) == 1
    row = next(row for row in delivery_board(article.translation_key).deliveries if row.site == "hebei")
    assert (row.error, row.version_placed) == ("", 1)
    assert [other for other, state in states(article.translation_key).items() if state == "failed"] != []


def test_half_a_delivery_leaves_nothing(hub: Site, hebei: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault after the pages were written, before the receipt: neither stays."""
    from sites.inbox import delivering

    def die(*arguments: Any) -> None:
        raise RuntimeError("power cut")

    article = reviewed_article(hub)
    dispatch(hub, article)
    with monkeypatch.context() as broken:
        broken.setattr(delivering, "record_receipts", die)
        drain()
    assert placements(hebei, article.translation_key) == []
    assert states(article.translation_key)["hebei"] == "waiting"
    Work.objects.update(not_before="2000-01-01T00:00Z")
    work_off()
    assert len(placements(hebei, article.translation_key)) == 1
