"""The token of a site moves with whatever its pages show, in the same commit, and waits for nobody."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from network.page_cache import middleware
from network.page_cache.actions import PAGE_TABLE, UNWATCHED, forget_site
from network.page_cache.models import PageToken
from network.rules.models import Rule
from network.syndication.api import recall_item
from network.tenancy.api import Site, in_site
from network.tenancy.models import Domain, State
from sites.pages.models import ArticlePage, ColumnPage
from tests.databases import as_owner
from tests.factories.articles import change_article, dispatch, draft_article, paragraph, review, reviewed_article
from tests.factories.blocking import block
from tests.factories.deliveries import placements, work_off
from tests.factories.kept_pages import ask, outcome, token_of
from tests.factories.people import client_of, staff

pytestmark = [pytest.mark.tenancy]
rolled_back = pytest.mark.django_db
commits = pytest.mark.django_db(transaction=True)


TABLES = re.compile(r'(?:FROM|JOIN)\s+(?:public\.)?"?([a-z]+_[a-z0-9_]+)"?')


class Undone(Exception):
    """Raised to roll an act back."""


def redirect(path: str) -> Redirect:
    """A change of what the site that is entered shows."""
    return Redirect.objects.create(old_path=path, redirect_link="/tzgg/")


@pytest.fixture
def moves(guangzhou: Site, shenzhen: Site) -> Callable[[Callable[[], Any]], tuple[bool, bool]]:
    """``moves(act)``: whether an act moves the token of 广州, that of 深圳."""

    def run(act: Callable[[], Any]) -> tuple[bool, bool]:
        before = token_of(guangzhou), token_of(shenzhen)
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('network.moved_pages', '', true)")  # as a transaction begins
        act()
        return token_of(guangzhou) != before[0], token_of(shenzhen) != before[1]

    return run


@rolled_back
def test_a_publish_an_edit_and_a_taking_down_move_the_token_of_their_site_alone(moves: Any, guangzhou: Site) -> None:
    made: list[ArticlePage] = []
    assert moves(lambda: made.append(reviewed_article(guangzhou))) == (True, False)

    def edit() -> None:
        with in_site(guangzhou):
            review(change_article(made[0], title="改过的标题"))

    assert moves(edit) == (True, False)

    def take_down() -> None:
        with in_site(guangzhou):
            ArticlePage.objects.get(pk=made[0].pk).unpublish()

    assert moves(take_down) == (True, False)


@rolled_back
def test_a_column_that_is_renamed_or_moved_moves_it(guangzhou: Site, shenzhen: Site) -> None:
    def rename() -> None:
        with in_site(guangzhou):
            Page.objects.filter(pk=ColumnPage.objects.get(key="tzgg").pk).update(title="公告")

    def describe() -> None:
        with in_site(guangzhou):
            ColumnPage.objects.filter(key="tzgg").update(description="通知和公告")

    def move() -> None:
        with in_site(guangzhou):
            first, second = ColumnPage.objects.live().order_by("path")[:2]
            second.move(first, pos="left")

    for act in (rename, describe, move):
        before = token_of(guangzhou), token_of(shenzhen)
        with pytest.raises(Undone), transaction.atomic():  # nobody approved it
            act()
            assert token_of(guangzhou) != before[0], act.__name__
            assert token_of(shenzhen) == before[1], act.__name__
            raise Undone


@rolled_back
def test_a_draft_of_a_live_page_moves_nothing(moves: Any, guangzhou: Site) -> None:
    article = reviewed_article(guangzhou)

    def save_draft() -> None:
        with in_site(guangzhou):
            change_article(article, title="尚未审核的标题")

    def sign_in() -> None:
        client_of(guangzhou, "editor").get("/admin/")

    assert moves(save_draft) == (False, False)
    assert moves(sign_in) == (False, False)
    # Control: the same draft moves it when it is published.
    with in_site(guangzhou):
        assert moves(lambda: review(ArticlePage.objects.get(pk=article.pk))) == (True, False)


@rolled_back
@pytest.mark.parametrize("act", ["block", "suspend", "rename", "domain"])
def test_what_every_page_shows_moves_every_token(moves: Any, hub: Site, hebei: Site, act: str) -> None:
    acts: dict[str, Callable[[], Any]] = {
        "block": lambda: block(hub, hebei, "/tzgg/"),
        "suspend": lambda: Site.objects.filter(pk=hebei.pk).update(state=State.SUSPENDED, state_reason="检修"),
        "rename": lambda: Site.objects.filter(pk=hebei.pk).update(short_name="河北局"),
        "domain": lambda: Domain.objects.create(tenant=hebei, domain="neu.he.gov.cn", is_primary=False),
    }
    assert moves(acts[act]) == (True, True)


@commits
def test_a_rule_that_is_replaced_moves_every_token(guangzhou: Site, shenzhen: Site) -> None:
    before = token_of(guangzhou), token_of(shenzhen)
    with as_owner():
        assert Rule.objects.filter(key="review.people").update(value=3)
    assert token_of(guangzhou) != before[0] and token_of(shenzhen) != before[1]


@rolled_back
def test_a_recall_moves_every_token_before_any_worker_runs(moves: Any, hub: Site) -> None:
    article = reviewed_article(hub)
    dispatch(hub, article)
    work_off()

    def recall() -> None:
        with in_site(hub), transaction.atomic():
            recall_item(article.translation_key, acting_user=staff(hub, "manager"), origin=hub, reason="数字有误")

    assert moves(recall) == (True, True)


@rolled_back
def test_a_placement_moves_the_token_of_the_site_that_shows_it(
    moves: Any, hub: Site, guangzhou: Site, shenzhen: Site
) -> None:
    article = reviewed_article(hub)
    dispatch(hub, article)
    assert moves(work_off) == (True, True)
    assert placements(guangzhou, article.translation_key) and placements(shenzhen, article.translation_key)


@rolled_back
def test_every_table_of_a_site_moves_its_token_or_is_known_not_to(guangzhou: Site) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT relation.relname, array_agg(held.tgname ORDER BY held.tgname) FILTER (WHERE held.oid IS NOT NULL),
                      relation.relname LIKE ANY(%s)
               FROM pg_class AS relation
               LEFT JOIN pg_trigger AS held ON held.tgrelid = relation.oid AND held.tgname LIKE 'moves_page_token%%'
               WHERE relation.relnamespace = 'guangzhou'::regnamespace AND relation.relkind = 'r'
               GROUP BY relation.relname""",
            [list(UNWATCHED)],
        )
        tables = {name: (triggers or [], is_left_out) for name, triggers, is_left_out in cursor.fetchall()}
    wrong = [name for name, (triggers, is_left_out) in tables.items() if bool(triggers) == is_left_out]
    assert wrong == []
    assert tables[PAGE_TABLE][0] == ["moves_page_token", "moves_page_token_if_seen"]
    watched = {name for name, (triggers, _) in tables.items() if triggers}
    assert {"sites_pages_articlepage", "sites_inbox_placementpage", "sites_media_siteimage"} <= watched


