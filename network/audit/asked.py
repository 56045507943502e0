"""Verifications that an auditor asked for, as outbox work."""

from __future__ import annotations

from collections.abc import Sequence

from network.audit.actions import record
from network.audit.models import AuditVerification
from network.audit.verifying import verify
from network.contracts import OutboxItem

VERIFY_KIND = "audit.verify"


def verify_asked(site: str, items: Sequence[OutboxItem]) -> None:
    """Outbox handler: recompute the chains named by the keys' payloads, keep what was found."""
    for item in items:
        slug = str(item.payload["site"])
        asked_by = str(item.payload.get("asked_by", ""))
        (report,) = verify([slug])
        AuditVerification.objects.create(
            site=slug,
            asked_by=asked_by,
            rows=report.rows,
            sealed_to=report.sealed_to,
            unsealed=report.unsealed,
            is_intact=report.is_intact,
            first_bad=" ".join(finding.sentence for finding in report.findings)[:2000],
        )
        record("audit.verify", site=slug, person=asked_by, object_kind="audit", is_failed=not report.is_intact)
