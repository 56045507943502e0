"""A page that moved to another column: steps whose duty does not reach there are asked again."""

from __future__ import annotations

from django.db import transaction
from django.db.models import BigIntegerField, Exists, F, OuterRef
from django.db.models.functions import Cast
from wagtail.models import Page, TaskState, WorkflowState

from network.audit.api import record
from sites.accounts.api import covering
from sites.editing.models import Decision, Duty, Outcome


@transaction.atomic
def ask_again(moved: Page) -> int:
    """Take back steps of reviews under way, of the page or below it; returns how many.

    The decision stays on record and does not count at the gate any more. A step that is due now asks whoever
    may decide in the new column, as always.
    """
    pages = moved.get_descendants(inclusive=True).values_list("pk", flat=True)
    standing = Decision.objects.filter(
        covering(F("person_id"), F("duty"), F("page_id")),
        page_id=OuterRef("page_key"),
        revision_id=OuterRef("revision_id"),
        duty=OuterRef("task__dutytask__duty"),
        outcome=Outcome.APPROVE,
    )
    states = (
        TaskState.objects.filter(
            status=TaskState.STATUS_APPROVED,
            workflow_state__status=WorkflowState.STATUS_IN_PROGRESS,
            workflow_state__object_id__in=[str(key) for key in pages],
            task__dutytask__isnull=False,
        )
        .annotate(page_key=Cast("workflow_state__object_id", BigIntegerField()))
        .filter(~Exists(standing))
        .select_related("task")
    )
    taken_back = list(states)
    TaskState.objects.filter(pk__in=[state.pk for state in taken_back]).update(status=TaskState.STATUS_CANCELLED)
    for state in taken_back:
        record(
            "page.ask_again",
            object_kind="page",
            object_id=state.page_key,
            object_title=moved.title,
            detail={"duty": state.task.specific.duty, "revision": state.revision_id},
        )
    begun_again = {state.workflow_state_id for state in taken_back}
    for state in TaskState.objects.filter(
        workflow_state__in=begun_again, status=TaskState.STATUS_IN_PROGRESS, task__dutytask__duty=Duty.PUBLISH
    ).select_related("workflow_state"):
        # What waited for the publisher is not approved any more: the steps that were taken back come first.
        TaskState.objects.filter(pk=state.pk).update(status=TaskState.STATUS_CANCELLED)
        WorkflowState.objects.get(pk=state.workflow_state_id).update()
    return len(taken_back)
