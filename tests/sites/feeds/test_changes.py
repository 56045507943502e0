"""The change feed: every way of going on and off line, in the order of commits, nothing missed, restarts said."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from wagtail.models import Page

from network.tenancy.api import Site, in_site
from sites.feeds.models import Change
from sites.feeds.restoring import begin_epoch
from sites.pages.models import ArticlePage
from tests.factories.articles import change_article, dispatch, draft_article, review, reviewed_article
from tests.factories.deliveries import work_off
from tests.factories.people import client_of
from tests.network.syndication.test_recall import recall

pytestmark = [pytest.mark.tenancy, pytest.mark.shares_commits, pytest.mark.django_db(transaction=True)]
BASE = "/api/open/v1/changes/"


class Follower:
    """A program that keeps what a site tells it."""

    def __init__(self, site: Site) -> None:
        self.client, self.cursor = client_of(site), ""
        self.held: dict[str, str] = {}

    def read(self, limit: int = 100) -> list[tuple[str, str]]:
        """(status, title) of the next changes; the title as it was held for a tombstone."""
        answer = self.client.get(BASE, {"limit": limit, **({"cursor": self.cursor} if self.cursor else {})})
        assert answer.status_code == 200, answer.content.decode()
        told = answer.json()
        self.cursor = told["cursor"]
        seen = []
        for change in told["changes"]:
            if change["status"] == "withdrawn":
                seen.append(("withdrawn", self.held.pop(change["id"], "")))
            else:
                self.held[change["id"]] = change["item"]["title"]
                seen.append(("published", change["item"]["title"]))
        return seen


def test_a_follower_ends_with_what_is_on_line(guangdong: Site) -> None:
    follower = Follower(guangdong)
    follower.read()
    article = reviewed_article(guangdong, title="第一版")
    gone = reviewed_article(guangdong, title="将撤下的")
    draft_article(guangdong, title="草稿")
    assert follower.read() == [("published", "第一版"), ("published", "将撤下的")]
    assert follower.read() == []
    with in_site(guangdong):
        change_article(article, title="第二版")
        review(ArticlePage.objects.get(pk=article.pk))
        ArticlePage.objects.get(pk=gone.pk).unpublish(user=None)
    assert follower.read() == [("published", "第二版"), ("withdrawn", "将撤下的")]
    with in_site(guangdong):
        live = set(Page.objects.live().filter(depth=4).values_list("title", flat=True))
    assert set(follower.held.values()) == live
    told = client_of(guangdong).get(f"/api/open/v1/items/{gone.translation_key}/")
    assert (told.status_code, told.json()["code"]) == (410, "open.withdrawn")


@pytest.mark.parametrize("way", ["unpublish", "delete", "update in the database"])
def test_whatever_takes_an_item_off_line_leaves_a_tombstone(guangdong: Site, way: str) -> None:
    article = reviewed_article(guangdong, title=f"撤下：{way}")
    follower = Follower(guangdong)
    follower.read()
    with in_site(guangdong):
        page = ArticlePage.objects.get(pk=article.pk)
        if way == "unpublish":
            page.unpublish(user=None)
        elif way == "delete":
            page.delete()
        else:
            Page.objects.filter(pk=article.pk).update(live=False)
    assert follower.read() == [("withdrawn", f"撤下：{way}")]


def test_a_dispatched_item_its_new_version_and_its_recall_reach_followers_of_every_site(
    hub: Site, guangzhou: Site
) -> None:
    followers = [Follower(hub), Follower(guangzhou)]
    for follower in followers:
        follower.read()
    article = reviewed_article(hub, title="总局通知")
    dispatch(hub, article)
    work_off()
    assert [follower.read() for follower in followers] == [[("published", "总局通知")]] * 2
    with in_site(hub):
        change_article(article, title="总局通知修订")
        review(ArticlePage.objects.get(pk=article.pk))
    work_off()
    assert [follower.read() for follower in followers] == [[("published", "总局通知修订")]] * 2
    recall(hub, article.translation_key)
    assert [follower.read() for follower in followers] == [[("withdrawn", "总局通知修订")]] * 2


def test_a_change_that_is_committed_late_is_not_missed(guangdong: Site) -> None:
    """Its row was written first, under the smaller key: nothing behind it is told before it is."""
    # It has its index number: first publishes of one organisation wait for each other.
    late = reviewed_article(guangdong, title="第一版")
    with in_site(guangdong):
        change_article(late, title="先写后提交")
    follower = Follower(guangdong)
    follower.read()
    written, go_on = threading.Event(), threading.Event()

    def publish_slowly() -> None:
        try:
            with in_site(guangdong), transaction.atomic():
                review(ArticlePage.objects.get(pk=late.pk))
                written.set()
                assert go_on.wait(20)
        finally:
            connections.close_all()

    slow = threading.Thread(target=publish_slowly)
    slow.start()
    assert written.wait(20)
    reviewed_article(guangdong, title="后写先提交")
    early = follower.read()
    go_on.set()
    slow.join()
    assert early == []
    assert follower.read() == [("published", "先写后提交"), ("published", "后写先提交")]


def test_the_page_cache_keeps_no_changes(guangdong: Site) -> None:
    """They may be told later than the token of the site's pages moved."""
    answer = client_of(guangdong).get(BASE)
    assert answer["Cache-Control"] == "no-cache"
    assert client_of(guangdong).get(BASE, HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 304


def test_small_pages_tell_everything(guangdong: Site) -> None:
    follower = Follower(guangdong)
    follower.read()
    titles = [reviewed_article(guangdong, title=f"分页{number}").title for number in range(3)]
    seen: list[tuple[str, str]] = []
    while batch := follower.read(limit=1):
        seen += batch
    assert seen == [("published", title) for title in titles]


def test_after_a_restore_a_reader_is_told_to_start_again(guangdong: Site, owner: Any) -> None:
    reviewed_article(guangdong, title="恢复前的")
    follower = Follower(guangdong)
    follower.read()
    with owner(), in_site(guangdong):
        begin_epoch(guangdong)
    answer = follower.client.get(BASE, {"cursor": follower.cursor})
    assert (answer.status_code, answer.json()["code"]) == (410, "open.start_again")
    assert "不带 cursor" in answer.json()["message"]
    fresh = Follower(guangdong)
    assert ("published", "恢复前的") in fresh.read()


def test_nobody_writes_changes_by_hand(guangdong: Site) -> None:
    reviewed_article(guangdong)
    with in_site(guangdong):
        count = Change.objects.count()
        for statement in (
            "DELETE FROM sites_feeds_change",
            "UPDATE sites_feeds_change SET content_id = gen_random_uuid()",
            "INSERT INTO sites_feeds_change SELECT * FROM sites_feeds_change",
        ):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                connection.cursor().execute(statement)
        assert Change.objects.count() == count
