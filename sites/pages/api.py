"""The door of the page types."""

from sites.pages.column import ColumnPage
from sites.pages.kinds import kind_label
from sites.pages.linking import Link, Links, backward_of, links_to, listed_relations, read_links
from sites.pages.listing import said_validity
from sites.pages.presenting import blocks_of, present
from sites.pages.queries import breadcrumbs, navigation
from sites.pages.serving import looked_up
from sites.pages.sources import edition_of, local_document_id, search_entry
from sites.pages.tables import table_answer

__all__ = [
    "ColumnPage",
    "Link",
    "Links",
    "backward_of",
    "blocks_of",
    "breadcrumbs",
    "edition_of",
    "kind_label",
    "links_to",
    "listed_relations",
    "local_document_id",
    "looked_up",
    "navigation",
    "present",
    "read_links",
    "said_validity",
    "search_entry",
    "table_answer",
]
