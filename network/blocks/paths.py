"""One form for every spelling of an address."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

from network.errors import InvalidValue

FILE = re.compile(r"(/files/[0-9a-f]{64})(/.*)?")
NEVER = ("/admin", "/static", "/media", "/mode", "/healthz", "/search", "/map")
"""What the platform itself answers on every site: the way in for staff, the frame's own links."""

LONGEST = 600


def normal_path(path: str) -> str:
    """The form in which paths are compared; ``path`` is decoded already, as a resolver gets it.

    Doubled slashes, ``.`` and ``..`` go, the closing slash as well. Case stays: the resolver tells
    ``/A/`` from ``/a/``. A file is its hash, under whatever name it is asked for.

    >>> normal_path("//tzgg/./x/../y//")
    '/tzgg/y'
    """
    parts: list[str] = []
    for part in path.split("?", 1)[0].split("/"):
        if part in ("", "."):
            continue
        if part == "..":
            del parts[-1:]
            continue
        parts.append(part)
    found = "/" + "/".join(parts)
    file = FILE.fullmatch(found)
    return file[1] if file else found


def given_path(text: str, *, hosts: frozenset[str]) -> str:
    """The normal path behind what a person typed: a path, or an address on one of these hosts.

    Raises InvalidValue for another host, a path without its first slash, what is never stopped.
    """
    typed = text.strip()
    if "://" in typed:
        address = urlsplit(typed)
        if (address.hostname or "") not in hosts:
            raise InvalidValue(
                _("“%(address)s”不是所选站点的地址，请选择对应的站点，或只填写路径，例如“/tzgg/1/”。")
                % {"address": typed[:200]}
            )
        typed = address.path
    if not typed.startswith("/"):
        raise InvalidValue(_("路径“%(path)s”应以“/”开头，例如“/tzgg/1/”。") % {"path": typed[:200]})
    path = normal_path(unquote(typed.partition("#")[0].partition("?")[0]))
    if len(path) > LONGEST:
        raise InvalidValue(_("路径过长，不超过 %(most)s 个字。") % {"most": LONGEST})
    if path == "/":
        raise InvalidValue(_("首页不能单独停用。要停用整个站点，请使用“临时下线”。"))
    if any(path == kept or path.startswith(f"{kept}/") for kept in NEVER):
        raise InvalidValue(_("“%(path)s”是平台功能的地址，不能停用。") % {"path": path})
    return path
