"""Files are fetched from public addresses alone, whole or not at all."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from network.errors import InvalidValue
from network.tenancy.api import Site, in_site
from sites.importing.fetching import fetch, is_public
from sites.media.models import SiteImage
from tests.factories.importing import imported, packed, page, picture, read, rows_of

MOST = 1000
FEED = """<rss version="2.0"><channel><title>市局动态</title><item><guid>1</guid><title>甲动态</title>
<description>&lt;p&gt;全文。&lt;/p&gt;</description>
<pubDate>Wed, 04 Mar 2009 10:20:00 +0800</pubDate></item></channel></rss>"""
ONWARD = {"file": "/picture.png", "self": "/to/self", "a": "/to/b", "b": "/to/a", "inner": "http://10.0.0.1/"}


class OldServer(BaseHTTPRequestHandler):
    """Answers as old servers do, well and badly."""

    def do_GET(self) -> None:
        name = self.path.partition("?")[0]
        if name == "/picture.png":
            self._answer(200, picture())
        elif name == "/feed.xml":
            self._answer(200, FEED.encode())
        elif name == "/large":
            self._answer(200, b"x" * (MOST + 1))
        elif name == "/endless":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"x" * (MOST * 3))
        elif name == "/short":
            self.send_response(200)
            self.send_header("Content-Length", "500")
            self.end_headers()
            self.wfile.write(b"x" * 100)
        elif name == "/packed":
            self._answer(200, b"x", **{"Content-Encoding": "gzip"})
        elif name.startswith("/to/"):
            word = name.removeprefix("/to/")
            self._answer(302, b"", Location=ONWARD.get(word) or f"/to/{int(word) + 1}")
        else:
            self._answer(404, b"nothing here")

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Nothing to say."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Host with port of a server on this machine."""
    held = ThreadingHTTPServer(("127.0.0.1", 0), OldServer)
    thread = threading.Thread(target=held.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"127.0.0.1:{held.server_port}"
    held.shutdown()
    held.server_close()
    thread.join()


@pytest.fixture
def let_through(server: str, settings: Any) -> str:
    settings.IMPORT_PRIVATE_HOSTS = [server]
    return server


@pytest.mark.parametrize(
    "machine",
    [
        "127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "2002:7f00:1::", "64:ff9b::a00:1", "fec0::1", "not an address",
    ],
)  # fmt: skip
def test_inner_addresses_are_told_in_any_wrapping(machine: str) -> None:
    assert not is_public(machine)


@pytest.mark.parametrize("machine", ["202.106.0.20", "::ffff:202.106.0.20", "2400:3200::1"])
def test_public_addresses_are_let_through(machine: str) -> None:
    assert is_public(machine)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://{server}/picture.png", "不在 80、443 之内"),
        ("http://127.0.0.1/picture.png", "指向内部地址 127.0.0.1"),
        ("http://[::ffff:127.0.0.1]/x", "指向内部地址"),
        ("http://2130706433/x", "指向内部地址 127.0.0.1"),
        ("http://localhost/x", "指向内部地址"),
        ("file:///etc/passwd", "须以 http:// 或 https:// 开头"),
        ("ftp://www.gov.cn/x", "须以 http:// 或 https:// 开头"),
        ("http://user:word@www.gov.cn/x", "不带用户名"),
        ("http://[::1/x", "写法有误"),
    ],
)
def test_what_is_not_public_is_not_asked(server: str, address: str, words: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        fetch(address.format(server=server), most_bytes=MOST)
    assert words in refusal.value.message


def test_a_name_that_stands_for_an_inner_address_too_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(host: str, port: int, **kwargs: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in ("202.106.0.20", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(InvalidValue, match=r"指向内部地址 10\.0\.0\.1"):
        fetch("http://www.old.gov.cn/x", most_bytes=MOST)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/nothing", "答复 404"),
        ("/large", "超过上限 1000 字节"),
        ("/endless", "超过上限 1000 字节"),
        ("/short", "没有传完"),
        ("/packed", "以压缩形式答复"),
        ("/to/self", "跳转绕了回来"),
        ("/to/a", "跳转绕了回来"),
        ("/to/1", "跳转超过 5 次"),
        ("/to/inner", "指向内部地址 10.0.0.1"),
    ],
)
def test_an_answer_that_is_not_the_whole_file_is_refused(let_through: str, path: str, words: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        fetch(f"http://{let_through}{path}", most_bytes=MOST)
    assert words in refusal.value.message


def test_a_redirect_within_the_host_is_followed(let_through: str) -> None:
    assert fetch(f"http://{let_through}/to/file", most_bytes=MOST).data == picture()


@pytest.mark.django_db
def test_pictures_of_the_old_site_are_fetched_when_asked_for(guangzhou: Site, let_through: str) -> None:
    body = f'<p><img alt="甲" src="http://{let_through}/picture.png"><img alt="乙" src="http://{let_through}/gone.png"></p>'
    data = packed({"1.html": page(body=body)})
    batch = imported(guangzhou, data, "pages", base=f"http://{let_through}/", fetches=True)
    (row,) = rows_of(guangzhou, batch)
    assert [note["value"] for note in row.notes] == [f"http://{let_through}/gone.png"]
    assert "答复 404" in row.notes[0]["message"]
    with in_site(guangzhou):
        assert SiteImage.objects.get().width == 32


@pytest.mark.django_db
def test_a_feed_is_fetched_by_the_worker_from_a_public_address_alone(
    guangzhou: Site, server: str, settings: Any
) -> None:
    wish = {"feed": f"http://{server}/feed.xml", "column": "tzgg", "file_name": "feed"}
    refused = read(guangzhou, b"", "feed", **wish)
    assert (refused.state, "不在 80、443 之内" in refused.problem) == ("failed", True)
    settings.IMPORT_PRIVATE_HOSTS = [server]
    (row,) = rows_of(guangzhou, imported(guangzhou, b"", "feed", **wish))
    assert (row.title, row.outcome) == ("甲动态", "written")
