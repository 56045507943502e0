"""Samples of page types with fields of their own, through the gate as ``sample``."""

from __future__ import annotations

import datetime
import json
import tomllib
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.db import models, transaction
from wagtail.fields import StreamField
from wagtail.models import Page

from deploy.demo.items import moment_of, stream_block
from deploy.demo.loading import dispatch_pages, publish_samples, sample_uid
from network.tenancy.api import get_site, in_site
from sites.content.base import ContentPage
from sites.pages.models import CONTENT_TYPES, ColumnPage

FOLDER = Path(__file__).parent / "typed"
TYPES: dict[str, type[ContentPage]] = {
    str(model._meta.model_name).removesuffix("page"): model for model in CONTENT_TYPES
}
COMMON = ("title", "summary", "source", "department", "document_number")


def read_typed() -> list[dict[str, Any]]:
    """Every typed sample as its file says, in the order of files and entries: what others name comes first."""
    return [
        entry
        for path in sorted(FOLDER.glob("*.toml"))
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["item"]
    ]


def load_typed(*, report: Callable[[str], None]) -> int:
    """Put every typed sample on its site, dispatch those that say so; what is there already stays."""
    total = 0
    dispatched = []
    for entry in read_typed():
        try:
            site = get_site(entry["site"])
        except LookupError:
            continue
        with in_site(site), transaction.atomic():
            total += len(publish_samples(site, [(entry["column"], page_of(entry))], has_references=True))
        if entry.get("dispatch"):
            dispatched.append(entry)
    for entry in dispatched:
        site = get_site(entry["site"])
        with in_site(site), transaction.atomic():
            model = TYPES[entry["type"]]
            dispatch_pages(site, model.objects.live().filter(translation_key=sample_uid(entry["site"], entry["key"])))
    report(f"各类型样例 {total} 篇")
    return total


def page_of(entry: dict[str, Any]) -> ContentPage:
    """The unsaved page of an entry; inside its site, whose pages it may name by key.

    Raises:
        LookupError: it names a page that is not there.
    """
    model = TYPES[entry["type"]]
    fields = {
        name: _value(model._meta.get_field(name), value, site=entry["site"])
        for name, value in entry.get("fields", {}).items()
    }
    return model(
        slug=entry["key"],
        live=True,
        translation_key=sample_uid(entry["site"], entry["key"]),
        first_published_at=moment_of(entry["published"]),
        keywords=" ".join(entry.get("keywords", [])),
        body=json.dumps([{**stream_block(block), "id": str(uuid.uuid4())} for block in entry.get("body", [])]),
        **{name: entry.get(name, "") for name in COMMON},
        **fields,
    )


def _value(field: models.Field, value: Any, *, site: str) -> Any:
    if not isinstance(field, StreamField):
        return value if isinstance(value, (datetime.date, str, int)) else json.dumps(value)
    return json.dumps([_block(block, site) for block in value])


def _block(block: dict[str, Any], site: str) -> dict[str, Any]:
    """``{type, value}``; ``page = "<key>"`` for a value names a sample of the same site, so does a part
    ``{page = "<key>"}``; ``{column = "<key>"}`` names a column.
    """
    value = block["value"] if "value" in block else _page_id(site, block["page"])
    if isinstance(value, dict):
        value = {name: _dated(part, site) for name, part in value.items()}
    return {"type": block["type"], "value": value, "id": str(uuid.uuid4())}


def _dated(value: Any, site: str) -> Any:
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return list(_items(value, site))
    if isinstance(value, dict) and set(value) == {"page"}:
        return _page_id(site, value["page"])
    if isinstance(value, dict) and set(value) == {"column"}:
        return ColumnPage.objects.live().get(key=value["column"]).pk
    return value


def _items(values: list[Any], site: str) -> Iterator[dict[str, Any]]:
    """Entries of a list block; ``{page = "<key>"}`` names a sample of the same site."""
    for value in values:
        held = _page_id(site, value["page"]) if isinstance(value, dict) and set(value) == {"page"} else value
        if isinstance(held, dict):
            held = {name: _dated(part, site) for name, part in held.items()}
        yield {"type": "item", "value": held, "id": str(uuid.uuid4())}


def _page_id(site: str, key: str) -> int:
    found = Page.objects.filter(translation_key=sample_uid(site, key)).values_list("pk", flat=True).first()
    if found is None:
        raise LookupError(f"A typed sample of '{site}' names '{key}', which is not there. Put it before.")
    return int(found)
