"""A person's browser: requests to one site with the cookies that it keeps."""

from __future__ import annotations

import http.client
import json
import re
import secrets
import urllib.parse
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

ADDRESS = "127.0.0.1"
SECONDS = 60
"""A cold page of a machine under load may take long; a page that never comes must still end the step."""

LONGEST_REDIRECT_CHAIN = 5
Fields = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """One response."""

    status: int
    text: str
    content: bytes
    headers: http.client.HTTPMessage
    path: str

    @property
    def location(self) -> str:
        """Path of a redirect on the same site, the whole address when it leads elsewhere."""
        return self.headers.get("Location") or ""

    @property
    def is_login(self) -> bool:
        """True when the admin asked to sign in instead of answering."""
        return self.status in (301, 302) and "/admin/login/" in self.location

    def json(self) -> Any:
        return json.loads(self.text)


@dataclass(frozen=True)
class Upload:
    """A file in a form."""

    name: str
    content_type: str
    content: bytes


def send(port: int, method: str, path: str, *, headers: Iterable[tuple[str, str]], body: bytes | None = None) -> Answer:
    """One request as it is, the Host header among ``headers``. Raises OSError when nobody answers."""
    connection = http.client.HTTPConnection(ADDRESS, port, timeout=SECONDS)
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        connection.putheader("Connection", "close")
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        content = response.read()
        return Answer(
            status=response.status,
            text=content.decode("utf-8", "replace"),
            content=content,
            headers=response.headers,
            path=path,
        )
    finally:
        connection.close()


@dataclass
class Browser:
    """Requests to one host. A browser that signed in is used by one thread at a time."""

    port: int
    host: str
    cookies: dict[str, str] = field(default_factory=dict)
    cookie_lines: list[str] = field(default_factory=list)
    """Every Set-Cookie line as it came, for those who look at attributes."""

    def get(self, path: str, *, follow: bool = False) -> Answer:
        """Ask for a page; with ``follow`` go where redirects on this site lead."""
        answer = self._send("GET", path)
        for _ in range(LONGEST_REDIRECT_CHAIN):
            if not follow or answer.status not in (301, 302):
                break
            answer = self._send("GET", local_path(answer.location))
        return answer

    def post(self, path: str, fields: Fields | Mapping[str, str] = (), *, file: Upload | None = None) -> Answer:
        """Send a form with the token that the site gave; the redirect is not followed."""
        pairs = list(fields.items()) if isinstance(fields, Mapping) else list(fields)
        pairs.append(("csrfmiddlewaretoken", self.cookies.get("csrftoken", "")))
        if file is None:
            body, content_type = urllib.parse.urlencode(pairs).encode(), "application/x-www-form-urlencoded"
        else:
            body, content_type = _multipart(pairs, file)
        return self._send("POST", path, body=body, content_type=content_type)

    def _send(self, method: str, path: str, *, body: bytes | None = None, content_type: str = "") -> Answer:
        headers = [("Host", self.host), ("Accept-Language", "zh-CN,zh;q=0.9")]
        if self.cookies:
            headers.append(("Cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items())))
        if content_type:
            headers += [("Content-Type", content_type), ("Referer", f"http://{self.host}{path}")]
        answer = send(self.port, method, path, headers=headers, body=body)
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.cookie_lines.append(line)
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name.strip()] = value
        return answer


def local_path(address: str) -> str:
    """An address without scheme and host."""
    return re.sub(r"^https?://[^/]+", "", address) or "/"


def host_of(address: str) -> str:
    """Host with port of an absolute address; empty for a path."""
    return urllib.parse.urlsplit(address).netloc


def _multipart(pairs: Fields, file: Upload) -> tuple[bytes, str]:
    boundary = secrets.token_hex(16)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in pairs
    ]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n'
    parts.append(f"{head}Content-Type: {file.content_type}\r\n\r\n".encode() + file.content + b"\r\n")
    parts.append(f"--{boundary}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={boundary}"
