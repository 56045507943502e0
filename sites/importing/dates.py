"""Dates as old sites write them."""

from __future__ import annotations

import datetime
import re
from email.utils import parsedate_to_datetime

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from network.errors import InvalidValue

WRITTEN = re.compile(
    r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?"
    r"(?:[T\s]*(?P<hour>\d{1,2})\s*[:：时]\s*(?P<minute>\d{1,2})(?:\s*[:：分]\s*(?P<second>\d{1,2}))?\s*[分秒]?"
    r"(?:\.\d+)?)?"
)
COMPACT = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?P<hour>\d{2})?(?P<minute>\d{2})?(?P<second>\d{2})?"
)
WIDE = str.maketrans("０１２３４５６７８９－／．：　", "0123456789-/.: ")
REMEDY = "请写成“2011-06-30”或“2011-06-30 09:00”。"


def read_moment(value: str | datetime.datetime | datetime.date) -> datetime.datetime | None:
    """The moment a source gives, in the site's time zone where it names none; None for nothing.

    Raises InvalidValue for what is no date, does not exist, or lies in the future.
    """
    moment = _moment(value)
    if moment is None:
        return None
    if moment > timezone.now():
        raise InvalidValue(
            f"发布时间“{value}”在将来。导入的是已发布过的稿件，请改为实际发布时间；要定时发布的，导入后在稿件中设置。",
            value=str(value),
        )
    return moment


def read_day(value: str | datetime.datetime | datetime.date) -> datetime.date | None:
    """The day a source gives, past or to come; None for nothing. Raises InvalidValue for what is no date."""
    moment = _moment(value)
    return None if moment is None else timezone.localtime(moment).date()


def _moment(value: str | datetime.datetime | datetime.date) -> datetime.datetime | None:
    if isinstance(value, datetime.datetime):
        return _aware(value)
    if isinstance(value, datetime.date):
        return _aware(datetime.datetime.combine(value, datetime.time()))
    text = value.translate(WIDE).strip()
    if not text:
        return None
    try:
        exact = parse_datetime(text)
        if exact is not None:
            return _aware(exact)
        match = WRITTEN.fullmatch(text) or COMPACT.fullmatch(text)
        if match is not None:
            year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
            here = timezone.get_current_timezone()
            return datetime.datetime(year, month, day, hour, minute, second, tzinfo=here)
        return _aware(parsedate_to_datetime(text))
    except (ValueError, TypeError, OverflowError) as error:
        raise InvalidValue(f"“{value}”不是有效的日期。{REMEDY}", value=value) from error


def _aware(moment: datetime.datetime) -> datetime.datetime:
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
