"""Drafts of a batch into review and through it: each decided by a person, on the form that person saw.

The decisions are those of ``sites.editing``, one for each item; here they are only asked for many at a time.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import F
from wagtail.models import Page, TaskState, WorkflowState

from network.contracts import OutboxItem
from network.errors import InvalidValue, NetworkError, NotAllowed
from network.outbox.api import enqueue
from network.tenancy.api import current_site
from sites.accounts.models import Staff
from sites.importing.items import Level, Note
from sites.importing.models import ImportBatch, ImportedItem, ImportRow

DECIDE_KIND = "importing.decide"
CHUNK = 25
"""Items of one transaction: each is some fifty statements, more where the last decision publishes."""

ACTIONS = {"approve": "通过", "reject": "退回"}


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
    for item in items:
        page = pages.get(item.page_id)
        if page is None or page.pk in in_review:
            continue
        try:
            with transaction.atomic():
                specific = page.specific
                specific.get_workflow().start(specific, batch.person)
        except NetworkError as error:
            _note(batch, item.page_id, "review", f"没有送审：{error.message}")
    return items[-1].pk


def pages_in_review(keys: Iterable[int]) -> set[int]:
    """Those of these pages that are under review."""
    active = WorkflowState.objects.active().filter(object_id__in=[str(key) for key in keys])
    return {int(key) for key in active.values_list("object_id", flat=True)}


def _note(batch: ImportBatch, page_id: int, field: str, message: str) -> None:
    for row in ImportRow.objects.filter(batch=batch, page_id=page_id):
        kept = [note for note in row.notes if note["field"] != field]
        row.notes = [*kept, Note(level=Level.NOTE, field=field, value=row.title, message=message).as_record()]
        row.save(update_fields=["notes"])


def waiting_for(batch: ImportBatch, person: Any) -> list[tuple[int, int]]:
    """``(task state, page)`` of every item of a batch that waits for a step of this person's, in order."""
    groups = list(person.groups.values_list("pk", flat=True))
    keys = [str(key) for key in ImportedItem.objects.filter(batch=batch).values_list("page_id", flat=True)]
    states = (
        TaskState.objects.filter(
            status=TaskState.STATUS_IN_PROGRESS,
            workflow_state__status=WorkflowState.STATUS_IN_PROGRESS,
            workflow_state__current_task_state=F("pk"),
            workflow_state__object_id__in=keys,
            task__dutytask__group_id__in=groups,
        )
        .order_by("pk")
        .values_list("pk", "workflow_state__object_id")
    )
    return [(key, int(page)) for key, page in states]


def shown_for(batch: ImportBatch, pairs: Sequence[tuple[int, int]]) -> list[Waiting]:
    """What a person decides on, for one screenful of ``waiting_for``."""
    states = TaskState.objects.select_related("task").in_bulk([key for key, _page in pairs])
    pages = {page.pk: page for page in Page.objects.filter(pk__in=[page for _key, page in pairs]).specific()}
    rows = ImportRow.objects.filter(batch=batch, page_id__in=list(pages))
    notes = {row.page_id: row.notes for row in rows.defer("content")}
    return [
        Waiting(
            page=pages[page],
            step=states[key].task.name,
            task_state_id=key,
            revision_id=states[key].revision_id,
            notes=notes.get(page, []),
        )
        for key, page in pairs
        if page in pages
    ]


@transaction.atomic
def ask_decisions(
    batch: ImportBatch, chosen: Sequence[tuple[int, int]], *, acting_user: Any, action: str, comment: str = ""
) -> int:
    """Have the worker decide as this person on ``(task state, revision)`` pairs; returns how many.

    Raises NotAllowed for a step that is not the person's, InvalidValue for nothing, or a return without a reason.
    """
    if action not in ACTIONS:
        raise InvalidValue(f"审核意见“{action}”不存在，可用：{'、'.join(ACTIONS)}。", action=action)
    if not chosen:
        raise InvalidValue("没有选中稿件。请勾选要办理的稿件。")
    if action == "reject" and not comment.strip():
        raise InvalidValue("退回须写明原因。请填写意见。")
    own = {key for key, _page in waiting_for(batch, acting_user)}
    foreign = [key for key, _revision in chosen if key not in own]
    if foreign:
        raise NotAllowed(
            f"选中的稿件中有 {len(foreign)} 篇不在“{acting_user.get_username()}”的审核环节，没有办理。请刷新后重选。"
        )
    for start in range(0, len(chosen), CHUNK):
        enqueue(
            DECIDE_KIND,
            site=current_site().slug,
            key=str(uuid.uuid4()),
            payload={
                "batch": str(batch.pk),
                "person": acting_user.pk,
                "action": action,
                "comment": comment.strip(),
                "chosen": [list(pair) for pair in chosen[start : start + CHUNK]],
            },
        )
    return len(chosen)


def decide_handler(site: str, items: Sequence[OutboxItem]) -> None:
    """Outbox handler: decide on each item as the person who asked; what cannot be decided is told on its row."""
    for item in items:
        batch = ImportBatch.objects.filter(pk=item.payload["batch"]).first()
        person = Staff.objects.filter(pk=item.payload["person"], is_active=True).first()
        if batch is None or person is None:
            continue
        for key, revision in item.payload["chosen"]:
            _decide(batch, person, key, revision, action=item.payload["action"], comment=item.payload["comment"])


def _decide(batch: ImportBatch, person: Staff, key: int, revision: int, *, action: str, comment: str) -> None:
    state = TaskState.objects.select_related("workflow_state").filter(pk=key).first()
    if state is None or state.status != TaskState.STATUS_IN_PROGRESS:
        return  # decided meanwhile, here or on the page's own screen
    page = state.workflow_state.content_object
    if page.latest_revision_id != revision or state.revision_id != revision:
        _note(batch, page.pk, "review", f"“{ACTIONS[action]}”没有办成：选中以后稿件又改过。请重新审阅。")
        return
    try:
        with transaction.atomic():
            state.task.specific.on_action(state, person, action, comment=comment)
    except (NetworkError, DatabaseError) as error:
        reason = error.message if isinstance(error, NetworkError) else str(error)
        _note(batch, page.pk, "review", f"“{ACTIONS[action]}”没有办成：{reason}")
