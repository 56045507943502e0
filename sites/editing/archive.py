"""Where a site wants publishers to publish, as records of a site archive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from network.errors import InvalidValue
from sites.editing.models import PublishingPlace
from sites.transfer.kinds import Record

EVERYWHERE = "*"
LONGEST_KEY = 40


def read_places(export: Any) -> Iterator[Record]:
    """The site's own choice, by column key; ``*`` is the whole site."""
    for key in PublishingPlace.objects.order_by("column_key").values_list("column_key", flat=True):
        yield {"uid": key or EVERYWHERE}


def hold_place(check: Any, record: Record) -> None:
    """A key that a column can have. Raises InvalidValue."""
    key = record["uid"]
    if not isinstance(key, str) or not 0 < len(key) <= LONGEST_KEY or "\x00" in key:
        raise InvalidValue(f"由发布员发布的栏目“{str(key)[:LONGEST_KEY]}”的键无效或过长，请重新导出。")


def write_places(load: Any, records: Iterator[Record]) -> None:
    """After the approvals: what was approved before the choice was made stays approved."""
    keys = [record["uid"] for record in records]
    if keys and not load.archive.is_trusted:
        load.note("档案不受信任，发布办法没有采用：本站最后一位审核人通过即发布。")
        return
    PublishingPlace.objects.bulk_create(PublishingPlace(column_key="" if key == EVERYWHERE else key) for key in keys)
