"""Tests of the reverse proxy's configuration."""

from __future__ import annotations

import gzip
import http.client
import http.server
import socketserver
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from deploy.launcher import distro
from deploy.launcher.errors import LauncherError
from deploy.launcher.nginx import Nginx, quoted, render
from deploy.launcher.paths import StateDirectory
from deploy.launcher.ports import free_port, has_ipv6
from themes.modes import MODES

PROGRAM = distro.NGINX.path()
needs_nginx = pytest.mark.skipif(PROGRAM is None, reason="nginx is not installed")


class Application(http.server.BaseHTTPRequestHandler):
    """Answers with a running number; keeps the headers that it got. ``token`` names what stands on its pages."""

    answered: ClassVar[int] = 0
    tokens_asked: ClassVar[int] = 0
    token: ClassVar[str] = "first"
    headers_seen: ClassVar[list[dict[str, str]]] = []
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/_page-token":
            Application.tokens_asked += 1
            is_known = not self.headers["Host"].startswith("unknown")
            self.send_response(204 if is_known else 404)
            self.send_header("X-Page-Token" if is_known else "Content-Length", Application.token if is_known else "0")
            self.end_headers()
            return
        Application.answered += 1
        Application.headers_seen.append(dict(self.headers.items()))
        tag = f'"{Application.token}"'
        if self.headers["If-None-Match"] == tag:
            self.send_response(304)
            self.send_header("ETag", tag)
            self.end_headers()
            return
        body = str(Application.answered).encode()
        self.send_response(410 if self.path.startswith("/recalled") else 200)
        kind = "application/atom+xml" if self.path == "/feed.atom" else "text/html; charset=utf-8"
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if self.path not in ("/private/", "/recalled-unmarked/", "/feed.atom"):
            self.send_header("X-Application-Cache", "miss")
            self.send_header("ETag", tag)
            self.send_header("Vary", "Cookie")
        if self.path == "/long/":
            self.send_header("Cache-Control", "public, max-age=600")
        if self.path == "/document/":
            self.send_header("X-Accel-Redirect", "/protected-media/file.txt")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""


class UnixServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """An application behind a unix socket."""

    daemon_threads = True

    def get_request(self) -> tuple[Any, Any]:
        """Give the handler an address, which a unix socket lacks."""
        request, _ = super().get_request()
        return request, ("unix", 0)


def proxy_for(state: StateDirectory, *, port: int) -> Nginx:
    """A proxy over one state directory, under the test's own user."""
    return Nginx(program=PROGRAM or Path("nginx"), state=state, port=port, user=None, has_ipv6=has_ipv6())


