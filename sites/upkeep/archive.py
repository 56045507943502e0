"""Who keeps which column, as records of a site archive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from network.errors import InvalidValue
from sites.transfer.kinds import Record
from sites.upkeep.actions import LONGEST_DEPARTMENT
from sites.upkeep.models import ColumnOwner


def read_owners(export: Any) -> Iterator[Record]:
    """Every named owner, by the uid of the column."""
    for row in ColumnOwner.objects.select_related("column", "person").order_by("column__translation_key"):
        uid = str(row.column.translation_key)
        yield {
            "uid": uid,
            "column": {"kind": "page", "uid": uid},
            "department": row.department,
            "person": {"kind": "person", "uid": row.person.username} if row.person else None,
        }


def hold_owner(check: Any, record: Record) -> None:
    """The column and the person must be of the archive. Raises InvalidValue."""
    uid, department, person = record["column"]["uid"], record["department"], record["person"]
    if uid != record["uid"] or check.page_kinds.get(uid) != "column":
        raise InvalidValue(f"责任所指的“{uid}”不是档案中的栏目，请重新导出。")
    if not isinstance(department, str) or len(department) > LONGEST_DEPARTMENT or "\x00" in department:
        raise InvalidValue(f"栏目“{uid}”的责任部门无效或过长（不超过 {LONGEST_DEPARTMENT} 字）。")
    if person is not None and not check.has("people", person["uid"]):
        raise InvalidValue(f"栏目“{uid}”的责任人“{person['uid']}”不在档案中，请重新导出。")


def write_owners(load: Any, records: Iterator[Record]) -> None:
    """Owners of the columns that came over; a person who did not come is not named."""
    for record in records:
        person = record["person"]
        ColumnOwner.objects.update_or_create(
            column_id=load.pages[record["column"]["uid"]],
            defaults={
                "department": record["department"],
                "person_id": load.people.get(person["uid"]) if person else None,
            },
        )
