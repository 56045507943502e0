"""A live old site is crawled from its own host alone, as far as it was asked for, as its robots.txt lets it be."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.urls import reverse
from wagtail.models import Page

from network.errors import InvalidValue
from network.outbox.actions import drain
from network.tenancy.api import Site, in_public, in_site
from sites.accounts.models import Staff
from sites.importing import crawling
from sites.importing.actions import ask_reading, discard
from sites.importing.models import BatchState, ImportBatch, ImportVisit, VisitState
from sites.importing.steps import Step, do_step
from sites.pages.models import ArticlePage
from tests.factories.importing import imported, page, picture, read, received, rows_of, work
from tests.factories.people import client_of

pytestmark = pytest.mark.django_db

ROBOTS = b"User-agent: *\nDisallow: /inner/\n"
HOME = page(
    "",
    encoding="gb18030",
    declared="gb2312",
    PubDate="",
    body='<a href="a/1.html">甲</a><a href="/inner/3.html">内</a><a href="http://10.0.0.1/x.html">外</a>'
    '<a href="/gone.html">无</a><a href="/data.do">数</a><a href="/a/1.html#top">又</a><a href="/f.pdf">件</a>'
    '<a href="javascript:void(0)">点</a><a href="http://[bad/">坏</a><a href="/to/inner">转</a>',
)


class LiveSite(BaseHTTPRequestHandler):
    """A small old site that writes down what it was asked for."""

    asked: list[str]
    pages: dict[str, tuple[int, str, bytes]]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path == "/to/inner":
            self.send_response(302)
            self.send_header("Location", "/inner/3.html")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        status, kind, body = self.pages.get(self.path, (404, "text/html", b"nothing"))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Nothing to say."""


def html(data: bytes) -> tuple[int, str, bytes]:
    return 200, "text/html; charset=gb2312", data


