"""Recall: one commit that holds everywhere, whatever comes late."""

from __future__ import annotations

import itertools
import threading
import uuid
from typing import Any

import pytest
from django.db import connection, connections, transaction
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.models import Page

from network.audit.models import AuditEntry
from network.contracts import OutboxItem
from network.errors import InvalidValue, NotAllowed
from network.events import outbox_handlers
from network.outbox.api import drain
from network.outbox.models import Work
from network.syndication.api import DELIVER_KIND, Audience, Edition, Item, delivery_board, recall_item
from network.syndication.deliveries import order_deliveries
from network.tenancy.api import Site, get_site, in_site
from search.models import SearchDocument
from sites.pages.models import ArticlePage
from tests.factories.articles import change_article, dispatch, review, reviewed_article
from tests.factories.deliveries import placements, states, where_shown, work_off
from tests.factories.people import client_of, staff

pytestmark = [pytest.mark.syndication]
rolled_back = pytest.mark.django_db
commits = pytest.mark.django_db(transaction=True)
REASON = "数字有误，另行发布。"


def recall(site: Site, content_id: uuid.UUID, *, by: str = "manager", reason: str = REASON) -> Any:
    """The site's network manager recalls an item."""
    with in_site(site), transaction.atomic():
        result = recall_item(content_id, acting_user=staff(site, by), origin=site, reason=reason)
        if connection.in_atomic_block:
            connection.check_constraints()
    return result


def dispatched(hub: Site, title: str) -> ArticlePage:
    """An article that stands on every site."""
    article = reviewed_article(hub, title=title)
    dispatch(hub, article)
    work_off()
    return article


@rolled_back
def test_a_recall_holds_everywhere_before_any_worker_runs(
    hub: Site, guangdong: Site, hebei: Site, guangzhou: Site, shenzhen: Site
) -> None:
    article = dispatched(hub, "撤回前的通知")
    path = placements(hebei, article.translation_key)[0].get_site_path()
    own = article.get_site_path()
    for site in (guangdong, hebei, guangzhou, shenzhen):
        assert "/tzgg/" in where_shown(site, "撤回前的通知", path)

    result = recall(hub, article.translation_key)

    assert (result.version, result.pages, result.locked_sites) == (2, 5, ())
    for site in (guangdong, hebei, guangzhou, shenzhen):
        assert where_shown(site, "撤回前的通知", path) == []
        assert client_of(site).get(path).status_code == 410
        assert REASON in client_of(site).get(path).content.decode()
    assert where_shown(hub, "撤回前的通知", own) == []
    assert client_of(hub).get(own).status_code == 410
    assert SearchDocument.objects.get(document_id=str(article.translation_key)).is_withdrawn is True
    assert set(states(article.translation_key).values()) == {"recalling"}
    assert delivery_board(article.translation_key).is_proven_recalled is False

    work_off()
    assert set(states(article.translation_key).values()) == {"recalled"}
    assert delivery_board(article.translation_key).is_proven_recalled is True
    tombstone = Edition.objects.get(content_id=article.translation_key, version=2)
    assert (tombstone.is_tombstone, tombstone.body) == (True, {})
    entry = AuditEntry.objects.get(act="item.recall")
    assert (entry.site, entry.person, entry.detail["reason"], entry.detail["pages"]) == ("hub", "manager", REASON, 5)


@rolled_back
def test_another_item_stays(hub: Site, hebei: Site) -> None:
    gone, kept = dispatched(hub, "撤回的"), dispatched(hub, "留下的")
    recall(hub, gone.translation_key)
    work_off()
    path = placements(hebei, kept.translation_key)[0].get_site_path()
    assert client_of(hebei).get(path).status_code == 200
    assert "留下的" in client_of(hebei).get("/tzgg/").content.decode()


