"""Wagtail's own log of the admin, heard in one place: each of its rows becomes an audit row."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.auth import get_user_model
from django.core import serializers
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from wagtail.models import BaseLogEntry, PageLogEntry, Revision

from network.audit.actions import SYSTEM, record
from network.audit.models import AuditEntry
from network.audit.trail import acting_person

NOT_HASHED = frozenset({"password", "last_login"})
"""A hash must not tell about a password, nor change by signing in."""


def copy_log_entry(sender: type[BaseLogEntry], instance: BaseLogEntry, created: bool, **rest: Any) -> None:
    """In the transaction of the act, so that both rows stand or neither."""
    if not created:
        return
    is_page = isinstance(instance, PageLogEntry)
    kind = f"{instance.content_type.app_label}.{instance.content_type.model}"[:60]
    before, after = _page_hashes(instance) if is_page else _model_hashes(instance, kind)
    person = instance.user.get_username() if instance.user_id else acting_person() or SYSTEM
    record(
        instance.action[:60],
        person=person,
        object_kind=kind,
        object_id=instance.object_id,
        object_title=_title(instance),
        before_hash=before,
        after_hash=after,
    )


def _title(entry: BaseLogEntry) -> str:
    """The object's name; of a person the user name, since names of people stay in the staff list."""
    if entry.content_type.model_class() is not get_user_model():
        return str(entry.label)
    person = get_user_model().objects.filter(pk=entry.object_id).first()
    return person.get_username() if person is not None else ""


def _page_hashes(entry: PageLogEntry) -> tuple[str, str]:
    """Hashes of the revision before and of the one that the entry names."""
    revisions = Revision.page_revisions.filter(object_id=str(entry.page_id)).order_by("-pk")
    if not entry.revision_id:
        last = revisions.first()
        return (_content_hash(last) if last is not None else "", "")
    before = revisions.filter(pk__lt=entry.revision_id).first()
    return (_content_hash(before) if before is not None else "", _content_hash(entry.revision))


def _content_hash(revision: Revision) -> str:
    text = DjangoJSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(revision.content)
    return hashlib.sha256(text.encode()).hexdigest()


def _model_hashes(entry: BaseLogEntry, kind: str) -> tuple[str, str]:
    """The hash that the log last held of this object, the hash of its row now (none when it is deleted)."""
    held = (
        AuditEntry.objects.filter(
            object_kind=kind, object_id=str(entry.object_id)[:120], site=getattr(connection.tenant, "slug", "")
        )
        .exclude(after_hash="")
        .order_by("-pk")
        .values_list("after_hash", flat=True)
    )
    before = held.first() or ""
    model = entry.content_type.model_class()
    row = model._default_manager.filter(pk=entry.object_id).first() if model is not None else None
    return before, _row_hash(row) if row is not None and not entry.deleted else ""


def _row_hash(row: models.Model) -> str:
    fields = [field.name for field in row._meta.concrete_fields if field.name not in NOT_HASHED]
    return hashlib.sha256(serializers.serialize("json", [row], fields=fields).encode()).hexdigest()
