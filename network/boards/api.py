"""The door of the boards."""

from network.boards.actions import ask_for_summaries
from network.boards.models import ColumnDue, SiteSummary
from network.boards.queries import Owed, column_dues, owed_updates, summaries

__all__ = ["ColumnDue", "Owed", "SiteSummary", "ask_for_summaries", "column_dues", "owed_updates", "summaries"]
