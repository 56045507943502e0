"""Writing the audit log."""

from __future__ import annotations

import contextvars
from typing import Any

from django.db import connection

from network.audit.models import AuditEntry, Result

client_address: contextvars.ContextVar[str] = contextvars.ContextVar("client_address", default="")


def record(
    act: str,
    *,
    site: str = "",
    person: str = "",
    object_kind: str = "",
    object_id: object = "",
    detail: dict[str, Any] | None = None,
    before_hash: str = "",
    after_hash: str = "",
    is_refused: bool = False,
) -> None:
    """Write one entry in the caller's transaction; a failing insert fails the act.

    ``site`` defaults to the site whose schema is in use.
    """
    tenant = connection.tenant
    AuditEntry.objects.create(
        site=site or getattr(tenant, "slug", ""),
        person=person,
        address=client_address.get(),
        act=act,
        object_kind=object_kind,
        object_id=str(object_id),
        detail=detail or {},
        before_hash=before_hash,
        after_hash=after_hash,
        result=Result.REFUSED if is_refused else Result.DONE,
    )
