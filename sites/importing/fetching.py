"""Files from the old site over HTTP, and from nowhere else.

Who asks for an import names addresses that this machine then opens: every address that a name stands for must be
public, the connection goes to the very address that was judged, and only the host that was named may redirect.
Hosts of the own network that operators named (setting ``IMPORT_PRIVATE_HOSTS``) are let through.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import urllib3
from django.conf import settings
from urllib3.exceptions import HTTPError

from network.errors import InvalidValue

CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 5.0, 10.0, 30.0
MOST_REDIRECTS = 5
AGENT = "govsites-import"
FORBIDDEN = "旧站的 robots.txt 不许抓取这个网址，没有取。需要的请向旧站索取文件后上传。"
PORTS = {"http": 80, "https": 443}
PIECE = 64 * 1024
REDIRECTS = {301, 302, 303, 307, 308}
OK = 200
NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
KEPT = "/?:@!$&'()*+,;=-._~%[]"


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """What an address answered. ``content_type`` is as the server says it."""

    data: bytes
    content_type: str
    address: str


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where an address leads: the host as named, the machine as judged."""

    scheme: str
    host: str
    port: int
    machine: str
    target: str

    @property
    def named(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def fetch(address: str, *, most_bytes: int, may_ask: Callable[[str], bool] | None = None) -> Fetched:
    """The bytes at an address. Raises InvalidValue with what stood in the way, ``status`` where it was an answer.

    ``may_ask`` is asked before every address, those that redirects lead to, too; a no is the field ``is_forbidden``.
    """
    until = time.monotonic() + WHOLE_SECONDS
    place = _place(address)
    first_host = place.host
    seen = {address}
    for _turn in range(MOST_REDIRECTS + 1):
        if may_ask is not None and not may_ask(address):
            raise InvalidValue(FORBIDDEN, address=address, is_forbidden=True)
        answer = _ask(place, address)
        try:
            if answer.status not in REDIRECTS:
                return _read(answer, address, most_bytes=most_bytes, until=until)
            onward = urljoin(address, answer.headers.get("Location", ""))
        finally:
            answer.release_conn()
            answer.close()
        if onward in seen:
            raise InvalidValue(f"“{address}”的跳转绕了回来（{onward}），没有取到文件。请另行上传。", address=address)
        seen.add(onward)
        place = _place(onward)
        if place.host != first_host:
            raise InvalidValue(f"“{address}”跳转到另一台主机“{place.host}”，不予跟随。请另行上传。", address=onward)
        address = onward
    raise InvalidValue(f"“{address}”跳转超过 {MOST_REDIRECTS} 次，没有取到文件。请另行上传。", address=address)


def keep(path: Path, data: bytes) -> None:
    """Write down what was fetched, beside its place, then renamed: a file that is there is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.part")
    beside.write_bytes(data)
    beside.rename(path)


def _place(address: str) -> _Place:
    try:
        parts = urlsplit(address)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode() if parts.hostname else ""
    except (ValueError, UnicodeError) as error:
        raise InvalidValue(f"网址“{address}”写法有误，不能取文件。请改正或另行上传。", address=address) from error
    if parts.scheme not in PORTS or not host or parts.username is not None:
        raise InvalidValue(f"网址“{address}”不能取文件：须以 http:// 或 https:// 开头，不带用户名。", address=address)
    port = port or PORTS[parts.scheme]
    is_let_through = bool({host, f"{host}:{port}"} & set(settings.IMPORT_PRIVATE_HOSTS))
    if port not in PORTS.values() and not is_let_through:
        raise InvalidValue(
            f"网址“{address}”的端口 {port} 不在 80、443 之内，不予访问。请另行上传文件。", address=address
        )
    machines = _machines(host, port, address)
    inner = [machine for machine in machines if not is_public(machine)]
    if inner and not is_let_through:
        raise InvalidValue(
            f"网址“{address}”指向内部地址 {inner[0]}，不予访问。确需从内网旧站取文件的，请运维人员在设置 "
            "IMPORT_PRIVATE_HOSTS 中登记这台主机。",
            address=address,
        )
    path = quote(parts.path or "/", safe=KEPT) + (f"?{quote(parts.query, safe=KEPT)}" if parts.query else "")
    return _Place(scheme=parts.scheme, host=host, port=port, machine=machines[0], target=path)


def _machines(host: str, port: int, address: str) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise InvalidValue(
            f"找不到主机“{host}”，没有取到“{address}”。请检查网址或另行上传。", address=address
        ) from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(machine: str) -> bool:
    """Whether an IP address is one of the open internet, in whatever wrapping it comes."""
    try:
        found = ipaddress.ip_address(machine.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is not None:
            return is_public(str(inner))
        if any(found in network for network in NAT64) or found.is_site_local:
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved and not found.is_unspecified


def _ask(place: _Place, address: str) -> urllib3.BaseHTTPResponse:
    timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    if place.scheme == "https":
        pool: urllib3.HTTPConnectionPool = urllib3.HTTPSConnectionPool(
            place.machine, place.port, timeout=timeout, server_hostname=place.host, assert_hostname=place.host
        )
    else:
        pool = urllib3.HTTPConnectionPool(place.machine, place.port, timeout=timeout)
    headers = {"Host": place.named, "User-Agent": AGENT, "Accept-Encoding": "identity"}
    try:
        return pool.urlopen("GET", place.target, headers=headers, redirect=False, retries=False, preload_content=False)
    except (HTTPError, OSError, ValueError) as error:
        raise InvalidValue(f"“{address}”没有应答（{type(error).__name__}）。请稍后重试或另行上传。") from error


def _read(answer: urllib3.BaseHTTPResponse, address: str, *, most_bytes: int, until: float) -> Fetched:
    if answer.status != OK:
        raise InvalidValue(
            f"“{address}”答复 {answer.status}，没有取到文件。请检查网址或另行上传。",
            address=address,
            status=answer.status,
        )
    if answer.headers.get("Content-Encoding", "identity").lower() not in ("", "identity"):
        raise InvalidValue(f"“{address}”以压缩形式答复，不予读取。请另行上传。", address=address)
    said = answer.headers.get("Content-Length", "")
    too_large = InvalidValue(f"“{address}”超过上限 {most_bytes} 字节，没有取。请压缩后另行上传。", address=address)
    if said.isdigit() and int(said) > most_bytes:
        raise too_large
    pieces, size = [], 0
    try:
        for piece in answer.stream(PIECE, decode_content=False):
            pieces.append(piece)
            size += len(piece)
            if size > most_bytes:
                raise too_large
            if time.monotonic() > until:
                raise InvalidValue(f"“{address}”超过 {WHOLE_SECONDS:.0f} 秒没有取完。请另行上传。", address=address)
    except (HTTPError, OSError) as error:
        raise InvalidValue(f"“{address}”没有传完（{type(error).__name__}）。请稍后重试或另行上传。") from error
    if said.isdigit() and size < int(said):
        raise InvalidValue(f"“{address}”只传来 {size} 字节，应有 {said} 字节。请稍后重试或另行上传。", address=address)
    return Fetched(data=b"".join(pieces), content_type=answer.headers.get("Content-Type", ""), address=address)
