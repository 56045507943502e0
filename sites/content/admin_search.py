"""Wagtail's own index of a site's pages, which the admin searches, without its lock over the whole site.

After each save the library sets ``title_norm`` (average length of titles by the title's own, in words) of every
entry where it is 1.0. A Chinese title is one word to PostgreSQL, so at a site whose titles are all Chinese every
entry has 1.0: each save would write the whole index anew and hold every entry until it commits, so that two people
who publish at one site wait for each other. A new entry keeps 1.0, the norm of a title of average length, until
the index is built again.
"""

from __future__ import annotations

from modelsearch.backends.database.postgres.postgres import PostgresIndex, PostgresSearchBackend


class Index(PostgresIndex):
    """The index of one site."""

    def _refresh_title_norms(self, full: bool = False) -> None:
        if full:
            super()._refresh_title_norms(full=True)


class SearchBackend(PostgresSearchBackend):
    """As ``MODELSEARCH_BACKENDS`` names it."""

    index_class = Index
