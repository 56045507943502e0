"""The tokens as the database holds them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from network.page_cache.models import GROUP

COLUMN = "page_token"

STATEMENT = """
SELECT coalesce(string_agg(token::text, '' ORDER BY schema_name, id), '') FROM public.network_page_cache_pagetoken
WHERE schema_name IN ('', %(schema)s)
"""
"""All rows of a site behind those of the group: whichever of them moves, the whole is another. Part of the statement
that every request begins with."""

_OF_ALL = """
SELECT schema_name, string_agg(token::text, '' ORDER BY id) FROM public.network_page_cache_pagetoken
GROUP BY schema_name
"""


def tokens_of(schemas: Iterable[str]) -> dict[str, str]:
    """What ``STATEMENT`` returns for each of many sites, in one statement for all."""
    with connection.unswitched_cursor() as cursor:
        cursor.execute(_OF_ALL)
        rows = dict(cursor.fetchall())
    return {schema: rows.get(GROUP, "") + rows.get(schema, "") for schema in schemas}
