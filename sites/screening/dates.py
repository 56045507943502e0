"""Dates that lie: days that do not exist, a weekday that the day was not, a day to come where a past one is meant.

Source: 国办秘函〔2019〕19号 lists falsified dates among what fails a whole site.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

DAY = re.compile(
    r"(?<!\d)(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日(?:\s*[（(]?\s*(?:星期|周|礼拜)([一二三四五六日天])\s*[）)]?)?"
)
WEEKDAYS = "一二三四五六日"


def impossible_dates(text: str) -> Iterator[str]:
    """A sentence for every date in a text that never was."""
    for found in DAY.finditer(text):
        year, month, day = int(found[1]), int(found[2]), int(found[3])
        try:
            date = datetime.date(year, month, day)
        except ValueError:
            yield _("“%(date)s”这一天不存在，请核对。") % {"date": found[0]}
            continue
        weekday = (found[4] or "").replace("天", "日")
        if weekday and WEEKDAYS[date.weekday()] != weekday:
            yield _("“%(date)s”的星期不对，当天是星期%(weekday)s，请核对。") % {
                "date": found[0],
                "weekday": WEEKDAYS[date.weekday()],
            }
