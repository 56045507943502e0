"""Who gets a kept page, who never does, and that nothing stale outlives a commit."""

from __future__ import annotations

import datetime
import threading
import time
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.http import http_date

from network.page_cache import addresses, middleware
from network.page_cache.middleware import PageCacheMiddleware
from network.syndication.api import recall_item
from network.tenancy import registry
from network.tenancy.api import Site, in_site
from network.tenancy.models import State
from sites.pages.home import HomePage
from sites.pages.models import ArticlePage
from tests.factories.articles import change_article, dispatch, review, reviewed_article
from tests.factories.blocking import block
from tests.factories.deliveries import placements, work_off
from tests.factories.kept_pages import ask, outcome, warm
from tests.factories.people import client_of, staff

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db(transaction=True)]


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def label(site: Site) -> str:
    """Stands on every page of a site and of no other."""
    return f'<meta name="SiteName" content="{site.full_name}">'


def test_a_kept_page_is_the_same_page_and_costs_one_statement(guangzhou: Site) -> None:
    rendered = ask(guangzhou)
    assert outcome(rendered) == "miss"
    with CaptureQueriesContext(connection) as asked:
        kept = ask(guangzhou)
    assert (outcome(kept), kept.content) == ("hit", rendered.content)
    assert [query["sql"][:15] for query in asked] == ["SELECT (SELECT "]
    same = set(kept.headers) - {"X-Application-Cache", "Last-Modified"}
    assert {name: kept.headers[name] for name in same} == {name: rendered.headers[name] for name in same}
    assert {"X-Content-Type-Options", "Referrer-Policy", "X-Frame-Options", "ETag"} <= same


def test_the_same_address_of_another_site_is_another_page(guangzhou: Site, shenzhen: Site) -> None:
    for site in (guangzhou, shenzhen):
        reviewed_article(site, title=f"{site.short_name}的通知", slug="same")
    for path in ("/", "/tzgg/", "/tzgg/same/"):
        warm(guangzhou, path)
        first = ask(shenzhen, path)
        assert outcome(first) == "miss", path
        assert label(shenzhen) in text(first) and label(guangzhou) not in text(first), path
        assert label(guangzhou) in text(warm(guangzhou, path))
        assert label(shenzhen) in text(warm(shenzhen, path))


def test_each_display_mode_is_a_page_of_its_own_and_an_invented_one_is_the_normal(guangzhou: Site) -> None:
    pages = {mode: warm(guangzhou, mode=mode) for mode in ("", "elder", "contrast", "both")}
    assert len({page.content for page in pages.values()}) == len(pages)
    assert 'data-mode="elder contrast"' in text(pages["both"]) and 'data-mode="normal"' in text(pages[""])
    assert len({page.headers["ETag"] for page in pages.values()}) == len(pages)
    for invented in ("nobody", "elder2", "x" * 300, "normal"):
        answer = ask(guangzhou, mode=invented)
        assert (outcome(answer), answer.content) == ("hit", pages[""].content), invented


def test_a_recall_is_gone_at_once_everywhere(hub: Site, guangzhou: Site, shenzhen: Site) -> None:
    article = reviewed_article(hub, title="将要撤回的通知")
    dispatch(hub, article)
    work_off()
    places = [(hub, article.get_site_path())]
    places += [(site, placements(site, article.translation_key)[0].get_site_path()) for site in (guangzhou, shenzhen)]
    for site, path in places:
        for shown in (path, "/", "/tzgg/"):
            assert "将要撤回的通知" in text(warm(site, shown)), (site.slug, shown)
    with in_site(hub):
        recall_item(article.translation_key, acting_user=staff(hub, "manager"), origin=hub, reason="数字有误")
    # No worker has run.
    for site, path in places:
        assert ask(site, path).status_code == 410, site.slug
        for shown in ("/", "/tzgg/"):
            assert "将要撤回的通知" not in text(ask(site, shown)), (site.slug, shown)


