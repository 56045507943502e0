"""Drafts of a batch on their way into review, and those that wait there for a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import BigIntegerField, CharField, F, Value
from django.db.models.functions import Cast
from wagtail.models import Page, TaskState, Workflow, WorkflowPage, WorkflowState

from network.errors import NetworkError
from network.tenancy.api import held_snapshot, once_per_act, one_act
from sites.accounts.api import covering, places_of
from sites.importing.items import Level, Note
from sites.importing.models import ImportBatch, ImportedItem, ImportRow, ReviewOrder

REVIEW = "review"
CHUNK = 25
"""Items of one transaction: each is some fifty statements."""


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """An item of a batch that waits for one person's decision, with the revision that person is shown."""

    page: Page
    step: str
    task_state_id: int
    revision_id: int
    notes: list[dict[str, str]]


def submit_some(batch: ImportBatch, after: int) -> int | None:
    """Send the next drafts for review, in the caller's transaction; the last key done, None at the end."""
    items = list(ImportedItem.objects.filter(batch=batch, pk__gt=after).order_by("pk")[:CHUNK])
    if not items:
        return None
    pages = Page.objects.filter(live=False).in_bulk([item.page_id for item in items])
    in_review = pages_in_review(pages)
    with_own_review = set(WorkflowPage.objects.filter(page__in=list(pages)).values_list("page_id", flat=True))
    with held_snapshot(), one_act():
        for item in items:
            page = pages.get(item.page_id)
            if page is None or page.pk in in_review:
                continue
            try:
                with transaction.atomic():
                    workflow = page.get_workflow() if page.pk in with_own_review else _workflow_above(page)
                    workflow.start(page.specific, batch.person)
            except NetworkError as error:
                tell_on_row(batch, item.page_id, f"没有送审：{error.message}")
    return items[-1].pk


def _workflow_above(page: Page) -> Workflow:
    """The review that a page has from its column."""
    return once_per_act(f"workflow:{page.path[: -Page.steplen]}", page.get_workflow)


def pages_in_review(keys: Iterable[int]) -> set[int]:
    """Those of these pages that are under review."""
    active = WorkflowState.objects.active().filter(object_id__in=[str(key) for key in keys])
    return {int(key) for key in active.values_list("object_id", flat=True)}


def tell_on_row(batch: ImportBatch, page_id: int, message: str) -> None:
    """What came of the review of an item, in place of what was told of it before."""
    for row in ImportRow.objects.filter(batch=batch, page_id=page_id):
        kept = [note for note in row.notes if note["field"] != REVIEW]
        row.notes = [*kept, Note(level=Level.NOTE, field=REVIEW, value=row.title, message=message).as_record()]
        row.save(update_fields=["notes"])


@dataclass(frozen=True, kw_only=True)
class Due:
    """A step that waits: its task state, the page, the page's latest revision."""

    task_state_id: int
    page_id: int
    revision_id: int


def waiting_for(batch: ImportBatch, person: Any) -> list[Due]:
    """Every item of a batch that waits for a step of this person's and is not in an order of theirs, in order."""
    groups = list(person.groups.values_list("pk", flat=True))
    items = ImportedItem.objects.filter(batch=batch).annotate(page_key=Cast("page_id", CharField()))
    states = (
        TaskState.objects.filter(
            status=TaskState.STATUS_IN_PROGRESS,
            workflow_state__status=WorkflowState.STATUS_IN_PROGRESS,
            workflow_state__current_task_state=F("pk"),
            workflow_state__object_id__in=items.values("page_key"),
            task__dutytask__group_id__in=groups,
        )
        .order_by("pk")
        .values_list("pk", "workflow_state__object_id")
    )
    if places_of(person):
        page_key = Cast("workflow_state__object_id", BigIntegerField())
        states = states.filter(covering(Value(person.pk), F("task__dutytask__duty"), page_key))
    ordered = {
        key
        for order in ReviewOrder.objects.filter(batch=batch, person=person, finished_at=None)
        for key, _revision in order.chosen[order.done :]
    }
    due = [(key, int(page)) for key, page in states if key not in ordered]
    pages = Page.objects.filter(pk__in=[page for _key, page in due])
    latest = dict(pages.values_list("pk", "latest_revision_id"))
    return [Due(task_state_id=key, page_id=page, revision_id=latest[page]) for key, page in due if latest.get(page)]


def shown_for(batch: ImportBatch, due: Sequence[Due]) -> list[Waiting]:
    """What a person decides on, for one screenful of ``waiting_for``."""
    states = TaskState.objects.select_related("task").in_bulk([each.task_state_id for each in due])
    pages = Page.objects.select_related("content_type").in_bulk([each.page_id for each in due])
    rows = ImportRow.objects.filter(batch=batch, page_id__in=list(pages))
    notes = {row.page_id: row.notes for row in rows.defer("content")}
    return [
        Waiting(
            page=pages[each.page_id],
            step=states[each.task_state_id].task.name,
            task_state_id=each.task_state_id,
            revision_id=each.revision_id,
            notes=notes.get(each.page_id, []),
        )
        for each in due
        if each.page_id in pages and each.task_state_id in states
    ]
