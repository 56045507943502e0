"""What every reading of public data may ask, read strictly: a wrong value is refused with its remedy."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

from django.http import QueryDict
from django.utils.translation import gettext as _

from network.errors import InvalidValue


def hold_names(given: QueryDict, known: Sequence[str]) -> None:
    """Raises InvalidValue for a parameter that is unknown, or given twice."""
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise InvalidValue(
            _("没有参数“%(name)s”，可用的参数：%(known)s。") % {"name": unknown[0][:40], "known": "、".join(known)}
        )
    doubled = [name for name in given if len(given.getlist(name)) > 1]
    if doubled:
        raise InvalidValue(_("参数“%(name)s”只能给一次。") % {"name": doubled[0]})


def read_limit(given: QueryDict, *, default: int, most: int) -> int:
    """How many entries a page may have. Raises InvalidValue."""
    value = given.get("limit", str(default))
    if not (value.isascii() and value.isdigit()) or not 1 <= int(value[:6]) <= most:
        raise InvalidValue(_("“limit”为“%(value)s”，应为 1 至 %(most)s。") % {"value": value[:40], "most": most})
    return int(value)


def read_number(name: str, value: str) -> int:
    """Raises InvalidValue for what is no whole number of at most 18 digits."""
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        raise refused_value(name, value)
    return int(value)


def write_cursor(*parts: object) -> str:
    """An opaque place: programs hand it back, they do not read it."""
    return base64.urlsafe_b64encode("\n".join(str(part) for part in parts).encode()).decode().rstrip("=")


def read_cursor(given: QueryDict, count: int) -> list[str]:
    """The parts of a place as ``write_cursor`` wrote them. Raises InvalidValue."""
    written = given.get("cursor", "")
    try:
        parts = base64.urlsafe_b64decode(written + "=" * (-len(written) % 4)).decode().split("\n")
    except (binascii.Error, ValueError) as error:
        raise refused_value("cursor", written) from error
    if len(parts) != count:
        raise refused_value("cursor", written)
    return parts


def refused_value(name: str, value: str) -> InvalidValue:
    return InvalidValue(_("“%(name)s”的值“%(value)s”无效，请照接口说明填写。") % {"name": name, "value": value[:60]})
