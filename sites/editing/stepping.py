"""A review moved on by a decision: Wagtail's own way of it, with the draft and the steps in hand."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Page, Task, TaskState, WorkflowState
from wagtail.signals import task_approved, task_rejected

from network.tenancy.api import once_per_act

SIGNALS = {"approve": task_approved, "reject": task_rejected}
STATUS = {"approve": TaskState.STATUS_APPROVED, "reject": TaskState.STATUS_REJECTED}


def page_under_review(task_state: TaskState) -> Page:
    """The page that a step decides on; its latest revision is not read anew where it is the one under review."""
    page: Page = task_state.workflow_state.content_object
    _remember(page, "latest_revision", task_state.revision)
    return page


def hold_open(task_state: TaskState) -> None:
    """Raises PermissionDenied for a step that somebody took meanwhile."""
    if task_state.status != TaskState.STATUS_IN_PROGRESS:
        raise PermissionDenied


def move_on(task_state: TaskState, *, draft: Page, acting_user: Any, action_name: str, comment: str) -> None:
    """What ``TaskState.approve`` and ``reject`` do, without building the draft again or looking twice for what is next.

    In the caller's transaction; the last approval finishes the review, which publishes.
    """
    review = task_state.workflow_state
    task_state.status = STATUS[action_name]
    task_state.finished_at = timezone.now()
    task_state.finished_by = acting_user
    task_state.comment = comment
    task_state.save()
    _remember(review, "current_task_state", task_state)
    following = next_step(review)
    log(
        instance=draft,
        action=f"wagtail.workflow.{action_name}",
        user=acting_user,
        data={
            "workflow": {
                "id": review.workflow_id,
                "title": review.workflow.name,
                "status": task_state.status,
                "task_state_id": task_state.pk,
                "task": {"id": task_state.task_id, "title": task_state.task.name},
                "next": {"id": following.pk, "title": following.name} if following else None,
            },
            "comment": comment,
        },
        revision=task_state.revision,
    )
    review.update(user=acting_user, next_task=following)
    SIGNALS[action_name].send(sender=type(task_state), instance=task_state, user=acting_user)


def next_step(review: WorkflowState) -> Task | None:
    """The first step that nobody took on the form under review, as ``WorkflowState.get_next_task`` finds it."""
    taken = set(review.successful_task_states.values_list("task_id", flat=True))
    return next((task for task in _steps(review.workflow_id) if task.pk not in taken), None)


def step_of(task_state: TaskState) -> Task:
    """The step, as the type of task that it is."""
    steps = _steps(task_state.workflow_state.workflow_id)
    found = next((task for task in steps if task.pk == task_state.task_id), None)
    return found or task_state.task.specific


def _steps(workflow_id: int) -> list[Task]:
    def read() -> list[Task]:
        tasks = Task.objects.filter(workflow_tasks__workflow=workflow_id, active=True)
        return list(tasks.order_by("workflow_tasks__sort_order").specific())

    return once_per_act(f"steps:{workflow_id}", read)


def _remember(holder: Model, name: str, value: Model) -> None:
    """Have a foreign key lead to an object that was read already, if that is what it names."""
    field: Any = holder._meta.get_field(name)
    if getattr(holder, field.attname) == value.pk:
        field.set_cached_value(holder, value)