def test_the_notice_in_a_recalled_place_is_kept_while_it_stands(hub: Site, guangzhou: Site) -> None:
    article = reviewed_article(hub, title="已经撤回的通知")
    dispatch(hub, article)
    work_off()
    path = placements(guangzhou, article.translation_key)[0].get_site_path()
    with in_site(hub):
        recall_item(article.translation_key, acting_user=staff(hub, "manager"), origin=hub, reason="数字有误")
    first = ask(guangzhou, path)
    again = ask(guangzhou, path, HTTP_IF_MODIFIED_SINCE=http_date(time.time()), HTTP_IF_NONE_MATCH="*")
    assert [(outcome(answer), answer.status_code) for answer in (first, again)] == [("miss", 410), ("hit", 410)]
    assert again.content == first.content and "数字有误" in text(again)
    assert not {"ETag", "Last-Modified"} & set(again.headers)
    Site.objects.filter(pk=hub.pk).update(full_name="改了名的总局", changed_by="manager")
    renamed = ask(guangzhou, path)
    assert (outcome(renamed), renamed.status_code, "改了名的总局" in text(renamed)) == ("miss", 410, True)


def test_a_new_version_is_shown_at_once_everywhere(hub: Site, guangzhou: Site) -> None:
    article = reviewed_article(hub, title="第一版的通知")
    dispatch(hub, article)
    work_off()
    path = placements(guangzhou, article.translation_key)[0].get_site_path()
    assert "第一版的通知" in text(warm(guangzhou, path))
    with in_site(hub):
        article = review(change_article(article, title="第二版的通知"))
    dispatch(hub, article)
    assert "第二版的通知" in text(ask(guangzhou, path))


def test_an_edit_and_a_taking_down_are_seen_at_once(guangzhou: Site) -> None:
    article = reviewed_article(guangzhou, title="原来的标题", slug="edited")
    for path in ("/tzgg/edited/", "/tzgg/", "/"):
        assert "原来的标题" in text(warm(guangzhou, path))
    with in_site(guangzhou):
        review(change_article(article, title="改正的标题"))
    for path in ("/tzgg/edited/", "/tzgg/", "/"):
        answer = ask(guangzhou, path)
        assert "改正的标题" in text(answer) and "原来的标题" not in text(answer), path
    warm(guangzhou, "/tzgg/edited/")
    with in_site(guangzhou):
        ArticlePage.objects.get(pk=article.pk).unpublish()
    assert ask(guangzhou, "/tzgg/edited/").status_code == 404
    assert "改正的标题" not in text(ask(guangzhou, "/tzgg/"))


def test_a_block_a_suspension_and_a_new_name_hold_at_once(hub: Site, guangzhou: Site, shenzhen: Site) -> None:
    reviewed_article(guangzhou, title="停用试验", slug="stopped")
    for path in ("/tzgg/stopped/", "/tzgg/", "/"):
        warm(guangzhou, path)
    row = block(hub, guangzhou, "/tzgg/stopped/")
    assert ask(guangzhou, "/tzgg/stopped/").status_code == 451
    assert "停用试验" not in text(ask(guangzhou, "/tzgg/")) + text(ask(guangzhou))
    row.lifted_at = row.created_at
    row.save()
    assert "停用试验" in text(ask(guangzhou, "/tzgg/stopped/"))

    assert shenzhen.full_name in text(warm(guangzhou, "/map/")) or shenzhen.full_name in text(warm(guangzhou))
    Site.objects.filter(pk=shenzhen.pk).update(full_name="深圳市新名称局", changed_by="manager")
    assert "深圳市新名称局" in text(warm(shenzhen))

    warm(guangzhou)
    Site.objects.filter(pk=guangzhou.pk).update(state=State.SUSPENDED, state_reason="检修")
    assert ask(guangzhou).status_code == 503
    assert ask(shenzhen).status_code == 200


