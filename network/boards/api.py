"""The door of the boards."""

from network.boards.actions import ask_for_summaries
from network.boards.models import ColumnDue, SiteSummary
from network.boards.queries import Load, Owed, column_dues, owed_updates, site_loads, summaries

__all__ = [
    "ColumnDue",
    "Load",
    "Owed",
    "SiteSummary",
    "ask_for_summaries",
    "column_dues",
    "owed_updates",
    "site_loads",
    "summaries",
]
