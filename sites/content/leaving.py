"""Links that lead away from the government's sites: told by host label, sent through a signed notice.

Source: 互联网政务应用安全管理规定 (a notice before leaving for an address outside ``.gov.cn``). An address is read as
browsers read it (WHATWG URL: control characters dropped, backslash as slash, missing slashes added) and written
anew with the ASCII form of its host, so that what was judged is what a browser opens.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv6Address
from urllib.parse import quote, urlencode

from django.core.signing import BadSignature, Signer

from network.errors import InvalidValue
from network.tenancy.api import Site, is_group_host, is_official_host, normalise_host

NOTICE_PATH = "/leave/"
LONGEST = 2000
"""Characters of an address that may leave; nginx and browsers alike bear 4 KB with the signature."""

OTHER_SCHEMES = ("mailto:", "tel:")
DROPPED = re.compile(r"[\t\n\r]")
EDGES = "".join(map(chr, range(0x21)))
WEB = re.compile(r"(https?):/*([^/?#]*)([^#]*)(#.*)?", re.IGNORECASE | re.DOTALL)
AUTHORITY = re.compile(r"(\[[0-9a-f:.]+\]|[^:\[\]@]+)(?::(\d{0,5}))?", re.IGNORECASE)
PORTS = range(1, 65536)
# What may stand in a path, query or fragment as it is; the rest is percent-encoded as browsers do.
KEPT = "/?:@!$&'()*+,;=-._~%#[]"
DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, kw_only=True)
class Target:
    """An address as a browser would open it. ``host`` is empty for one on this site."""

    address: str
    host: str = ""

    @property
    def is_outside(self) -> bool:
        """Whether it leads to a host that is neither a government's nor a site of the group."""
        return bool(self.host) and not is_official_host(self.host) and not is_group_host(self.host)


def read_target(written: str) -> Target:
    """The target of a link as an editor wrote it.

    Raises:
        InvalidValue: a scheme that links may not have, a person's name in the address, no host, no valid port.
    """
    text = DROPPED.sub("", written.strip(EDGES))
    refused = InvalidValue(f"链接地址“{written}”无效，请填写以 http:// 或 https:// 开头的网址。", address=written)
    if len(text) > LONGEST:
        raise refused
    if text.startswith("#") or text.lower().startswith(OTHER_SCHEMES):
        return Target(address=text)
    head, mark, tail = _cut(text)
    text = head.replace("\\", "/") + mark + tail
    if text.startswith("/") and not text.startswith("//"):
        return Target(address=text)
    match = WEB.fullmatch(f"https:{text}" if text.startswith("//") else text)
    if match is None:
        raise refused
    scheme, authority, rest, fragment = match.group(1).lower(), match.group(2), match.group(3), match.group(4) or ""
    host, port = _authority(authority, scheme, refused)
    if not rest.startswith("/"):
        rest = f"/{rest}"
    return Target(address=f"{scheme}://{host}{port}{quote(rest + fragment, safe=KEPT)}", host=host)


def _cut(text: str) -> tuple[str, str, str]:
    """What stands before the query or fragment, the mark, what follows: only before it is a backslash a slash."""
    place = min((text.find(mark) for mark in "?#" if mark in text), default=len(text))
    return text[:place], text[place : place + 1], text[place + 1 :]


def _authority(authority: str, scheme: str, refused: InvalidValue) -> tuple[str, str]:
    match = AUTHORITY.fullmatch(authority)
    if match is None:
        raise refused
    host, digits = match.group(1), match.group(2) or ""
    port = int(digits or DEFAULT_PORTS[scheme])
    if port not in PORTS:
        raise refused
    try:
        host = f"[{IPv6Address(host[1:-1])}]" if host.startswith("[") else normalise_host(host)
    except ValueError as error:
        raise refused from error
    except InvalidValue as error:
        raise refused from error
    return host, "" if port == DEFAULT_PORTS[scheme] else f":{port}"


def _signer(site: Site) -> Signer:
    return Signer(salt=f"sites.content.leaving:{site.slug}")


def notice_address(site: Site, address: str) -> str:
    """Path of a site's notice before this address. The same address always has the same path: pages are cached."""
    signature = _signer(site).signature(address)
    return f"{NOTICE_PATH}?{urlencode({'to': address, 'sign': signature})}"


def signed_target(site: Site, address: str, signature: str) -> Target:
    """The target that this site signed.

    Raises:
        InvalidValue: unsigned, signed by another site, changed since, or not an address that a link may have.
    """
    try:
        _signer(site).unsign(f"{address}:{signature}")
    except BadSignature as error:
        raise InvalidValue("链接地址没有本站的签名，或者签名之后被改动。", address=address) from error
    target = read_target(address)
    if not target.host:
        raise InvalidValue("链接地址不是站外网址。", address=address)
    return target
