"""Fields of a row as values of an archive, and back."""

from __future__ import annotations

import datetime
import json
import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from network.errors import InvalidValue
from sites.transfer.references import Rewriter, reference_kind

PAGE_FIELDS_LEFT_OUT = {
    "id": "the uid stands for it",
    "path": "the order of the records stands for it",
    "depth": "the parent stands for it",
    "numchild": "counted anew",
    "translation_key": "is the uid",
    "locale": "one language",
    "content_type": "the kind stands for it",
    "url_path": "made of the slugs",
    "owner": "a reference of the record",
    "alias_of": "a reference of the record",
    "latest_revision": "said by the revisions",
    "live_revision": "said by the revisions",
    "latest_revision_created_at": "said by the revisions",
    "draft_title": "said by the latest revision",
    "locked": "a lock is work in progress",
    "locked_at": "a lock is work in progress",
    "locked_by": "a lock is work in progress",
    "page_ptr": "the uid stands for it",
}
"""Columns of the page table that a record does not hold among its fields, with the reason."""

PLAIN = (
    models.CharField,
    models.TextField,
    models.BooleanField,
    models.IntegerField,
    models.FloatField,
    models.JSONField,
)
# A decimal is text in a revision's JSON, a number only in the database.


def moment(value: Any) -> str | None:
    """A point in time in UTC with microseconds: ``2026-01-31T08:30:00.000000Z``."""
    if value is None:
        return None
    held = parse_datetime(value) if isinstance(value, str) else value
    if held is None:
        raise InvalidValue(f"时间“{value}”无效，应为 ISO 8601 格式，例如 2026-01-31T08:30:00.000000Z。")
    if timezone.is_naive(held):
        held = timezone.make_aware(held)
    return held.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def archived_fields(model: type[models.Model]) -> list[models.Field]:
    """The fields of a page type that its records hold, by name."""
    left_out = PAGE_FIELDS_LEFT_OUT if issubclass(model, Page) else {"id": ""}
    return sorted(
        (field for field in model._meta.concrete_fields if field.name not in left_out), key=lambda field: field.name
    )


def to_archive(field: models.Field, value: Any, rewriter: Rewriter) -> Any:
    """A stored value, from a row or from a revision's JSON. Raises TypeError for a type of field not known here."""
    if isinstance(field, StreamField):
        return rewriter.stream(field.stream_block, _raw_stream(value))
    if isinstance(field, RichTextField):
        return rewriter.html(value or "")
    if isinstance(field, models.ForeignKey):
        return rewriter.key(reference_kind(field.related_model), value)
    if isinstance(field, models.DateTimeField):
        return moment(value)
    if isinstance(field, models.DateField):
        return value if value is None or isinstance(value, str) else value.isoformat()
    if isinstance(field, models.UUIDField):
        return None if value is None else str(value)
    if isinstance(field, models.DecimalField):
        return None if value is None else str(value)
    if isinstance(field, PLAIN):
        return value
    raise TypeError(f"Field {field} is of a type that an archive has no form for. Add it to sites/transfer/fields.py.")


def from_archive(field: models.Field, value: Any, rewriter: Rewriter) -> Any:
    """The value to store. Raises InvalidValue for one that the field cannot hold."""
    if isinstance(field, StreamField):
        return json.dumps(rewriter.stream(field.stream_block, value))
    if isinstance(field, RichTextField):
        return rewriter.html(value or "")
    if isinstance(field, models.ForeignKey):
        return rewriter.key(reference_kind(field.related_model), value)
    try:
        if value is not None and isinstance(field, models.DateTimeField):
            held = parse_datetime(value)
            if held is None or timezone.is_naive(held):
                raise ValueError(value)
            return held
        if value is not None and isinstance(field, models.DateField):
            return datetime.date.fromisoformat(value)
        if value is not None and isinstance(field, models.UUIDField):
            return uuid.UUID(value)
        if value is not None and isinstance(field, models.DecimalField):
            return field.clean(value, None)
    except (TypeError, ValueError, ValidationError) as error:
        raise InvalidValue(f"字段“{field.name}”的值“{value}”无效。", field=field.name) from error
    _hold_plain(field, value)
    return value


def _hold_plain(field: models.Field, value: Any) -> None:
    if value is None:
        if not field.null:
            raise InvalidValue(f"字段“{field.name}”不能为空。", field=field.name)
        return
    wanted: tuple[type, ...] = (str,)
    if isinstance(field, models.BooleanField):
        wanted = (bool,)
    elif isinstance(field, models.IntegerField):
        wanted = (int,)
    elif isinstance(field, models.FloatField):
        wanted = (int, float)
    elif isinstance(field, models.JSONField):
        return
    if not isinstance(value, wanted):
        raise InvalidValue(f"字段“{field.name}”的值“{value}”类型不符。", field=field.name)
    if isinstance(value, str):
        if "\x00" in value:
            raise InvalidValue(f"字段“{field.name}”含有空字符，不能存储。", field=field.name)
        limit = getattr(field, "max_length", None)
        if limit and not isinstance(field, models.TextField) and len(value) > limit:
            raise InvalidValue(f"字段“{field.name}”长 {len(value)} 个字符，超过 {limit} 个。", field=field.name)


def _raw_stream(value: Any) -> Any:
    if isinstance(value, str):
        return json.loads(value) if value else []
    if isinstance(value, list) or value is None:
        return value
    return list(value.raw_data)
