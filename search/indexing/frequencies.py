"""Which tokens are too common to search for in PostgreSQL."""

from __future__ import annotations

import time

from django.db import connection, transaction

from search.models import CommonToken
from search.querying.weights import weight

REFRESH_SECONDS = 600.0
FIRST_REFRESH_SECONDS = 20.0
SMALLEST_INDEX_ROWS = 500
"""Below this every token is common and the whole table is quickly read: none is dropped."""

SAMPLE_ROWS = 2_000
"""Rows that are looked at: a share of 5 % is then known within one point."""

_next_refresh = time.monotonic() + FIRST_REFRESH_SECONDS


def refresh_when_due() -> None:
    """Called by the indexer at every round; works at most every ten minutes."""
    global _next_refresh
    if time.monotonic() >= _next_refresh:
        refresh_common_tokens()
        _next_refresh = time.monotonic() + REFRESH_SECONDS


@transaction.atomic
def refresh_common_tokens() -> int:
    """Count tokens over a sample of rows; returns how many are common."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM search_tokens")
        total = cursor.fetchone()[0]
        if total < SMALLEST_INDEX_ROWS:
            CommonToken.objects.all().delete()
            return 0
        sampled = min(total, SAMPLE_ROWS)
        cursor.execute("DELETE FROM search_common_token")
        # By a hash of the id: neighbours in the table come from one site, so a block sample would lean.
        cursor.execute(
            "INSERT INTO search_common_token (token, share) SELECT word, ndoc::float8 / %s"
            " FROM ts_stat(format($$SELECT vector FROM search_tokens ORDER BY md5(document_id::text) LIMIT %%s$$,"
            " %s::int)) WHERE ndoc > %s",
            [sampled, sampled, sampled * weight("common_token_share")],
        )
        return int(cursor.rowcount)
