"""Demo items from the text files beside this module."""

from __future__ import annotations

import datetime
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.html import escape

TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True, kw_only=True)
class DemoItem:
    """One sample item as its file says."""

    key: str
    site: str
    column: str
    kind: str
    title: str
    summary: str
    source: str
    department: str
    published: datetime.datetime
    document_number: str
    keywords: str
    is_dispatched: bool
    body: list[dict[str, Any]]


def read_items() -> dict[str, list[DemoItem]]:
    """Every sample item by the key of its site, oldest first."""
    items: dict[str, list[DemoItem]] = defaultdict(list)
    for path in sorted(TEXTS.rglob("*.toml")):
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["item"]:
            items[entry["site"]].append(_item(entry))
    for rows in items.values():
        rows.sort(key=lambda item: (item.published, item.key))
    return dict(items)


def _item(entry: dict[str, Any]) -> DemoItem:
    return DemoItem(
        key=entry["key"],
        site=entry["site"],
        column=entry["column"],
        kind=entry["kind"],
        title=entry["title"],
        summary=entry["summary"],
        source=entry["source"],
        department=entry.get("department", ""),
        published=moment_of(entry["published"]),
        document_number=entry.get("document_number", ""),
        keywords=" ".join(entry.get("keywords", [])),
        is_dispatched=bool(entry.get("dispatch")),
        body=[stream_block(block) for block in entry["body"]],
    )


def moment_of(value: Any) -> datetime.datetime:
    """A point in time; a day is nine in the morning."""
    if isinstance(value, datetime.datetime):
        return value if timezone.is_aware(value) else timezone.make_aware(value)
    day = value if isinstance(value, datetime.date) else datetime.date.fromisoformat(str(value))
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(9, 0)))


def stream_block(block: dict[str, Any]) -> dict[str, Any]:
    """A text file's block in the stored form of the body field."""
    kind = block["type"]
    if kind == "list":
        entries = "".join(f"<li>{escape(entry)}</li>" for entry in block["items"])
        return {"type": "paragraph", "value": f"<ul>{entries}</ul>"}
    if kind == "paragraph":
        return {"type": "paragraph", "value": f"<p>{escape(block['text'])}</p>"}
    if kind == "table":
        return {
            "type": "table",
            "value": {
                "data": [block["header"], *block["rows"]],
                "first_row_is_table_header": True,
                "first_col_is_header": False,
                "table_caption": block.get("caption", ""),
            },
        }
    return {"type": kind, "value": block["text"]}
