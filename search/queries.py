"""Reads of the search rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models.functions import Left

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


def shown_rows(document_ids: Sequence[str], *, schema_name: str = "") -> list[dict[str, Any]]:
    """Rows of these hits in their order, less what was withdrawn or no longer stands on the site.

    Read at every search, so that a recall holds however late the engine's copy is.
    """
    rows = SearchDocument.objects.filter(document_id__in=document_ids, is_withdrawn=False)
    if schema_name:
        rows = rows.filter(sites__contains=[schema_name])
    by_id = {row["document_id"]: row for row in rows.values(*_SHOWN, passage=Left("body", SNIPPET_SOURCE_CHARACTERS))}
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