@rolled_back
def test_aliases_of_the_origin_go_too(hub: Site) -> None:
    article = dispatched(hub, "有镜像的通知")
    with in_site(hub), transaction.atomic():
        page = ArticlePage.objects.get(pk=article.pk)
        CreatePageAliasAction(page, update_slug="mirror", user=None).execute(skip_permission_checks=True)
        connection.check_constraints()
    assert client_of(hub).get("/tzgg/mirror/").status_code == 200
    recall(hub, article.translation_key)
    assert client_of(hub).get("/tzgg/mirror/").status_code != 200
    with in_site(hub):
        assert not Page.objects.live().filter(title="有镜像的通知").exists()


@rolled_back
def test_a_delivery_that_comes_late_places_nothing(hub: Site, hebei: Site) -> None:
    article = reviewed_article(hub, title="尚未送达")
    dispatch(hub, article)
    recall(hub, article.translation_key)
    assert Work.objects.filter(kind=DELIVER_KIND).count() == 4
    work_off()
    assert placements(hebei, article.translation_key) == []
    assert set(states(article.translation_key).values()) == {"recalled"}

    # A message that was lost for days comes once more.
    order_deliveries(article.translation_key, 1, [hebei])
    work_off()
    assert placements(hebei, article.translation_key) == []
    assert states(article.translation_key)["hebei"] == "recalled"


def deliver_once(site: Site, content_id: uuid.UUID, version: int) -> None:
    """One message, as the worker hands it over."""
    item = OutboxItem(
        id=0, kind=DELIVER_KIND, site=site.slug, key=str(content_id), version=version, payload={}, attempts=0
    )
    with in_site(site), transaction.atomic():
        outbox_handlers.get(DELIVER_KIND)(site.slug, [item])
        connection.check_constraints()


@rolled_back
@pytest.mark.parametrize("order", list(itertools.permutations(["deliver", "update", "recall"])))
def test_no_order_of_messages_brings_it_back(hub: Site, hebei: Site, order: tuple[str, ...]) -> None:
    article = reviewed_article(hub, title="乱序")
    dispatch(hub, article, Audience(sites=("hebei",)))
    recall(hub, article.translation_key)
    for version, _name in enumerate(order, start=1):
        for _ in range(2):
            deliver_once(hebei, article.translation_key, version)
    assert placements(hebei, article.translation_key) == []
    assert states(article.translation_key) == {"hebei": "recalled"}


@rolled_back
@pytest.mark.parametrize("versions", [(1, 1, 1), (2, 1), (1, 2, 1), (9, 1)])
def test_repeated_or_late_messages_change_nothing(hub: Site, hebei: Site, versions: tuple[int, ...]) -> None:
    article = reviewed_article(hub)
    dispatch(hub, article, Audience(sites=("hebei",)))
    for version in versions:
        deliver_once(hebei, article.translation_key, version)
    (page,) = placements(hebei, article.translation_key)
    assert (page.live, page.placed_version) == (True, 1)
    (delivery,) = delivery_board(article.translation_key).deliveries
    assert (delivery.state, delivery.version_placed) == ("placed", 1)


@rolled_back
def test_who_may_recall(hub: Site, guangdong: Site, hebei: Site, guangzhou: Site) -> None:
    article = dispatched(hub, "谁能撤回")
    for site, by, named in [
        (hub, "editor", "没有站群管理权限"),
        (hub, "webmaster", "没有站群管理权限"),
        (hebei, "manager", "只有发出站点或总站可以撤回"),
        (guangdong, "manager", "只有发出站点或总站可以撤回"),
        (guangzhou, "webmaster", "不具备站群管理权限"),
    ]:
        with pytest.raises(NotAllowed, match=named):
            recall(site, article.translation_key, by=by)
    assert Item.objects.get().state == "live"
    assert len([page for page in placements(hebei, article.translation_key) if page.live]) == 1

    # Control: the hub recalls what a province sent.
    own = reviewed_article(guangdong, title="省局通知")
    dispatch(guangdong, own)
    work_off()
    assert recall(hub, own.translation_key).pages == 3


