"""The token of a site, read in the statement that every request begins with."""

from __future__ import annotations

COLUMN = "page_token"

STATEMENT = """
SELECT coalesce(string_agg(token::text, '' ORDER BY id), '') FROM public.network_page_cache_pagetoken
WHERE schema_name IN ('', %(schema)s)
"""
"""All rows of a site with those of the group: whichever of them moves, the whole is another."""
