"""The door of the search index for other folders."""

from search.actions import retry_refused, store_entries, withdraw_entries, withdraw_site
from search.indexing.reconcile import Report, reconcile
from search.indexing.status import engine_status
from search.queries import live_row_count
from search.querying.page import search_page

__all__ = [
    "Report",
    "engine_status",
    "live_row_count",
    "reconcile",
    "retry_refused",
    "search_page",
    "store_entries",
    "withdraw_entries",
    "withdraw_site",
]