@pytest.fixture
def proxy(state: StateDirectory) -> Iterator[int]:
    """A real nginx before a small application; gives the port."""
    Application.answered = Application.tokens_asked = 0
    Application.token = "first"
    Application.headers_seen.clear()
    (state.path / "static").mkdir()
    (state.path / "static" / "site.0123456789ab.css").write_text("a {}")
    (state.path / "static" / "site.css").write_text("a {}")
    (state.path / "media" / "file.txt").write_text("bytes of the file")
    for folder in (state.path, state.path / "static", state.path / "media"):
        folder.chmod(0o755)
    server = UnixServer(str(state.web_socket), Application)
    state.web_socket.chmod(0o777)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    port = free_port()
    nginx = proxy_for(state, port=port)
    nginx.configure()
    child = subprocess.Popen(nginx.command(), stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 10
    while get(port, "/healthz")[0] != 200:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    Application.headers_seen.clear()
    yield port
    child.terminate()
    child.wait(timeout=10)
    server.shutdown()
    server.server_close()


def get(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    """Ask the proxy; underscores in the names given here stand for hyphens."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={name.replace("__", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()
    except OSError:
        return 0, {}, ""
    finally:
        connection.close()


def test_no_placeholder_is_left(state: StateDirectory) -> None:
    text = render(proxy_for(state, port=8100), worker_user="someone")

    assert "@" not in text
    assert "listen 127.0.0.1:8100 default_server;" in text
    assert "user someone;" in text
    assert "0.0.0.0" not in text


def test_a_path_that_nginx_cannot_hold_is_refused() -> None:
    with pytest.raises(LauncherError, match="my clone"):
        quoted(Path("/srv/my clone"))


@needs_nginx
def test_nginx_accepts_the_configuration(state: StateDirectory) -> None:
    proxy_for(state, port=free_port()).configure()


@needs_nginx
def test_nginx_accepts_the_production_reference(state: StateDirectory) -> None:
    """The listen and certificate lines are replaced; all else is as shipped."""
    folder = Path(__file__).resolve().parents[3] / "deploy" / "nginx"
    server = state.path / "server.conf"
    server.write_text((folder / "server.conf").read_text().replace("@STATE@", str(state.path)))
    site = (folder / "site.conf").read_text()
    site = site.replace("/etc/nginx/govsites/rules.conf", str(folder / "rules.conf"))
    site = site.replace("/etc/nginx/govsites/server.conf", str(server))
    site = site.replace("/var/cache/nginx/govsites", str(state.path / "cache"))
    lines = [line for line in site.splitlines() if "ssl" not in line and "listen" not in line]
    whole = state.path / "whole.conf"
    whole.write_text(
        f"pid {state.path}/nginx.pid; error_log stderr; events {{}} http {{ access_log off; "
        f"client_body_temp_path {state.path}/b; proxy_temp_path {state.path}/p; fastcgi_temp_path {state.path}/f; "
        f"uwsgi_temp_path {state.path}/u; scgi_temp_path {state.path}/s;\n" + "\n".join(lines) + "\n}"
    )

    answer = subprocess.run(
        [str(PROGRAM), "-e", "stderr", "-t", "-q", "-c", str(whole)], capture_output=True, text=True, check=False
    )

    # Both server blocks bear the same catch-all name once their listen lines are gone.
    assert answer.returncode == 0, answer.stderr


@needs_nginx
def test_a_page_is_kept_until_something_on_the_site_changes(proxy: int) -> None:
    first, second = get(proxy, "/news/")[2], get(proxy, "/news/")[2]
    time.sleep(1.2)
    third = get(proxy, "/news/")[2]
    Application.token = "second"
    time.sleep(2.0)
    fourth = get(proxy, "/news/")[2]

    assert first == second == third
    assert fourth != third


@needs_nginx
def test_the_notice_in_a_recalled_place_is_kept_as_the_page_was(proxy: int) -> None:
    first, second = get(proxy, "/recalled/"), get(proxy, "/recalled/")
    Application.token = "second"
    time.sleep(2.0)
    third = get(proxy, "/recalled/")

    assert (first[0], first[2]) == (second[0], second[2])
    assert (third[0], third[2] != second[2]) == (410, True)
    assert get(proxy, "/recalled-unmarked/")[2] != get(proxy, "/recalled-unmarked/")[2]


@needs_nginx
def test_what_stands_on_a_site_is_asked_once_a_second(proxy: int) -> None:
    before = Application.tokens_asked
    began = time.monotonic()
    for number in range(60):
        get(proxy, f"/news/{number % 6}/")

    assert Application.tokens_asked - before <= time.monotonic() - began + 1
    assert Application.answered - 1 <= 6 + 1


@needs_nginx
def test_what_the_application_does_not_mark_as_the_same_for_everybody_is_not_kept(proxy: int) -> None:
    assert get(proxy, "/private/")[2] != get(proxy, "/private/")[2]


@needs_nginx
def test_a_host_that_is_no_site_reaches_the_application_each_time(proxy: int) -> None:
    first, second = get(proxy, "/news/", Host="unknown.localhost"), get(proxy, "/news/", Host="unknown.localhost")

    assert first[0] == second[0] == 200
    assert first[2] != second[2]


@needs_nginx
def test_whoever_holds_a_kept_page_is_told_that_it_stands(proxy: int) -> None:
    tag = get(proxy, "/news/")[1]["ETag"]
    answered = Application.answered
    stands = get(proxy, "/news/", If__None__Match=tag)

    assert (stands[0], stands[2]) == (304, "")
    assert Application.answered == answered


@needs_nginx
@pytest.mark.parametrize(
    "cookie",
    [
        "gs_mode=nobody",
        "gs_mode=Elder",
        'gs_mode="elder"',
        "gs_mode=normal",
        "gs_mode=",
        "other=1",
        "gs_mode=" + "x" * 200,
    ],
)
def test_no_invented_mode_makes_an_entry(proxy: int, cookie: str) -> None:
    assert get(proxy, "/news/", Cookie=cookie)[2] == get(proxy, "/news/")[2]


@needs_nginx
def test_the_application_is_told_the_mode_under_which_its_answer_is_kept(proxy: int) -> None:
    for cookie, mode in {
        **{f"gs_mode={mode}": mode for mode in MODES},
        "gs_mode=elder-huge": "normal",
        'gs_mode="elder"': "normal",
        "gs_mode=contrast; gs_mode=elder": "contrast",
    }.items():
        get(proxy, "/admin/", Cookie=cookie, X__Display__Mode="elder")
        assert Application.headers_seen[-1]["X-Display-Mode"] == mode, cookie


@needs_nginx
@pytest.mark.parametrize("query", ["a=1", "page=0", "page=1&a=2", "page=1000", "utm_source=x", "page=%31"])
def test_an_invented_query_is_answered_and_not_kept(proxy: int, query: str) -> None:
    assert get(proxy, f"/news/?{query}")[2] != get(proxy, f"/news/?{query}")[2]
    assert get(proxy, "/news/?page=2")[2] == get(proxy, "/news/?page=2")[2]


@needs_nginx
def test_older_pages_are_served_only_while_the_application_is_down(proxy: int, state: StateDirectory) -> None:
    first = get(proxy, "/news/")[2]
    hidden = state.web_socket.with_name("hidden")
    state.web_socket.rename(hidden)
    time.sleep(2.0)
    assert get(proxy, "/news/")[2] == first
    assert get(proxy, "/never-asked/")[0] == 502
    hidden.rename(state.web_socket)
    Application.token = "second"
    time.sleep(2.0)
    assert get(proxy, "/news/")[2] != first


@needs_nginx
def test_the_address_of_the_token_tells_visitors_nothing(proxy: int) -> None:
    asked = Application.tokens_asked
    for path in ("/_page-token", "/_no-page-token"):
        status, headers, body = get(proxy, path)
        assert (status, body, headers.get("X-Page-Token")) in ((204, "", None), (404, body, None)), path
    assert Application.tokens_asked == asked


@needs_nginx
def test_static_files_are_sent_compressed_as_they_were_stored(proxy: int, state: StateDirectory) -> None:
    stored = gzip.compress(b"a {} " * 400)
    (state.path / "static" / "site.0123456789ab.css.gz").write_bytes(stored)
    connection = http.client.HTTPConnection("127.0.0.1", proxy, timeout=10)
    connection.request("GET", "/static/site.0123456789ab.css", headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    assert (answer.getheader("Content-Encoding"), answer.read()) == ("gzip", stored)
    connection.close()


@needs_nginx
@pytest.mark.parametrize("path", ["/admin/", "/search/?q=a", "/healthz", "/feed.atom"])
def test_what_must_be_fresh_is_never_kept(proxy: int, path: str) -> None:
    assert get(proxy, path)[2] != get(proxy, path)[2]


@needs_nginx
@pytest.mark.parametrize("cookie", ["sessionid=a", "x=1; __Host-sessionid=a"])
def test_staff_are_not_served_from_the_cache(proxy: int, cookie: str) -> None:
    public = get(proxy, "/news/")[2]

    assert get(proxy, "/news/", Cookie=cookie)[2] != public


@needs_nginx
@pytest.mark.parametrize("other", [{"Host": "guangdong.localhost"}, {"Cookie": "gs_mode=elder"}])
def test_sites_and_display_modes_have_entries_of_their_own(proxy: int, other: dict[str, str]) -> None:
    first = get(proxy, "/news/", Host="hub.localhost")[2]

    assert get(proxy, "/news/", **{"Host": "hub.localhost", **other})[2] != first


@needs_nginx
def test_what_a_client_says_of_itself_is_replaced(proxy: int) -> None:
    get(
        proxy,
        "/admin/",
        Host="hub.localhost:8000",
        X__Forwarded__For="203.0.113.9",
        X_Forwarded_For="203.0.113.9",
        X__Forwarded__Proto="https",
        X__Forwarded__Host="evil.example",
        Forwarded="for=203.0.113.9",
    )

    seen = {name.lower(): value for name, value in Application.headers_seen[-1].items()}
    assert seen["host"] == "hub.localhost:8000"
    assert seen["x-forwarded-for"] == "127.0.0.1"
    assert seen["x-forwarded-proto"] == "http"
    assert seen["x-forwarded-host"] == "hub.localhost:8000"
    assert "forwarded" not in seen
    assert "x_forwarded_for" not in seen


@needs_nginx
def test_static_files_with_a_hash_never_expire_and_others_soon(proxy: int) -> None:
    hashed, plain = get(proxy, "/static/site.0123456789ab.css"), get(proxy, "/static/site.css")

    assert hashed[1]["Cache-Control"] == "public, max-age=31536000, immutable"
    assert plain[1]["Cache-Control"] == "public, max-age=60"
    assert hashed[1]["Content-Type"].startswith("text/css")


@needs_nginx
def test_media_is_given_only_when_the_application_says_so(proxy: int) -> None:
    assert get(proxy, "/document/")[2] == "bytes of the file"
    assert get(proxy, "/protected-media/file.txt")[0] == 404
    assert "password" not in get(proxy, "/static/../secrets.json")[2]
