"""The door of the boards."""

from network.boards.actions import ask_for_summaries
from network.boards.models import SiteSummary
from network.boards.queries import summaries

__all__ = ["SiteSummary", "ask_for_summaries", "summaries"]
