"""The door of review and publishing."""

from sites.editing.actions import (
    approve_placements,
    approve_provisioned,
    approve_samples,
    publish_reviewed,
    spread,
)
from sites.editing.models import ApprovalKind
from sites.editing.proving import Proof, prove_gate
from sites.editing.queries import approval_in_force, live_pages_by_kind, sample_page_ids, samples_in_force
from sites.editing.stepping import step_of

__all__ = [
    "ApprovalKind",
    "Proof",
    "approval_in_force",
    "approve_placements",
    "approve_provisioned",
    "approve_samples",
    "live_pages_by_kind",
    "prove_gate",
    "publish_reviewed",
    "sample_page_ids",
    "samples_in_force",
    "spread",
    "step_of",
]
