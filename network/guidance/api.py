"""The door of guidance."""

from network.guidance.actions import write_guidance
from network.guidance.queries import WHOLE, Note, notes_for

__all__ = ["WHOLE", "Note", "notes_for", "write_guidance"]