def test_another_brand_policy_comes_with_its_day(guangzhou: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Policies are files with a day from which they hold: the day is part of the key, as is the code."""
    first = warm(guangzhou)
    today = timezone.localdate()
    tomorrow = today + datetime.timedelta(days=1)
    monkeypatch.setattr(addresses.timezone, "localdate", lambda *_: tomorrow)
    assert outcome(ask(guangzhou)) == "miss"
    monkeypatch.undo()
    assert outcome(ask(guangzhou)) == "hit"
    monkeypatch.setattr(addresses, "code_state", lambda: "another version")
    assert outcome(ask(guangzhou)) == "miss"
    assert first.content == ask(guangzhou, "/").content  # no other policy holds between the two days


@pytest.mark.parametrize("person", ["editor", "webmaster"])
def test_staff_are_rendered_for_themselves(guangzhou: Site, person: str) -> None:
    warm(guangzhou)
    browser = client_of(guangzhou, person)
    for _ in range(2):
        answer = browser.get("/")
        assert (answer.status_code, outcome(answer)) == (200, "")
    # Control: nothing of theirs is kept, and a reader still gets the kept page.
    assert outcome(ask(guangzhou)) == "hit"


@pytest.mark.parametrize(
    "path",
    ["/search/?q=%E9%80%9A%E7%9F%A5", "/mode/?set=elder", "/api/open/v1/changes/", "/admin/login/", "/nowhere/"],
)
def test_search_cookies_changes_the_admin_and_missing_pages_are_never_kept(guangzhou: Site, path: str) -> None:
    for _ in range(2):
        assert outcome(ask(guangzhou, path)) == ""


def test_other_methods_are_never_answered_from_it(guangzhou: Site) -> None:
    warm(guangzhou)
    for method in ("post", "put", "delete", "options"):
        assert outcome(getattr(Client(), method)("/", HTTP_HOST="guangzhou.localhost")) == "", method
    head = Client().head("/", HTTP_HOST="guangzhou.localhost")
    assert (outcome(head), head.content) == ("hit", b"")
    assert int(head.headers["Content-Length"]) == len(ask(guangzhou).content)


@pytest.mark.parametrize(
    "query", ["?a=1", "?page=0", "?page=01", "?page=1&page=2", "?page=9999", "?page=%31", "?page", "?" + "a" * 500]
)
def test_no_query_string_fills_the_cache(guangzhou: Site, query: str) -> None:
    for _ in range(2):
        assert outcome(ask(guangzhou, f"/tzgg/{query}")) == "", query


def test_a_page_of_a_list_that_does_not_exist_is_not_kept(guangzhou: Site) -> None:
    reviewed_article(guangzhou)
    assert outcome(warm(guangzhou, "/tzgg/?page=1")) == "hit"
    for number in (2, 7, 999):
        answer = ask(guangzhou, f"/tzgg/?page={number}")
        assert (answer.status_code, outcome(answer)) == (404, "")


@pytest.mark.parametrize("host", ["GUANGZHOU.localhost", "guangzhou.localhost."])
def test_a_host_in_another_spelling_neither_fills_it_nor_writes_into_pages(guangzhou: Site, host: str) -> None:
    for _ in range(2):
        assert outcome(ask(guangzhou, host=host)) == ""
    warm(guangzhou)
    assert host not in text(ask(guangzhou))


def test_the_port_in_the_host_header_changes_nothing(guangzhou: Site) -> None:
    first = warm(guangzhou)
    answer = ask(guangzhou, host="guangzhou.localhost:40123")
    assert (outcome(answer), answer.content) == ("hit", first.content)
    assert b"40123" not in ask(guangzhou, "/map/", host="guangzhou.localhost:40123").content


@pytest.mark.parametrize(
    "path", ["/feed.atom", "/feed.json", "/feeds/tzgg.atom", "/sitemap.xml", "/api/open/v1/items/"]
)
def test_feeds_and_open_data_are_kept_until_something_is_published(guangzhou: Site, path: str) -> None:
    reviewed_article(guangzhou, title="先发布的", slug="first")
    warm(guangzhou, path)
    reviewed_article(guangzhou, title="后发布的", slug="second")
    answer = ask(guangzhou, path)
    assert outcome(answer) == "miss"
    assert b"second" in answer.content


@pytest.mark.parametrize("trait", ["cookie", "vary", "private", "no-store", "status", "other kind", "stream"])
def test_an_answer_that_is_not_for_everybody_is_not_kept(
    guangzhou: Site, monkeypatch: pytest.MonkeyPatch, trait: str
) -> None:
    original = HomePage.serve

    def serve(page: HomePage, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if trait == "stream":
            return StreamingHttpResponse([b"<p>"], content_type="text/html; charset=utf-8")
        response = original(page, request, *args, **kwargs)
        if trait == "cookie":
            response.set_cookie("visitor", "1")
        elif trait == "vary":
            request.session.get("anything")
        elif trait in ("private", "no-store"):
            response["Cache-Control"] = trait
        elif trait == "status":
            response.status_code = 203
        elif trait == "other kind":
            response["Content-Type"] = "text/csv"
        return response

    monkeypatch.setattr(HomePage, "serve", serve)
    for _ in range(2):
        assert outcome(ask(guangzhou)) == ""
    monkeypatch.setattr(HomePage, "serve", original)
    warm(guangzhou)


def test_who_holds_the_page_is_told_that_it_stands(guangzhou: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    article = reviewed_article(guangzhou, title="原来的标题", slug="asked")
    path = "/tzgg/asked/"
    first = warm(guangzhou, path)
    tag = first.headers["ETag"]
    assert "Last-Modified" not in first.headers  # of this second there may be another version
    assert first.headers["Cache-Control"] == "max-age=0, must-revalidate"
    assert first.headers["Vary"] == "Cookie"
    stands = ask(guangzhou, path, HTTP_IF_NONE_MATCH=tag)
    assert (stands.status_code, stands.content, stands.headers["ETag"]) == (304, b"", tag)

    now = time.time()
    monkeypatch.setattr(middleware.time, "time", lambda: now + 60)
    dated = ask(guangzhou, path)
    assert dated.headers["Last-Modified"] <= http_date(now + 1)
    assert ask(guangzhou, path, HTTP_IF_MODIFIED_SINCE=dated.headers["Last-Modified"]).status_code == 304
    assert ask(guangzhou, path, HTTP_IF_MODIFIED_SINCE=http_date(now - 60)).status_code == 200
    monkeypatch.undo()

    # A change elsewhere on the site: rendered anew, the same bytes, the same name.
    reviewed_article(guangzhou, title="别的通知")
    again = ask(guangzhou, path, HTTP_IF_NONE_MATCH=tag)
    assert (outcome(again), again.status_code) == ("miss", 304)
    with in_site(guangzhou):
        review(change_article(article, title="改正的标题"))
    changed = ask(guangzhou, path, HTTP_IF_NONE_MATCH=tag)
    assert (changed.status_code, "改正的标题" in text(changed)) == (200, True)


def test_a_crowd_at_a_cold_page_renders_it_once(guangzhou: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    rendered: list[int] = []
    is_rendering = threading.Event()
    go_on = threading.Event()

    def view(request: HttpRequest) -> HttpResponse:
        rendered.append(1)
        is_rendering.set()
        assert go_on.wait(20)
        return HttpResponse(b"<p>once</p>")

    cache = PageCacheMiddleware(view)
    answers: list[HttpResponse] = []

    def visit() -> None:
        request = HttpRequest()
        request.method = "GET"
        answers.append(cache(request))

    monkeypatch.setattr(middleware, "page_key", lambda request: f"crowd {guangzhou.pk} {id(rendered)}")
    visitors = [threading.Thread(target=visit) for _ in range(6)]
    for visitor in visitors:
        visitor.start()
    assert is_rendering.wait(20)
    go_on.set()
    for visitor in visitors:
        visitor.join(20)
    assert (len(rendered), len(answers)) == (1, 6)
    assert sorted(outcome(answer) for answer in answers) == ["hit"] * 5 + ["miss"]


def test_a_preview_of_a_draft_is_kept_nowhere(guangzhou: Site) -> None:
    article = reviewed_article(guangzhou, title="上网的标题", slug="previewed")
    warm(guangzhou, "/tzgg/previewed/")
    with in_site(guangzhou):
        draft = change_article(article, title="草稿的标题")
    editor = client_of(guangzhou, "editor")
    shown = editor.get(f"/admin/pages/{draft.pk}/view_draft/")
    assert "草稿的标题" in text(shown)
    assert outcome(shown) == ""
    kept = ask(guangzhou, "/tzgg/previewed/")
    assert "上网的标题" in text(kept) and "草稿的标题" not in text(kept)


def test_an_open_transaction_reads_nothing_kept(guangzhou: Site) -> None:
    warm(guangzhou)
    with transaction.atomic():
        assert outcome(ask(guangzhou)) == ""


def test_the_front_server_says_how_it_read_the_cookie(guangzhou: Site) -> None:
    answer = ask(guangzhou, mode="elder", HTTP_X_DISPLAY_MODE="contrast")
    assert 'data-mode="contrast"' in text(answer)
    assert ask(guangzhou, mode="contrast").content == answer.content


def test_a_young_process_keeps_its_first_page(guangzhou: Site) -> None:
    registry.forget()
    assert outcome(ask(guangzhou)) == "miss"
    registry.forget()
    assert outcome(ask(guangzhou)) == "hit"
