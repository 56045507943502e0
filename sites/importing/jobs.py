"""The worker's part in importing: one step of a batch for each piece of work."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.utils import timezone

from network.contracts import OutboxItem
from network.tenancy.api import get_site, in_site
from sites.importing.actions import order
from sites.importing.models import BatchState, ImportBatch
from sites.importing.steps import Step, do_step, tell


def step_handler(site: str, items: Sequence[OutboxItem]) -> None:
    """Outbox handler: do the step, write down the next; one that was done before changes nothing."""
    for item in items:
        batch_id = uuid.UUID(item.payload["batch"])
        if do_step(batch_id, Step(state=item.payload["state"], place=item.payload["place"])) is not None:
            order(ImportBatch.objects.get(pk=batch_id))


def report_failure(item: OutboxItem, reason: str, is_dead: bool) -> None:
    """Outbox failure report: the batch shows the reason, and ends when nothing is tried again."""
    with in_site(get_site(item.site)):
        batch = ImportBatch.objects.filter(pk=item.payload["batch"]).first()
        if batch is None:
            return
        batch.problem = reason
        if is_dead:
            batch.state = BatchState.FAILED
            batch.finished_at = timezone.now()
            tell(batch, "import.fail", reason=reason)
        batch.save()
