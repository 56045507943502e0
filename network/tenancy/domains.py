"""The domain rule: a government site ends in ``.gov.cn`` or ``.政务``.

Source: 工商办字〔2011〕19号 六; 工商办字〔1997〕258号. Compared label by label, after the
name was brought into its ASCII form, so that look-alike letters do not pass.
"""

from __future__ import annotations

import re
import unicodedata

from network.errors import InvalidValue

OFFICIAL_SUFFIXES: tuple[tuple[str, ...], ...] = (("gov", "cn"), ("xn--zfr164b",))
LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
MAX_LENGTH = 253
REMEDY = "政府网站域名应以“.gov.cn”或“.政务”结尾，例如“gongshang.gov.cn”。"


def normalise_host(host: str) -> str:
    """The ASCII, lower-case form of a host name without port or final dot.

    Raises InvalidValue when it is no host name at all.
    """
    candidate = host.strip().rstrip(".").lower()
    if not candidate or len(candidate) > MAX_LENGTH or unicodedata.normalize("NFC", candidate) != candidate:
        raise InvalidValue(f"域名“{host}”无效。{REMEDY}", host=host)
    try:
        ascii_form = candidate if candidate.isascii() else candidate.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise InvalidValue(f"域名“{host}”无效：含有不能用于域名的字符。{REMEDY}", host=host) from error
    if not all(LABEL.fullmatch(label) for label in ascii_form.split(".")):
        raise InvalidValue(f"域名“{host}”无效：每一段只能用字母、数字和连字符。{REMEDY}", host=host)
    return ascii_form


def validate_official_host(host: str) -> str:
    """Return the ASCII form of an official government host, or raise InvalidValue."""
    ascii_form = normalise_host(host)
    labels = tuple(ascii_form.split("."))
    for suffix in OFFICIAL_SUFFIXES:
        if len(labels) > len(suffix) and labels[-len(suffix) :] == suffix:
            break
    else:
        raise InvalidValue(f"域名“{host}”不是政府网站域名。{REMEDY}", host=host)
    # A label of a mixed script that looks like Latin letters arrives as punycode here.
    own_labels = labels[: -len(suffix)]
    if suffix == ("gov", "cn") and any(label.startswith("xn--") for label in own_labels):
        raise InvalidValue(f"域名“{host}”含有易混淆的非英文字符。{REMEDY}", host=host)
    return ascii_form


def is_official_host(host: str) -> bool:
    """Whether a host name is a government's, compared label by label."""
    try:
        validate_official_host(host)
    except InvalidValue:
        return False
    return True
