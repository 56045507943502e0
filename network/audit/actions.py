"""Writing the audit log."""

from __future__ import annotations

import json
import re
from typing import Any

from django.db import connection

from network.audit.models import AuditEntry, Result
from network.audit.trail import acting_person, client_address, current_trail

TABLE = "public.network_audit_auditentry"
INSERT = f"""
INSERT INTO {TABLE} (site, person, person_site, address, act, object_kind, object_id, object_title, detail,
    before_hash, after_hash, result)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s, %s, %s) RETURNING id
"""
VISITOR = re.compile(r"[^@]+@([a-z][a-z0-9]*)#\w+")
"""The account of a visitor from another site names that site."""

OPERATOR, SYSTEM = "operator", "system"


def record(
    act: str,
    *,
    site: str = "",
    person: str = "",
    person_site: str = "",
    object_kind: str = "",
    object_id: object = "",
    object_title: object = "",
    detail: dict[str, Any] | None = None,
    before_hash: str = "",
    after_hash: str = "",
    is_refused: bool = False,
    is_failed: bool = False,
) -> None:
    """Write one entry in the caller's transaction; a failing insert fails the act.

    ``site`` defaults to the site whose schema is in use, ``person`` to whoever is signed in on the
    request, ``person_site`` to the site itself (for a visitor: where the account comes from).
    A refusal written during a request outlives the rollback that follows it.
    """
    here = getattr(connection.tenant, "slug", "")
    who = person or acting_person()
    values = {
        "site": site or here,
        "person": who,
        "person_site": person_site or _home_of(who, here or site),
        "address": client_address.get(),
        "act": act,
        "object_kind": object_kind[:60],
        "object_id": str(object_id)[:120],
        "object_title": str(object_title)[:255],
        "detail": json.dumps(detail or {}, ensure_ascii=False),
        "before_hash": before_hash,
        "after_hash": after_hash,
        "result": Result.REFUSED if is_refused else Result.FAILED if is_failed else Result.DONE,
    }
    entry_id = insert(values)
    trail = current_trail.get()
    if trail is not None:
        trail.entry_ids.append(entry_id)
        if is_refused:
            trail.refusals[entry_id] = values


def insert(values: dict[str, Any]) -> int:
    """Write a row of these values in this order; returns its number."""
    with connection.cursor() as cursor:
        cursor.execute(INSERT, list(values.values()))
        return int(cursor.fetchone()[0])


def rewrite_lost_refusals() -> None:
    """Write again the refusals of this request that a rollback took away."""
    trail = current_trail.get()
    if trail is None or not trail.refusals:
        return
    kept = surviving_entries(list(trail.refusals))
    for entry_id, values in list(trail.refusals.items()):
        if entry_id not in kept:
            del trail.refusals[entry_id]
            trail.entry_ids.append(insert(values))


def surviving_entries(entry_ids: list[int]) -> set[int]:
    """Those of these rows that stand, seen from here."""
    return set(AuditEntry.objects.filter(pk__in=entry_ids).values_list("pk", flat=True)) if entry_ids else set()


def _home_of(person: str, site: str) -> str:
    if not person or person in (OPERATOR, SYSTEM):
        return ""
    visitor = VISITOR.fullmatch(person)
    return visitor[1] if visitor else site
