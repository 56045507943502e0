"""What the worker tells of a job while it does it."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

from network.contracts import OutboxItem
from network.tenancy.api import in_public
from network.transfer.connections import own_connection
from network.transfer.models import JobState, TransferJob

EXPORT_KIND = "transfer.export"
CHECK_KIND = "transfer.check"
SECONDS_BETWEEN = 1.0


def progress_of(job: TransferJob) -> Callable[[str, int], None]:
    """A teller that writes, now and then, how far a job is, where everybody sees it at once."""
    told = 0.0

    def tell(kind: str, done: int) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told < SECONDS_BETWEEN:
            return
        told = now
        with own_connection(), in_public():
            TransferJob.objects.filter(pk=job.pk).update(progress={"kind": kind, "done": done})

    return tell


def report_failure(item: OutboxItem, reason: str, is_dead: bool) -> None:
    """Outbox failure report: the job shows the reason, and ends when nothing will be tried again."""
    job = TransferJob.objects.filter(pk=uuid.UUID(item.key)).first()
    if job is None:
        return
    job.error = reason
    if is_dead:
        job.state = JobState.FAILED
    job.save(update_fields=["error", "state"])
