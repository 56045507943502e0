"""The door of received items."""

from sites.inbox.queries import any_received, content_ids_of_placements, link_addresses, placements_of_kind
from sites.inbox.reconciling import Differences, compare_site, repair_site

__all__ = [
    "Differences",
    "any_received",
    "compare_site",
    "content_ids_of_placements",
    "link_addresses",
    "placements_of_kind",
    "repair_site",
]
