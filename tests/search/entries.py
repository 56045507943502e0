"""Search entries of the tests."""

from __future__ import annotations

import datetime
import itertools
import uuid
from typing import Any

from network.contracts import SearchEntry
from network.syndication.api import Delivery, DeliveryState, Item

DAY = datetime.datetime(2024, 5, 20, 9, 0, tzinfo=datetime.UTC)
_numbers = itertools.count(1)


def make_entry(origin: str = "guangdong", **changes: Any) -> SearchEntry:
    """A local notice of a site; ``sites`` is its own address unless given."""
    number = next(_numbers)
    facts: dict[str, Any] = {
        "document_id": f"{origin}:article:{uuid.uuid4()}",
        "origin": origin,
        "kind": "notice",
        "title": f"关于食品抽检结果的通告第{number}期",
        "body": "本期抽检粮食加工品、食用油、饮料，合格率上升。",
        "published_at": DAY,
        "source": "测试来源",
        "sites": {origin: f"/notices/{number}/"},
    }
    return SearchEntry(**{**facts, **changes})


def make_edition(origin: str = "national", *, on: dict[str, str] | None = None, **changes: Any) -> SearchEntry:
    """The entry of an item that travels, placed on the sites of ``on`` (slug to schema) besides its origin."""
    content_id = uuid.uuid4()
    entry = make_entry(origin, document_id=str(content_id), **changes)
    Item.objects.create(
        content_id=content_id,
        origin=origin,
        kind=entry.kind,
        version=1,
        title=entry.title,
        origin_path=entry.sites[origin],
    )
    for slug, schema_name in (on or {}).items():
        place(content_id, slug, schema_name)
    return entry


def place(content_id: uuid.UUID, slug: str, schema_name: str) -> None:
    """A receipt that the item stands on a site."""
    Delivery.objects.create(
        content_id=content_id,
        site=slug,
        schema_name=schema_name,
        state=DeliveryState.PLACED,
        version_due=1,
        version_placed=1,
        path=f"/received/{content_id}/",
    )