@rolled_back
@pytest.mark.parametrize(
    ("reason", "named"), [("", "请填写撤回原因"), ("   ", "请填写撤回原因"), ("长" * 301, "不超过 300 字")]
)
def test_a_recall_gives_its_reason(hub: Site, reason: str, named: str) -> None:
    article = dispatched(hub, "须有原因")
    with pytest.raises(InvalidValue, match=named):
        recall(hub, article.translation_key, reason=reason)
    assert Item.objects.get().state == "live"


@rolled_back
def test_a_second_recall_or_dispatch_is_refused(hub: Site) -> None:
    article = dispatched(hub, "只撤一次")
    recall(hub, article.translation_key)
    with pytest.raises(InvalidValue, match="不必重复操作"):
        recall(hub, article.translation_key)
    with in_site(hub):
        review(change_article(article, title="撤回后改写"))
    with pytest.raises(InvalidValue, match="已撤回，不能再次下发"):
        dispatch(hub, article)
    with pytest.raises(InvalidValue, match="没有编号为"):
        recall(hub, uuid.uuid4())
    assert Edition.objects.count() == 2


@commits
def test_a_locked_page_is_finished_by_the_worker(hub: Site, hebei: Site, shenzhen: Site) -> None:
    article = dispatched(hub, "被占用的通知")
    held, release = threading.Event(), threading.Event()
    (page,) = placements(hebei, article.translation_key)

    def hold() -> None:
        try:
            with in_site(hebei), transaction.atomic():
                Page.objects.select_for_update().get(pk=page.pk)
                held.set()
                release.wait(30)
        finally:
            connections.close_all()

    editor = threading.Thread(target=hold)
    editor.start()
    assert held.wait(10)
    result = recall(hub, article.translation_key)
    assert (result.locked_sites, result.pages) == (("hebei",), 4)
    # The head is marked, so neither page nor list shows it even there.
    assert where_shown(hebei, "被占用的通知", page.get_site_path()) == []
    assert client_of(hebei).get(page.get_site_path()).status_code == 410
    drain()
    assert states(article.translation_key)["hebei"] == "recalling"
    assert states(article.translation_key)["shenzhen"] == "recalled"
    release.set()
    editor.join(30)
    Work.objects.update(not_before="2000-01-01T00:00Z")
    drain()
    assert set(states(article.translation_key).values()) == {"recalled"}
    assert placements(hebei, article.translation_key)[0].live is False


@commits
def test_delivering_and_recalling_at_once_leaves_nothing_on_line(hub: Site, hebei: Site) -> None:
    for number in range(3):
        article = reviewed_article(hub, title=f"同时{number}")
        dispatch(hub, article)
        start = threading.Barrier(3)
        errors: list[BaseException] = []

        def run(act: Any, start: threading.Barrier = start, errors: list[BaseException] = errors) -> None:
            try:
                start.wait(10)
                act()
            except BaseException as error:  # noqa: BLE001  told to the test's own thread
                errors.append(error)
            finally:
                connections.close_all()

        threads = [
            threading.Thread(target=run, args=(drain,)),
            threading.Thread(target=run, args=(drain,)),
            threading.Thread(target=run, args=(lambda key=article.translation_key: recall(hub, key),)),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert errors == []
        Work.objects.update(not_before="2000-01-01T00:00Z")
        drain()
        assert set(states(article.translation_key).values()) == {"recalled"}
        for slug in ("hub", "guangdong", "hebei", "guangzhou", "shenzhen"):
            site = get_site(slug)
            with in_site(site):
                assert not Page.objects.live().filter(title=f"同时{number}").exists()
            assert len(placements(site, article.translation_key)) <= 1
        assert SearchDocument.objects.get(document_id=str(article.translation_key)).is_withdrawn is True
