"""What names imported items at their old site, as records of a site archive.

Without them a moved site would import every item again, and old addresses of drafts would be lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wagtail.models import Page

from network.errors import InvalidValue
from sites.importing.models import ImportedItem
from sites.transfer.exporting import BATCH, batches
from sites.transfer.kinds import ArchiveKind, Record, archive_kinds

KIND = "imported_items"
LONGEST, LONGEST_NUMBER = 255, 100
TOUCHED = 0
"""In place of the revision that the import wrote, where somebody has worked on the page since."""


def read_items(export: Any) -> Iterator[Record]:
    """Items whose page is there, by their key."""
    for batch in batches(ImportedItem.objects.order_by("key").iterator(chunk_size=BATCH)):
        pages = Page.objects.in_bulk([item.page_id for item in batch])
        for item in batch:
            page = pages.get(item.page_id)
            if page is not None:
                yield {
                    "uid": item.key,
                    "sha256": item.digest,
                    "page": {"kind": "page", "uid": str(page.translation_key)},
                    "old_path": item.old_path,
                    "legacy_number": item.legacy_number,
                    "is_untouched": page.latest_revision_id == item.revision_id,
                }


def hold_item(check: Any, record: Record) -> None:
    """Raises InvalidValue for an item that could not have been imported here."""
    uid, path = str(record["uid"]), str(record["old_path"])
    if not uid or len(uid) > LONGEST or len(path) > LONGEST or (path and not path.startswith("/")):
        raise InvalidValue(f"导入稿件“{uid[:60]}”的来源键或原地址无效，不超过 {LONGEST} 字，地址以“/”开头。")
    if not check.has("pages", record["page"]["uid"]):
        raise InvalidValue(f"导入稿件“{uid[:60]}”的页面不在档案中。")
    if not check.take("imported items", uid):
        raise InvalidValue(f"导入稿件“{uid[:60]}”在档案中出现两次。")


def write_items(load: Any, records: Iterator[Record]) -> None:
    """The keys, on the pages as they stand here; an old address leads on when its page is published here."""
    for batch in batches(records):
        keys = [load.pages[record["page"]["uid"]] for record in batch]
        revisions = dict(Page.objects.filter(pk__in=keys).values_list("pk", "latest_revision_id"))
        ImportedItem.objects.bulk_create(
            ImportedItem(
                key=record["uid"],
                digest=str(record["sha256"])[:64],
                page_id=key,
                revision_id=(revisions.get(key) or TOUCHED) if record["is_untouched"] else TOUCHED,
                old_path=record["old_path"],
                legacy_number=str(record.get("legacy_number", ""))[:LONGEST_NUMBER],
            )
            for record, key in zip(batch, keys, strict=True)
        )


def register() -> None:
    """Called once, when the application is ready."""
    archive_kinds.register(KIND, ArchiveKind(name=KIND, order=85, read=read_items, hold=hold_item, write=write_items))
