"""What a program may ask of the open API, read strictly: a wrong value is refused with its remedy."""

from __future__ import annotations

import base64
import binascii
import datetime
import re
import uuid
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from network.errors import InvalidValue

DEFAULT_LIMIT, MOST = 50, 100
KEY = re.compile(r"[a-z0-9_-]{1,40}")
LISTED = ("limit", "cursor", "column", "kind", "updated_since")
CHANGED = ("limit", "cursor")


@dataclass(frozen=True, kw_only=True)
class ListQuery:
    """A page of a list. ``after`` is the place of the last item that the program has: time, page key."""

    limit: int = DEFAULT_LIMIT
    column: str = ""
    kind: str = ""
    updated_since: datetime.datetime | None = None
    after: tuple[datetime.datetime, int] | None = None


@dataclass(frozen=True, kw_only=True)
class ChangeQuery:
    """A page of the changes after a place. Without a place from the first change on."""

    limit: int = DEFAULT_LIMIT
    epoch: uuid.UUID | None = None
    change: int = 0


def read_list_query(given: QueryDict) -> ListQuery:
    """Raises InvalidValue, which names parameter and value."""
    _hold_names(given, LISTED)
    after = None
    if given.get("cursor"):
        moment, key = _cursor(given, 2)
        after = (_moment("cursor", moment), _number("cursor", key))
    since = given.get("updated_since")
    return ListQuery(
        limit=_limit(given),
        column=_key("column", given.get("column", "")),
        kind=_key("kind", given.get("kind", "")),
        updated_since=_moment("updated_since", since) if since else None,
        after=after,
    )


def read_change_query(given: QueryDict) -> ChangeQuery:
    """Raises InvalidValue, which names parameter and value."""
    _hold_names(given, CHANGED)
    if not given.get("cursor"):
        return ChangeQuery(limit=_limit(given))
    epoch, change = _cursor(given, 2)
    try:
        named = uuid.UUID(epoch)
    except ValueError as error:
        raise _refused("cursor", epoch) from error
    return ChangeQuery(
        limit=_limit(given),
        epoch=named,
        change=_number("cursor", change),
    )


def write_cursor(*parts: object) -> str:
    """An opaque place: programs hand it back, they do not read it."""
    return base64.urlsafe_b64encode("\n".join(str(part) for part in parts).encode()).decode().rstrip("=")


def _cursor(given: QueryDict, count: int) -> list[str]:
    written = given.get("cursor", "")
    try:
        parts = base64.urlsafe_b64decode(written + "=" * (-len(written) % 4)).decode().split("\n")
    except (binascii.Error, ValueError) as error:
        raise _refused("cursor", written) from error
    if len(parts) != count:
        raise _refused("cursor", written)
    return parts


def _hold_names(given: QueryDict, known: tuple[str, ...]) -> None:
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise InvalidValue(
            _("没有参数“%(name)s”，可用的参数：%(known)s。") % {"name": unknown[0][:40], "known": "、".join(known)}
        )
    doubled = [name for name in given if len(given.getlist(name)) > 1]
    if doubled:
        raise InvalidValue(_("参数“%(name)s”只能给一次。") % {"name": doubled[0]})


def _limit(given: QueryDict) -> int:
    value = given.get("limit", str(DEFAULT_LIMIT))
    if not (value.isascii() and value.isdigit()) or not 1 <= int(value[:6]) <= MOST:
        raise InvalidValue(_("“limit”为“%(value)s”，应为 1 至 %(most)s。") % {"value": value[:40], "most": MOST})
    return int(value)


def _key(name: str, value: str) -> str:
    if value and not KEY.fullmatch(value):
        raise _refused(name, value)
    return value


def _number(name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        raise _refused(name, value)
    return int(value)


def _moment(name: str, value: str) -> datetime.datetime:
    try:
        moment = parse_datetime(value)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InvalidValue(
            _("“%(name)s”为“%(value)s”，应为带时区的时间，例如 2026-01-31T08:30:00+08:00。")
            % {"name": name, "value": value[:60]}
        )
    return moment


def _refused(name: str, value: str) -> InvalidValue:
    return InvalidValue(_("“%(name)s”的值“%(value)s”无效，请照接口说明填写。") % {"name": name, "value": value[:60]})