@rolled_back
def test_every_table_that_a_public_page_reads_is_watched(hub: Site, guangzhou: Site) -> None:
    linked = reviewed_article(hub, title="被引用的通知")
    dispatch(hub, linked)
    work_off()
    target = placements(guangzhou, linked.translation_key)[0]
    body = paragraph(f'见<a linktype="page" id="{target.pk}">通知</a>')
    reviewed_article(guangzhou, slug="linking", body=body)
    paths = ["/", "/tzgg/", "/tzgg/linking/", target.get_site_path(), "/map/"]
    with CaptureQueriesContext(connection) as asked:
        for path in paths:
            assert ask(guangzhou, path).status_code == 200, path
    read = set()
    for query in asked:
        read |= set(TABLES.findall(query["sql"]))
    assert {"wagtailcore_page", "network_syndication_edition", "sites_editing_approval"} <= read
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT relation.relname FROM pg_trigger JOIN pg_class AS relation ON relation.oid = tgrelid
               WHERE tgname LIKE 'moves_page_token%' AND relnamespace::regnamespace::text IN ('public', 'guangzhou')"""
        )
        watched = {name for (name,) in cursor.fetchall()}
    # Content types have the same ids in every schema, for ever.
    # An index number moves the token of its site alone: network/numbering/sql/numbers.sql.
    kept_otherwise = {
        "jsonb_array_elements",  # a function, read like a table
        "network_numbering_indexnumber",
        "django_content_type",
        "network_tenancy_registrygeneration",
        "network_page_cache_pagetoken",
    }
    assert read - watched <= kept_otherwise


@rolled_back
def test_the_application_role_writes_no_token(guangzhou: Site) -> None:
    with connection.cursor() as cursor:
        for right in ("INSERT", "UPDATE", "DELETE"):
            cursor.execute("SELECT has_table_privilege('public.network_page_cache_pagetoken', %s)", [right])
            assert cursor.fetchone() == (False,), right
        cursor.execute("SELECT has_table_privilege('public.network_page_cache_pagetoken', 'SELECT')")
        assert cursor.fetchone() == (True,)


@rolled_back
def test_a_savepoint_that_is_rolled_back_takes_its_move_with_it(guangzhou: Site) -> None:
    before = token_of(guangzhou)

    with in_site(guangzhou):
        with pytest.raises(Undone), transaction.atomic():
            redirect("/jia")
            raise Undone
        assert token_of(guangzhou) == before
        redirect("/yi")
    assert token_of(guangzhou) != before


@commits
def test_changes_that_are_open_at_a_time_do_not_wait_for_each_other(guangzhou: Site) -> None:
    paths = ("/jia", "/yi", "/bing")
    before = token_of(guangzhou)
    all_wrote = threading.Barrier(len(paths), timeout=20)
    tokens: list[str] = []

    def write(path: str) -> None:
        try:
            with in_site(guangzhou), transaction.atomic():
                redirect(path)
                all_wrote.wait()  # every change is open now: had one waited for another, this would break
                tokens.append(token_of(guangzhou))
                all_wrote.wait()
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(set(tokens)) == len(paths)  # each sees its own
    assert token_of(guangzhou) not in {before, *tokens}
    assert PageToken.objects.filter(schema_name="guangzhou").count() <= len(paths)


@commits
def test_a_page_whose_rendering_a_change_overtook_is_never_served(
    guangzhou: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request read its token and its content before the commit, and stores its page after it."""
    article = reviewed_article(guangzhou, title="原来的标题", slug="overtaken")
    is_rendered, may_store = threading.Event(), threading.Event()
    found: list[str] = []

    def slow_reader() -> None:
        try:
            found.append(ask(guangzhou, "/tzgg/overtaken/").content.decode())
        finally:
            connection.close()

    stored = middleware.page_of

    def hold(response: Any) -> Any:
        page = stored(response)
        is_rendered.set()
        assert may_store.wait(20)
        return page

    monkeypatch.setattr(middleware, "page_of", hold)
    reader = threading.Thread(target=slow_reader)
    reader.start()
    assert is_rendered.wait(20)
    monkeypatch.setattr(middleware, "page_of", stored)
    with in_site(guangzhou):
        review(change_article(article, title="改正的标题"))
    may_store.set()
    reader.join(20)
    assert "原来的标题" in found[0]  # it began before the commit
    for number in range(3):
        answer = ask(guangzhou, "/tzgg/overtaken/")
        assert "改正的标题" in answer.content.decode(), number
        assert "原来的标题" not in answer.content.decode(), number
    assert outcome(answer) == "hit"


@commits
def test_what_an_open_transaction_shows_is_kept_for_nobody(guangzhou: Site) -> None:
    ask(guangzhou, "/tzgg/")
    with pytest.raises(Undone), in_site(guangzhou), transaction.atomic():
        ColumnPage.objects.filter(key="tzgg").update(description="从未提交的说明")
        assert "从未提交的说明" in ask(guangzhou, "/tzgg/").content.decode()
        raise Undone
    for _ in range(2):
        assert "从未提交的说明" not in ask(guangzhou, "/tzgg/").content.decode()


@commits
def test_a_removed_site_leaves_no_token(guangzhou: Site) -> None:
    reviewed_article(guangzhou)
    assert PageToken.objects.filter(schema_name="guangzhou").exists()
    with as_owner():
        forget_site(guangzhou)
    assert not PageToken.objects.filter(schema_name="guangzhou").exists()
    assert draft_article(guangzhou).pk
