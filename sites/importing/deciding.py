"""Decisions on many items of a batch, each of a person on the form that person saw, worked off one after another.

The decisions are those of ``sites.editing``, one for each item with its hash; here they are only asked for many at
a time. An order that is interrupted goes on where it stopped; what cannot be decided is told on the item's row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import TaskState

from network.audit.api import record
from network.contracts import OutboxItem
from network.errors import InvalidValue, NetworkError, NotAllowed
from network.outbox.api import enqueue
from network.tenancy.api import current_site, held_snapshot, one_act
from sites.accounts.models import Staff
from sites.editing.api import step_of
from sites.importing.models import ImportBatch, ReviewOrder
from sites.importing.reviewing import tell_on_row, waiting_for

DECIDE_KIND = "importing.decide"
CHUNK = 25
"""Items of one transaction: each is some thirty statements, more where the last decision publishes."""

ACTIONS = {"approve": "通过", "reject": "退回"}


@transaction.atomic
def ask_decisions(
    batch: ImportBatch, chosen: Sequence[tuple[int, int]], *, acting_user: Any, action: str, comment: str = ""
) -> ReviewOrder:
    """Have the worker decide as this person on ``(task state, revision)`` pairs.

    Raises NotAllowed for a step that is not the person's, InvalidValue for nothing, or a return without a reason.
    """
    if action not in ACTIONS:
        raise InvalidValue(f"审核意见“{action}”不存在，可用：{'、'.join(ACTIONS)}。", action=action)
    if not chosen:
        raise InvalidValue("没有选中稿件。请勾选要办理的稿件。")
    if action == "reject" and not comment.strip():
        raise InvalidValue("退回须写明原因。请填写意见。")
    # One order at a time: two that were pressed at once must not both hold the same items.
    ImportBatch.objects.select_for_update().get(pk=batch.pk)
    own = {due.task_state_id for due in waiting_for(batch, acting_user)}
    foreign = [key for key, _revision in chosen if key not in own]
    if foreign:
        raise NotAllowed(
            f"选中的稿件中有 {len(foreign)} 篇不在“{acting_user.get_username()}”的审核环节，没有办理。请刷新后重选。"
        )
    order = ReviewOrder.objects.create(
        batch=batch,
        person=acting_user,
        person_name=acting_user.get_username(),
        action=action,
        comment=comment.strip(),
        chosen=[list(pair) for pair in chosen],
    )
    _tell(order, "import.review")
    _enqueue(order)
    return order


def ask_whole_decision(
    batch: ImportBatch, *, acting_user: Any, action: str, comment: str, up_to: int
) -> tuple[ReviewOrder, int]:
    """Decide on everything of a batch that waits for this person, no revision later than ``up_to``, which was shown.

    Returns the order with how many were left out as changed since. The comment says how the items were looked at; it
    stands in each decision. Raises NotAllowed, InvalidValue.
    """
    if not comment.strip():
        raise InvalidValue(_("整批办理须写明怎样审的，例如：已按目录逐篇核对。请填写意见。"))
    due = waiting_for(batch, acting_user)
    chosen = [(each.task_state_id, each.revision_id) for each in due if each.revision_id <= up_to]
    order = ask_decisions(batch, chosen, acting_user=acting_user, action=action, comment=comment)
    return order, len(due) - len(chosen)


def _enqueue(order: ReviewOrder) -> None:
    """Write the next piece down in the caller's transaction, under a key of its own."""
    enqueue(
        DECIDE_KIND,
        site=current_site().slug,
        key=f"{order.pk}:{order.done}",
        payload={"order": order.pk, "place": order.done},
    )


def decide_handler(site: str, items: Sequence[OutboxItem]) -> None:
    """Outbox handler: the next items of an order, then the piece after; a piece that was done changes nothing."""
    for item in items:
        order = (
            ReviewOrder.objects.select_for_update(of=("self",))
            .select_related("batch")
            .filter(pk=item.payload["order"], done=item.payload["place"], finished_at=None)
            .first()
        )
        if order is not None:
            _go_on(order)


def _go_on(order: ReviewOrder) -> None:
    person = Staff.objects.filter(pk=order.person_id or 0, is_active=True).first()
    if person is not None:
        piece = order.chosen[order.done : order.done + CHUNK]
        with held_snapshot(), one_act():
            order.failed += sum(not _decide(order, person, key, revision) for key, revision in piece)
        order.done += len(piece)
    if person is None or order.done == order.total:
        order.finished_at = timezone.now()
        _tell(order, "import.reviewed")
    order.save()
    if order.finished_at is None:
        _enqueue(order)


def _decide(order: ReviewOrder, person: Staff, key: int, revision: int) -> bool:
    """Whether the step is decided now; a step that was decided meanwhile on the page's own screen is."""
    state = TaskState.objects.select_related("workflow_state__workflow", "revision").filter(pk=key).first()
    if state is None or state.status != TaskState.STATUS_IN_PROGRESS:
        return True
    page = state.workflow_state.content_object
    label = ACTIONS[order.action]
    if page.latest_revision_id != revision or state.revision_id != revision:
        tell_on_row(order.batch, page.pk, f"“{label}”没有办成：选中以后稿件又改过。请重新审阅。")
        return False
    try:
        with transaction.atomic():
            step_of(state).on_action(state, person, order.action, comment=order.comment)
    except (NetworkError, DatabaseError) as error:
        reason = error.message if isinstance(error, NetworkError) else str(error)
        tell_on_row(order.batch, page.pk, f"“{label}”没有办成：{reason}")
        return False
    return True


def _tell(order: ReviewOrder, act: str) -> None:
    record(
        act,
        person=order.person_name,
        object_kind="import",
        object_id=order.batch_id,
        object_title=order.batch.origin,
        detail={
            "action": order.action,
            "items": order.total,
            "done": order.done,
            "failed": order.failed,
            "comment": order.comment,
        },
    )
