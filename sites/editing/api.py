"""The door of review and publishing."""

from sites.editing.actions import (
    approve_placements,
    approve_provisioned,
    approve_samples,
    publish_reviewed,
    spread,
)
from sites.editing.queries import approval_in_force, live_pages_by_kind, sample_page_ids

__all__ = [
    "approval_in_force",
    "approve_placements",
    "approve_provisioned",
    "approve_samples",
    "live_pages_by_kind",
    "publish_reviewed",
    "sample_page_ids",
    "spread",
]
