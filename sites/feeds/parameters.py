"""What a program may ask of the open API, read strictly: a wrong value is refused with its remedy."""

from __future__ import annotations

import datetime
import re
import uuid
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from network.errors import InvalidValue
from network.open_data.api import hold_names, read_cursor, read_limit, read_number, refused_value

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
    hold_names(given, LISTED)
    after = None
    if given.get("cursor"):
        moment, key = read_cursor(given, 2)
        after = (_moment("cursor", moment), read_number("cursor", key))
    since = given.get("updated_since")
    return ListQuery(
        limit=read_limit(given, default=DEFAULT_LIMIT, most=MOST),
        column=_key("column", given.get("column", "")),
        kind=_key("kind", given.get("kind", "")),
        updated_since=_moment("updated_since", since) if since else None,
        after=after,
    )


def read_change_query(given: QueryDict) -> ChangeQuery:
    """Raises InvalidValue, which names parameter and value."""
    hold_names(given, CHANGED)
    if not given.get("cursor"):
        return ChangeQuery(limit=read_limit(given, default=DEFAULT_LIMIT, most=MOST))
    epoch, change = read_cursor(given, 2)
    try:
        named = uuid.UUID(epoch)
    except ValueError as error:
        raise refused_value("cursor", epoch) from error
    return ChangeQuery(
        limit=read_limit(given, default=DEFAULT_LIMIT, most=MOST),
        epoch=named,
        change=read_number("cursor", change),
    )


def _key(name: str, value: str) -> str:
    if value and not KEY.fullmatch(value):
        raise refused_value(name, value)
    return value


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
