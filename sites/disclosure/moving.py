"""Index numbers as records of a site archive: a content keeps its number wherever it moves."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from wagtail.models import Page

from network.errors import InvalidValue
from network.numbering.api import IndexNumber, keep_numbers
from sites.transfer.exporting import batches
from sites.transfer.fields import moment
from sites.transfer.kinds import ArchiveKind, Record, archive_kinds

KIND = "index_numbers"
TEXTS = {"organisation": 30, "pattern": 80, "number": 100}


def read_numbers(export: Any) -> Iterator[Record]:
    """Numbers of the contents that are exported, by content id."""
    keys = list(Page.objects.filter(depth__gt=3).values_list("translation_key", flat=True))
    for row in IndexNumber.objects.filter(content_id__in=keys).order_by("content_id").iterator():
        yield {
            "uid": str(row.content_id),
            "organisation": row.organisation,
            "year": row.year,
            "serial": row.serial,
            "pattern": row.pattern,
            "number": row.number,
            "issued_at": moment(row.issued_at),
        }


def hold_number(check: Any, record: Record) -> None:
    """Raises InvalidValue for a number of no page of the archive, or of a form that the platform does not write."""
    wrong = [name for name, limit in TEXTS.items() if not 0 < len(str(record[name])) <= limit]
    if wrong or not check.has("pages", record["uid"]):
        raise InvalidValue(f"索引号“{str(record['number'])[:60]}”无效，或其页面不在档案中。", fields=wrong)
    if not (isinstance(record["serial"], int) and record["serial"] >= 1 and isinstance(record["year"], int)):
        raise InvalidValue(f"索引号“{record['number']}”的年份或流水号不是数字。")


def write_numbers(load: Any, records: Iterator[Record]) -> None:
    """Kept as they are from a trusted archive; the drafts of another one get theirs when they are published."""
    for batch in batches(records):
        if not load.archive.is_trusted:
            load.note("档案不受信任，索引号没有导入。")
            return
        rows = [{**record, "content_id": uuid.UUID(record["uid"])} for record in batch]
        keep_numbers(rows, site=load.site)


def register() -> None:
    """Called once, when the application is ready."""
    archive_kinds.register(
        KIND, ArchiveKind(name=KIND, order=96, read=read_numbers, hold=hold_number, write=write_numbers)
    )
