"""RSS and Atom feeds, uploaded or fetched."""

from __future__ import annotations

import calendar
import datetime
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import feedparser

from network.errors import InvalidValue
from sites.importing.items import Level, Note, RawItem

MOST_BYTES = 16 * 1024**2


class FeedReader:
    """The entries of one feed in its order."""

    columns: Sequence[str] = ()

    def __init__(self, path: Path, *, name: str) -> None:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise InvalidValue(f"“{name}”有 {size} 字节，超过上限 {MOST_BYTES} 字节，不像订阅文件。", name=name)
        data = path.read_bytes()
        if b"<!ENTITY" in data or b"<!DOCTYPE" in data[:4096].upper().replace(b"<!DOCTYPE RSS", b""):
            raise InvalidValue(f"“{name}”带有文档类型或实体声明，不是 RSS 或 Atom，或不予读取。", name=name)
        self._feed = feedparser.parse(io.BytesIO(data))
        if not self._feed.entries:
            why = self._feed.get("bozo_exception", "没有条目")
            raise InvalidValue(f"“{name}”不是 RSS 或 Atom 订阅，或里面没有条目（{why}）。请检查地址或文件。", name=name)
        self.total = len(self._feed.entries)

    def items(self, start: int, count: int) -> Iterator[RawItem]:
        for number, entry in enumerate(self._feed.entries[start : start + count], start=start + 1):
            yield self._item(number, entry)

    def _item(self, number: int, entry: Any) -> RawItem:
        link = entry.get("link", "")
        full = next((each.get("value", "") for each in entry.get("content", ()) if each.get("value")), "")
        tags = [tag.get("term") or "" for tag in entry.get("tags", ())]
        item = RawItem(
            number=number,
            key=entry.get("id") or link,
            title=entry.get("title", ""),
            body=full or entry.get("summary", ""),
            published=_moment(entry) or entry.get("published") or entry.get("updated") or "",
            column=next((tag for tag in tags if tag), ""),
            address=link,
            base=link,
            author=entry.get("author", ""),
            source=self._feed.feed.get("title", ""),
            attachments=[
                (each["href"], each.get("title") or each["href"].rsplit("/", 1)[-1])
                for each in entry.get("enclosures", ())
                if each.get("href") and not each.get("type", "").startswith(("image/", "audio/", "video/"))
            ],
        )
        if not full and item.body:
            message = "订阅里只有摘要，没有全文。请审稿时对照原文补全，或改用网页文件夹导入。"
            item.notes.append(Note(level=Level.NOTE, field="body", message=message))
        return item

    def open_file(self, address: str) -> bytes | None:
        return None

    def has_file(self, address: str) -> bool:
        return False

    def close(self) -> None:
        """Nothing is held open."""


def _moment(entry: Any) -> datetime.datetime | None:
    """When an entry says it was published; feedparser gives it in UTC."""
    parsed = entry.get("published_parsed") or entry.get("updated_parsed")
    if parsed is None:
        return None
    try:
        return datetime.datetime.fromtimestamp(calendar.timegm(parsed), tz=datetime.UTC)
    except (ValueError, OverflowError, OSError):
        return None
