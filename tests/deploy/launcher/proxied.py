"""A real nginx before a small application."""

from __future__ import annotations

import http.client
import http.server
import socketserver
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar

import pytest

from deploy.launcher import distro
from deploy.launcher.nginx import Nginx
from deploy.launcher.paths import StateDirectory
from deploy.launcher.ports import free_port, has_ipv6

PROXY = distro.find_proxy()
needs_nginx = pytest.mark.skipif(PROXY is None, reason="nginx or its Lua module is not installed")
FIRST, SECOND = "f1" * 16, "5ec0" * 8
HOSTS = ("127.0.0.1", "hub.localhost", "guangdong.localhost")


class Application(http.server.BaseHTTPRequestHandler):
    """Answers with a running number; keeps the headers that it got. ``tokens`` name what stands on its hosts' pages."""

    answered: ClassVar[int] = 0
    tokens_asked: ClassVar[int] = 0
    tokens: ClassVar[dict[str, str]] = {}
    tokens_status: ClassVar[int] = 200
    tokens_seconds: ClassVar[float] = 0.0
    tokens_cut_off: ClassVar[int] = 0
    headers_seen: ClassVar[list[dict[str, str]]] = []
    bodies_seen: ClassVar[list[bytes]] = []
    protocol_version = "HTTP/1.1"

    @classmethod
    def begin(cls) -> None:
        """Forget everything."""
        cls.answered = cls.tokens_asked = 0
        cls.tokens_status, cls.tokens_seconds, cls.tokens_cut_off = 200, 0.0, 0
        cls.tokens = dict.fromkeys(HOSTS, FIRST)
        cls.headers_seen.clear()
        cls.bodies_seen.clear()

    @classmethod
    def change(cls, *hosts: str) -> None:
        """Something changes on the pages of hosts, of all if none is named."""
        cls.tokens = {**cls.tokens, **dict.fromkeys(hosts or HOSTS, SECOND)}

    def do_GET(self) -> None:
        if self.path == "/_page-tokens":
            self._tell_tokens()
            return
        Application.answered += 1
        Application.headers_seen.append(dict(self.headers.items()))
        tag = f'"{Application.tokens.get(self.headers["Host"].partition(":")[0], "")}"'
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

    def do_POST(self) -> None:
        Application.bodies_seen.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.do_GET()

    def _tell_tokens(self) -> None:
        # As of the moment when it is asked, however long the answer takes.
        status, lines = Application.tokens_status, [f"{host} {token}\n" for host, token in Application.tokens.items()]
        Application.tokens_asked += 1
        if Application.tokens_cut_off:
            Application.tokens_cut_off -= 1
            self.close_connection = True
            return
        time.sleep(Application.tokens_seconds)
        body = "".join(lines).encode() if status == 200 else b"database unavailable\n"
        with suppress(ConnectionError):  # nginx may have ended meanwhile
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
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
    found = PROXY or distro.Proxy(program=Path("nginx"), lua_module=Path("ngx_http_lua_module.so"))
    return Nginx(
        program=found.program,
        lua_module=found.lua_module,
        state=state,
        port=port,
        user=None,
        has_ipv6=has_ipv6(),
    )


@contextmanager
def running(state: StateDirectory, *, second_listener: str = "") -> Iterator[int]:
    """A real nginx before a small application; gives the port."""
    Application.begin()
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
    text = nginx.configuration.read_text()
    nginx.configuration.write_text(text.replace("server_name _;", f"{second_listener} server_name _;"))
    child = subprocess.Popen(nginx.command(), stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 10
    while get(port, "/healthz")[0] != 200:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    Application.headers_seen.clear()
    try:
        yield port
    finally:
        child.terminate()
        child.wait(timeout=10)
        server.shutdown()
        server.server_close()


def get(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    """Ask the proxy; underscores in the names given here stand for hyphens."""
    return ask(port, "GET", path, **headers)


def ask(
    port: int, method: str, path: str, *, body: bytes | None = None, **headers: str
) -> tuple[int, dict[str, str], str]:
    """As above, with any method."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    sent = {name.replace("__", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, body=body, headers=sent)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()
    except OSError:
        return 0, {}, ""
    finally:
        connection.close()
