"""The door of the page types."""

from sites.pages.column import ColumnPage
from sites.pages.kinds import kind_label
from sites.pages.queries import breadcrumbs, navigation
from sites.pages.sources import edition_of, local_document_id, search_entry

__all__ = [
    "ColumnPage",
    "breadcrumbs",
    "edition_of",
    "kind_label",
    "local_document_id",
    "navigation",
    "search_entry",
]
