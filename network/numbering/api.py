"""The door of index numbers."""

from network.numbering.actions import change_scheme, issue_number, issue_numbers, keep_numbers
from network.numbering.models import IndexNumber, IndexScheme
from network.numbering.queries import index_number, index_numbers, pattern_choices, scheme_of

__all__ = [
    "IndexNumber",
    "IndexScheme",
    "change_scheme",
    "index_number",
    "index_numbers",
    "issue_number",
    "issue_numbers",
    "keep_numbers",
    "pattern_choices",
    "scheme_of",
]
