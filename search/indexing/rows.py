"""Claiming rows for the engine, then marking what became of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection

from search.backends.base import BulkOutcome

BATCH_ROWS = 300
LEASE_SECONDS = 60
"""An indexer that died gives its rows back after this long; a new version of a row is free at once."""

_SENT = (
    "document_id, origin, kind, level, language, title, title_key, title_pinyin, summary, body, source, department,"
    ' document_number_key, "column", year, published_at, is_sample, sites, regions, is_withdrawn, version'
)

# One short statement: no row stays locked while the engine works, so no publish waits for it.
_CLAIM = f"""
UPDATE search_document AS document SET not_before = clock_timestamp() + make_interval(secs => %s)
FROM (
    SELECT id FROM search_document
    WHERE indexed_version < version AND index_error = ''
        AND (not_before IS NULL OR not_before <= clock_timestamp())
    ORDER BY version LIMIT %s FOR UPDATE SKIP LOCKED
) AS claimed
WHERE document.id = claimed.id
RETURNING {", ".join(f"document.{name.strip()}" for name in _SENT.split(","))}
"""

_MARK = """
UPDATE search_document AS document SET indexed_version = sent.version, not_before = NULL
FROM jsonb_to_recordset(%s::jsonb) AS sent(document_id text, version bigint)
WHERE document.document_id = sent.document_id AND document.indexed_version < sent.version
    AND document.version = sent.version
"""

_REFUSE = """
UPDATE search_document AS document SET index_error = sent.reason, not_before = NULL
FROM jsonb_to_recordset(%s::jsonb) AS sent(document_id text, version bigint, reason text)
WHERE document.document_id = sent.document_id AND document.version = sent.version
"""

_PUT_OFF = """
UPDATE search_document AS document SET not_before = clock_timestamp() + make_interval(secs => %s)
FROM jsonb_to_recordset(%s::jsonb) AS sent(document_id text, version bigint)
WHERE document.document_id = sent.document_id AND document.version = sent.version
    AND document.indexed_version < document.version
"""


def claim(limit: int = BATCH_ROWS) -> list[dict[str, Any]]:
    """Rows that the engine has not got, oldest change first, kept from other indexers for a while."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [LEASE_SECONDS, limit])
        return _dicts(cursor)


def rows_after(document_id: str, limit: int = BATCH_ROWS) -> list[dict[str, Any]]:
    """Live rows that follow an id in byte order, for a rebuild."""
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT {_SENT} FROM search_document WHERE NOT is_withdrawn AND document_id COLLATE "C" > %s'
            ' ORDER BY document_id COLLATE "C" LIMIT %s',
            [document_id, limit],
        )
        return _dicts(cursor)


def record(outcome: BulkOutcome, *, retry_seconds: float) -> None:
    """Mark by compare-and-set: a row that moved on meanwhile stays in the queue."""
    _execute(_MARK, outcome.done)
    _execute(_REFUSE, outcome.refused)
    _put_off(outcome.retry, retry_seconds)


def release(rows: Sequence[dict[str, Any]]) -> None:
    """Give claimed rows back, when the engine did not answer at all."""
    _put_off([(row["document_id"], row["version"]) for row in rows], 0)


def _put_off(sent: Sequence[tuple[Any, ...]], seconds: float) -> None:
    if sent:
        with connection.cursor() as cursor:
            cursor.execute(_PUT_OFF, [seconds, _as_json(sent)])


def _execute(statement: str, sent: Sequence[tuple[Any, ...]]) -> None:
    if sent:
        with connection.cursor() as cursor:
            cursor.execute(statement, [_as_json(sent)])


def _as_json(sent: Sequence[tuple[Any, ...]]) -> str:
    names = ("document_id", "version", "reason")
    return json.dumps([dict(zip(names, item, strict=False)) for item in sent])


def _dicts(cursor: Any) -> list[dict[str, Any]]:
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
