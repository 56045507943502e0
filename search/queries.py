"""Reads of the search rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection

from search.bounds import SNIPPET_SOURCE_CHARACTERS
from search.models import SearchDocument

_SHOWN = (
    "document_id",
    "origin",
    "kind",
    "title",
    "summary",
    "source",
    "document_number",
    "published_at",
    "is_sample",
    "sites",
    "addresses",
)


# By hand: the ORM needs longer to put this statement together than the database to answer it.
_SHOWN_ROWS = f"""
SELECT {", ".join(_SHOWN)}, left(body, %s) AS passage FROM search_document
WHERE document_id = ANY(%s) AND NOT is_withdrawn AND (%s = '' OR sites @> ARRAY[%s]::varchar(63)[])
"""


def shown_rows(document_ids: Sequence[str], *, schema_name: str = "") -> list[dict[str, Any]]:
    """Rows of these hits in their order, less what was withdrawn or no longer stands on the site.

    Read at every search, so that a recall holds however late the engine's copy is.
    """
    if not document_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_SHOWN_ROWS, [SNIPPET_SOURCE_CHARACTERS, list(document_ids), schema_name, schema_name])
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for row in rows:
        # Django registers no JSON loader for raw cursors.
        row["addresses"] = json.loads(row["addresses"])
    by_id = {row["document_id"]: row for row in rows}
    return [by_id[document_id] for document_id in document_ids if document_id in by_id]


def backlog() -> dict[str, Any]:
    """How many rows wait for the engine, since when, how many it refused for good."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FILTER (WHERE index_error = ''), count(*) FILTER (WHERE index_error <> ''),
                coalesce(extract(epoch FROM now() - min(updated_at) FILTER (WHERE index_error = '')), 0)
            FROM search_document WHERE indexed_version < version
            """
        )
        waiting, refused, seconds = cursor.fetchone()
    return {"waiting": waiting, "refused": refused, "oldest_waiting_seconds": round(float(seconds), 1)}


def live_row_count() -> int:
    return SearchDocument.objects.filter(is_withdrawn=False).count()


def counts_by_site() -> dict[str, int]:
    """Schema to the number of items that its site shows, by the rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT site, count(*) FROM search_document, unnest(sites) AS site WHERE NOT is_withdrawn GROUP BY site"
        )
        return dict(cursor.fetchall())