@pytest.fixture(scope="module")
def server() -> Iterator[ThreadingHTTPServer]:
    held = ThreadingHTTPServer(("127.0.0.1", 0), LiveSite)
    thread = threading.Thread(target=held.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield held
    held.shutdown()
    held.server_close()
    thread.join()


@pytest.fixture
def start(server: ThreadingHTTPServer, settings: Any) -> str:
    """Address of the home page; the host is one that operators let through."""
    host = f"127.0.0.1:{server.server_port}"
    settings.IMPORT_PRIVATE_HOSTS = [host]
    LiveSite.asked = []
    first = '<p>正文甲。见<a href="/a/2.html">乙</a>。</p><p><img src="/a/p.png" alt="窗口"></p>'
    LiveSite.pages = {
        "/robots.txt": (200, "text/plain", ROBOTS),
        "/": html(HOME),
        "/a/1.html": html(page("甲号通知", body=first)),
        "/a/2.html": html(page("乙号通知", body='<p>正文乙，接<a href="1.html">甲</a>。</p>', encoding="gb18030")),
        "/a/p.png": (200, "image/png", picture()),
        "/inner/3.html": html(page("内部通知")),
        "/data.do": (200, "application/json", b"{}"),
    }
    return f"http://{host}/"


def wish(start: str, /, **changes: Any) -> dict[str, Any]:
    return {"start": start, "delay": 0, "file_name": start, "origin": "旧站", **changes}


def test_pages_of_the_host_become_drafts_that_link_to_each_other(
    guangzhou: Site, start: str, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        batch = imported(guangzhou, b"", "crawl", **wish(start))
    rows = {row.key.partition("/")[2]: row for row in rows_of(guangzhou, batch)}
    assert {path: row.outcome for path, row in rows.items()} == {
        "": "skipped",
        "a/1.html": "written",
        "a/2.html": "written",
        "inner/3.html": "skipped",
        "gone.html": "refused",
        "to/inner": "skipped",
    }
    assert "答复 404" in rows["gone.html"].notes[0]["message"]
    assert "robots.txt 不许" in rows["inner/3.html"].notes[0]["message"]
    assert (rows["a/2.html"].title, rows["a/2.html"].old_path) == ("乙号通知", "/a/2.html")
    with in_site(guangzhou):
        first = ArticlePage.objects.get(title="甲号通知")
        second = ArticlePage.objects.get(title="乙号通知")
        assert f'<a linktype="page" id="{second.pk}">' in first.body[0].value.source
        assert f'<a linktype="page" id="{first.pk}">' in second.body[0].value.source
        assert [block.block_type for block in first.body] == ["paragraph", "picture"]
        assert not first.live
        assert not ImportVisit.objects.exists()
        assert list(batch.path.parent.glob(f"{batch.pk}*")) == []
    assert "/inner/3.html" not in LiveSite.asked
    assert LiveSite.asked.count("/a/1.html") == 1
    assert "/f.pdf" not in LiveSite.asked
    with in_site(guangzhou):
        assert not Page.objects.filter(title="内部通知").exists()


@pytest.mark.parametrize(("limits", "asked"), [({"depth": 0}, ["/"]), ({"depth": 1, "pages": 2}, ["/", "/a/1.html"])])
def test_a_crawl_stops_at_its_limits(guangzhou: Site, start: str, limits: dict[str, int], asked: list[str]) -> None:
    batch = read(guangzhou, b"", "crawl", **wish(start, **limits))
    assert [path for path in LiveSite.asked if path != "/robots.txt"] == asked
    assert batch.state == BatchState.READ
    assert len(rows_of(guangzhou, batch)) == len(asked)


def test_a_crawl_goes_on_where_it_stopped_and_asks_for_nothing_twice(
    guangzhou: Site, start: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crawling, "CHUNK_SECONDS", -1.0)
    batch = received(guangzhou, b"", "crawl", **wish(start))
    with in_site(guangzhou):
        ask_reading(batch, acting_user=Staff.objects.get(username="webmaster"))
        do_step(batch.pk, Step(state=BatchState.CRAWLING))
        do_step(batch.pk, Step(state=BatchState.CRAWLING, place=1))
        batch.refresh_from_db()
        assert (batch.state, batch.done) == (BatchState.CRAWLING, 2)
        assert do_step(batch.pk, Step(state=BatchState.CRAWLING, place=1)) is None
    work(guangzhou, batch)
    counted = {path: LiveSite.asked.count(path) for path in LiveSite.asked}
    assert set(counted.values()) == {1}
    asked = list(LiveSite.asked)
    with in_site(guangzhou):
        ask_reading(batch, acting_user=Staff.objects.get(username="webmaster"), options={"column": "xwdt"})
    assert work(guangzhou, batch).state == BatchState.READ
    assert LiveSite.asked[len(asked) :] == ["/gone.html"]  # what failed is tried again, nothing else


@pytest.mark.parametrize(("status", "words"), [(403, "答复 403"), (503, "答复 503")])
def test_a_host_that_will_not_show_its_robots_txt_is_left_alone(
    guangzhou: Site, start: str, status: int, words: str
) -> None:
    LiveSite.pages["/robots.txt"] = (status, "text/plain", b"")
    batch = read(guangzhou, b"", "crawl", **wish(start))
    assert (batch.state, words in batch.problem) == (BatchState.FAILED, True)
    assert LiveSite.asked == ["/robots.txt"]
    del LiveSite.pages["/robots.txt"]
    with in_site(guangzhou):
        ask_reading(batch, acting_user=Staff.objects.get(username="webmaster"))
    assert work(guangzhou, batch).state == BatchState.READ


def test_an_inner_host_is_not_crawled_unless_operators_let_it_through(
    guangzhou: Site, start: str, settings: Any
) -> None:
    settings.IMPORT_PRIVATE_HOSTS = []
    batch = read(guangzhou, b"", "crawl", **wish(start, delay=1))
    assert (batch.state, "不在 80、443 之内" in batch.problem) == (BatchState.FAILED, True)
    batch = read(guangzhou, b"", "crawl", **wish("http://127.0.0.1/", delay=1))
    assert (batch.state, "指向内部地址 127.0.0.1" in batch.problem) == (BatchState.FAILED, True)
    assert LiveSite.asked == []


def test_robots_txt_may_ask_for_more_time(guangzhou: Site, start: str, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(crawling.time, "sleep", waited.append)
    LiveSite.pages["/robots.txt"] = (200, "text/plain", b"User-agent: *\nCrawl-delay: 7\n")
    read(guangzhou, b"", "crawl", **wish(start, depth=0))
    assert waited == [7.0]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"start": ""}, "请填写起始网址"),
        ({"start": "ftp://www.old.gov.cn/"}, "须以 http:// 或 https:// 开头"),
        ({"depth": 11}, "深度“11”不在 0 至 10 之内"),
        ({"pages": 0}, "页数上限“0”不在 1 至 20000 之内"),
        ({"delay": 0.1, "start": "http://www.old.gov.cn/"}, "间隔秒数“0.1”不在 0.5 至 60 之内"),
        ({"feed": "http://www.old.gov.cn/rss"}, "可以只给地址"),
    ],
)
def test_a_wrong_wish_is_refused_at_the_door(guangzhou: Site, start: str, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        received(guangzhou, b"", "crawl", **wish(start, **changes))
    assert words in refusal.value.message
    with in_site(guangzhou):
        assert not ImportBatch.objects.exists()


def test_the_wizard_leads_from_the_address_to_drafts(guangzhou: Site, start: str, shenzhen: Site) -> None:
    client = client_of(guangzhou, "webmaster")
    add = reverse("sites_importing:add")
    assert client.post(add, {"source": "crawl", "origin": "旧站"}).status_code == 422
    answer = client.post(add, {"source": "crawl", "origin": "旧站", "start": start})
    batch_page = answer["Location"]
    form = client.get(batch_page).context["form"]
    assert [form[name].value() for name in ("depth", "pages", "delay", "fetches")] == [3, 500, 1.0, True]
    wishes = {"column": "tzgg", "kind": "news", "type": "article", "depth": "2", "pages": "50", "delay": "0"}
    assert client.post(f"{batch_page}read/", wishes).status_code == 302
    assert "已取 0 页" in client.get(batch_page).content.decode()
    with in_public():
        drain()
    shown = client.get(batch_page)
    assert [entry[::2] for entry in shown.context["counts"]][:1] == [("new", 2)]
    with in_site(guangzhou):
        batch = ImportBatch.objects.get()
        assert batch.visits.filter(state=VisitState.FETCHED).count() == 3
        discard(batch, acting_user=Staff.objects.get(username="webmaster"))
        assert not ImportVisit.objects.exists()
    with in_site(shenzhen):
        assert not ImportBatch.objects.exists()
