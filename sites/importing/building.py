"""A page in memory from what was prepared of an item, of whatever type."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from wagtail.fields import StreamField

from sites.content.base import ContentPage
from sites.importing.page_types import ARTICLE, Target, targets

PLAIN = ("title", "summary", "source", "author", "department", "keywords", "document_number")


def target_of(content: Mapping[str, Any]) -> Target:
    """What prepared content becomes; what was prepared before there were types is an article."""
    return targets()[content.get("type") or ARTICLE]


def values_of(
    content: Mapping[str, Any], body: Sequence[Mapping[str, Any]], links: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """Field to value. ``links`` are ``{"type", "value": key of a page}`` for the stream that the type has for them."""
    target = target_of(content)
    values: dict[str, Any] = {name: content[name] for name in PLAIN}
    for name, value in content.get("catalogue", {}).items():
        values[name] = target.model._meta.get_field(name).to_python(value)
    values["body"] = json.dumps(body, ensure_ascii=False)
    if target.key == ARTICLE:
        values["kind"] = content["kind"]
    streams = {**content.get("facts", {})}
    if links:
        streams[target.link_stream] = links
    for name, value in streams.items():
        held: Any = target.model._meta.get_field(name)
        values[name] = _stored(value) if isinstance(held, StreamField) else held.to_python(value)
    return values


def _stored(entries: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps([{**entry, "id": str(uuid.uuid4())} for entry in entries], ensure_ascii=False)


def page_of(content: Mapping[str, Any], values: Mapping[str, Any], *, key: int | None) -> ContentPage:
    """The unsaved page under a key that was set aside, or that it has already."""
    page = target_of(content).model(live=False, **values)
    page.pk = page.page_ptr_id = page.id = key
    return page
