"""What a batch goes through, a step at a time, each in one transaction that also writes down the next.

A worker that dies in the middle of a step leaves the batch as it was before it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from network.audit.api import record
from network.errors import InvalidValue
from sites.importing.crawling import crawl_some
from sites.importing.files import store_some
from sites.importing.models import BatchState, ImportBatch, ImportRow
from sites.importing.readers.opening import fetch_source, forget_source, hold_source, open_source
from sites.importing.reading import read_some
from sites.importing.reviewing import submit_some
from sites.importing.undoing import undo_some
from sites.importing.writing import reserve_pages, write_some
from sites.media.scanning import NotScanned


@dataclass(frozen=True, kw_only=True)
class Step:
    """Where a batch stands. ``place`` counts rows while reading, is a row's number or an item's key afterwards."""

    state: str
    place: int = 0


@transaction.atomic
def do_step(batch_id: uuid.UUID, step: Step) -> Step | None:
    """Do one step of a batch; the next, None when there is none or the batch does not stand at that step.

    Raises NotScanned while the scanner does not answer: nothing was done, the step is to be tried again.
    """
    batch = ImportBatch.objects.select_for_update().filter(pk=batch_id, state=step.state, place=step.place).first()
    if batch is None:
        return None
    try:
        _DO[step.state](batch)
    except NotScanned:
        raise
    except InvalidValue as error:
        _fail(batch, error.message)
        return None
    batch.counts = counts_of(batch)
    batch.save()
    return due_step(batch)


def due_step(batch: ImportBatch) -> Step | None:
    """The step that is due for a batch; None when nothing is under way."""
    return Step(state=batch.state, place=batch.place) if batch.is_under_way else None


def _go_on(batch: ImportBatch, place: int | None, state: BatchState) -> bool:
    """Set the place of the next step, or the state that follows the last; whether that was the last."""
    batch.place = place or 0
    if place is None:
        batch.state = state
    return place is None


def _crawl(batch: ImportBatch) -> None:
    is_left = crawl_some(batch)
    if _go_on(batch, batch.place + 1 if is_left else None, BatchState.READING):
        batch.done = 0


def _read(batch: ImportBatch) -> None:
    if not batch.place:
        fetch_source(batch)
        hold_source(batch)
    _go_on(batch, read_some(batch, batch.place), BatchState.READ)


def _fetch(batch: ImportBatch) -> None:
    reader = open_source(batch)
    try:
        is_left = store_some(batch, reader)
    finally:
        reader.close()
    if _go_on(batch, batch.place + 1 if is_left else None, BatchState.WRITING):
        reserve_pages(batch)


def _write(batch: ImportBatch) -> None:
    place = write_some(batch, batch.place)
    batch.done = place or batch.total
    if _go_on(batch, place, BatchState.DONE):
        _finish(batch, "import.finish")


def _submit(batch: ImportBatch) -> None:
    if _go_on(batch, submit_some(batch, batch.place), BatchState.DONE):
        tell(batch, "import.submitted")


def _undo(batch: ImportBatch) -> None:
    if _go_on(batch, undo_some(batch, batch.place), BatchState.UNDONE):
        _finish(batch, "import.undone")


_DO: dict[str, Callable[[ImportBatch], None]] = {
    BatchState.CRAWLING: _crawl,
    BatchState.READING: _read,
    BatchState.FETCHING: _fetch,
    BatchState.WRITING: _write,
    BatchState.SUBMITTING: _submit,
    BatchState.UNDOING: _undo,
}


def counts_of(batch: ImportBatch) -> dict[str, int]:
    """Outcome to number of rows, with how many rows carry remarks."""
    rows = ImportRow.objects.filter(batch=batch)
    counts = dict(rows.order_by().values("outcome").annotate(number=Count("pk")).values_list("outcome", "number"))
    counts["noted"] = rows.exclude(notes=[]).count()
    return counts


def _finish(batch: ImportBatch, act: str) -> None:
    batch.finished_at = timezone.now()
    batch.visits.all().delete()
    transaction.on_commit(partial(forget_source, batch.path))
    tell(batch, act, counts=counts_of(batch))


def _fail(batch: ImportBatch, problem: str) -> None:
    batch.state = BatchState.FAILED
    batch.problem = problem
    batch.finished_at = timezone.now()
    batch.save()
    tell(batch, "import.fail", reason=problem)


def tell(batch: ImportBatch, act: str, *, person: str = "", **detail: object) -> None:
    """The audit entry of an act on a batch, by default of whoever brought it."""
    record(
        act,
        person=person or batch.person_name,
        object_kind="import",
        object_id=batch.pk,
        object_title=batch.origin,
        detail={"source": batch.file_name, "rows": batch.total, **detail},
    )
