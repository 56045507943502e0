"""Pages that nginx keeps under the tokens that each of its workers holds."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
import time

import pytest

from deploy.launcher.paths import StateDirectory
from deploy.launcher.ports import free_port
from tests.deploy.launcher.proxied import FIRST, HOSTS, SECOND, Application, ask, get, needs_nginx, running

CURL = shutil.which("curl")
needs_curl = pytest.mark.skipif(CURL is None, reason="curl is not installed")
UPLOADS = ("/admin/imports/add/", "/admin/network/transfers/import/")


@needs_nginx
def test_a_page_is_kept_until_something_on_the_site_changes(proxy: int) -> None:
    first, second = get(proxy, "/news/")[2], get(proxy, "/news/")[2]
    time.sleep(1.2)
    third = get(proxy, "/news/")[2]
    Application.change()
    time.sleep(2.0)
    fourth = get(proxy, "/news/")[2]

    assert first == second == third
    assert fourth != third


@needs_nginx
def test_visitors_who_never_pause_see_a_change_within_two_seconds(proxy: int) -> None:
    first = get(proxy, "/news/")[2]
    Application.change()
    changed = time.monotonic()
    while (shown := get(proxy, "/news/")[2]) == first:
        assert time.monotonic() - changed < 2
    for _ in range(50):
        assert get(proxy, "/news/")[2] == shown


@needs_nginx
def test_a_change_on_one_site_leaves_the_pages_of_another(proxy: int) -> None:
    hub, guangdong = (get(proxy, "/news/", Host=f"{name}.localhost")[2] for name in ("hub", "guangdong"))
    Application.change("hub.localhost")
    time.sleep(2.0)

    assert get(proxy, "/news/", Host="hub.localhost")[2] != hub
    assert get(proxy, "/news/", Host="guangdong.localhost")[2] == guangdong


@needs_nginx
def test_a_site_that_is_named_no_more_is_not_kept_and_a_new_one_is(proxy: int) -> None:
    old = get(proxy, "/news/", Host="guangdong.localhost")[2]
    assert get(proxy, "/news/", Host="new.localhost")[2] != get(proxy, "/news/", Host="new.localhost")[2]
    Application.tokens = {"hub.localhost": FIRST, "new.localhost": SECOND}
    time.sleep(2.0)

    shown = [get(proxy, "/news/", Host="guangdong.localhost")[2] for _ in range(2)]
    assert len({old, *shown}) == 3
    assert get(proxy, "/news/", Host="new.localhost")[2] == get(proxy, "/news/", Host="new.localhost")[2]


@needs_nginx
def test_the_port_in_the_host_header_belongs_to_no_site(proxy: int) -> None:
    first = get(proxy, "/news/", Host="hub.localhost:8000")[2]
    assert get(proxy, "/news/", Host="hub.localhost:8000")[2] == first
    Application.change("hub.localhost")
    time.sleep(2.0)
    assert get(proxy, "/news/", Host="hub.localhost:8000")[2] != first


@needs_nginx
def test_no_spelling_of_an_address_makes_another_entry(proxy: int) -> None:
    first = get(proxy, "/news/", Host="hub.localhost")[2]
    for path, host in {
        "/news/": "hub.localhost:1",
        "/news/?": "hub.localhost",
        "/news/#a": "hub.localhost",
        "/%6eews/": "hub.localhost:65535",
    }.items():
        assert get(proxy, path, Host=host)[2] == first, path
    for host in ("hub.localhost:port", "hub.localhost:", "hub.localhost:123456", "hub.localhost:80:80"):
        assert get(proxy, "/news/", Host=host)[2] != first, host
    assert get(proxy, "/news/", Host="guangdong.localhost")[2] != first
    assert get(proxy, "/news/?page=2", Host="hub.localhost")[2] != first


@needs_nginx
def test_an_answer_that_is_cut_off_is_asked_for_again(proxy: int) -> None:
    """A process of the application that ends is not the application that is down."""
    first = get(proxy, "/news/")[2]
    time.sleep(0.6)
    Application.change()
    Application.tokens_cut_off = 1
    get(proxy, "/news/")
    time.sleep(0.3)
    assert Application.tokens_cut_off == 0
    assert get(proxy, "/news/")[2] != first


@needs_nginx
def test_an_address_that_names_another_host_than_the_header_keeps_no_page_beyond_a_change(proxy: int) -> None:
    first = ask(proxy, "GET", "http://guangdong.localhost/news/", Host="hub.localhost")[2]
    Application.change("hub.localhost")
    time.sleep(2.0)
    assert ask(proxy, "GET", "http://guangdong.localhost/news/", Host="hub.localhost")[2] != first


@needs_nginx
def test_what_stands_on_the_sites_is_asked_twice_a_second_for_all_of_them(proxy: int) -> None:
    before, answered = Application.tokens_asked, Application.answered
    began = time.monotonic()
    number = 0
    while time.monotonic() - began < 2:
        get(proxy, f"/news/{number % 6}/", Host=HOSTS[number % 3])
        number += 1

    assert number > 60
    assert Application.tokens_asked - before <= 2 * (time.monotonic() - began) + 1
    assert Application.answered - answered <= 6


@needs_nginx
def test_nothing_is_asked_for_what_is_no_page_or_while_nobody_comes(proxy: int) -> None:
    time.sleep(1.0)
    asked = Application.tokens_asked
    time.sleep(1.0)
    for path in UPLOADS:
        assert ask(proxy, "POST", path, body=b"x" * 300_000)[0] == 200
    get(proxy, "/static/site.css")

    assert Application.tokens_asked == asked
    assert Application.bodies_seen == [b"x" * 300_000] * 2


@needs_nginx
@needs_curl
def test_pages_are_kept_and_renewed_for_who_speaks_http_2(state: StateDirectory) -> None:
    port = free_port()

    def fetch(*options: str) -> str:
        command = [str(CURL), "--silent", "--fail", "--http2-prior-knowledge", *options]
        return subprocess.check_output([*command, f"http://127.0.0.1:{port}/news/"], text=True)

    with running(state, second_listener=f"listen 127.0.0.1:{port} http2;"):
        time.sleep(2.0)
        first = fetch()
        assert fetch() == first
        assert fetch("--data", "words") != first
        assert Application.bodies_seen == [b"words"]
        Application.change()
        time.sleep(2.0)
        assert fetch() != first


@needs_nginx
def test_a_host_that_is_no_site_reaches_the_application_each_time(proxy: int) -> None:
    first, second = get(proxy, "/news/", Host="unknown.localhost"), get(proxy, "/news/", Host="unknown.localhost")

    assert first[0] == second[0] == 200
    assert first[2] != second[2]


@needs_nginx
def test_older_pages_are_served_only_while_the_application_is_down(proxy: int, state: StateDirectory) -> None:
    first = get(proxy, "/news/")[2]
    hidden = state.web_socket.with_name("hidden")
    state.web_socket.rename(hidden)
    time.sleep(2.0)
    assert get(proxy, "/news/")[2] == first
    assert get(proxy, "/never-asked/")[0] == 502
    hidden.rename(state.web_socket)
    Application.change()
    time.sleep(2.0)
    assert get(proxy, "/news/")[2] != first


@needs_nginx
@pytest.mark.parametrize("status", [404, 500, 503])
def test_an_application_that_knows_not_what_stands_there_gets_no_older_page_shown(proxy: int, status: int) -> None:
    first = get(proxy, "/news/")[2]
    Application.tokens_status = status
    time.sleep(2.0)
    second, third = get(proxy, "/news/")[2], get(proxy, "/news/")[2]
    assert len({first, second, third}) == 3
    Application.tokens_status = 200
    time.sleep(2.0)
    assert get(proxy, "/news/")[2] == get(proxy, "/news/")[2]


@needs_nginx
def test_visitors_of_an_application_that_hangs_wait_rather_than_see_an_older_page(proxy: int) -> None:
    first = get(proxy, "/news/")[2]
    time.sleep(0.6)
    Application.tokens_seconds = 2.5
    asked = Application.tokens_asked
    began = time.monotonic()
    # Sets off the asking whose answer is of the time before the change, with nothing to wait for yet.
    assert get(proxy, "/news/")[2] == first
    assert time.monotonic() - began < 1
    while Application.tokens_asked == asked:
        time.sleep(0.01)
    Application.change()
    time.sleep(2.0)
    shown: list[str] = []
    visitors = [threading.Thread(target=lambda: shown.append(get(proxy, "/news/")[2])) for _ in range(5)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()

    assert time.monotonic() - began > 2.5
    assert len(set(shown)) == 1
    assert first not in shown
    assert shown[0]


@needs_nginx
def test_who_leaves_before_the_answer_holds_up_nobody(proxy: int) -> None:
    get(proxy, "/news/")
    Application.tokens_seconds = 1.0
    time.sleep(2.0)
    with socket.create_connection(("127.0.0.1", proxy)) as leaving:
        leaving.sendall(b"GET /news/ HTTP/1.1\r\nHost: hub.localhost\r\n\r\n")
        time.sleep(0.2)
    began = time.monotonic()

    assert get(proxy, "/news/")[0] == 200
    assert time.monotonic() - began < 2


@needs_nginx
def test_the_address_of_the_tokens_tells_visitors_nothing(proxy: int) -> None:
    time.sleep(0.6)
    asked = Application.tokens_asked
    status, _headers, body = get(proxy, "/_page-tokens")
    assert (status, FIRST in body) == (404, False)
    assert Application.tokens_asked == asked
