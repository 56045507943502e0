"""Review as a Wagtail workflow: steps by duty, the last approval or the publisher after it publishes."""

from __future__ import annotations

from typing import Any

from wagtail.models import Page, Task, Workflow, WorkflowPage, WorkflowTask

from network.rules.api import rule_value
from sites.accounts.roles import FINAL_REVIEWER, PUBLISHER, REVIEWER, SECRECY_REVIEWER, Role, group_of
from sites.editing.models import DutyTask

WORKFLOW_NAME = "审核发布"
STEPS = (REVIEWER, FINAL_REVIEWER, SECRECY_REVIEWER)


def write_workflow() -> None:
    """Template step: the review workflow on the root page, instead of Wagtail's own."""
    WorkflowPage.objects.all().delete()
    Workflow.objects.exclude(name=WORKFLOW_NAME).delete()
    Task.objects.exclude(pk__in=DutyTask.objects.values("pk")).delete()
    workflow, _created = Workflow.objects.get_or_create(name=WORKFLOW_NAME, defaults={"active": True})
    WorkflowTask.objects.filter(workflow=workflow).delete()
    for order, role in enumerate((*STEPS, PUBLISHER)):
        WorkflowTask.objects.create(workflow=workflow, task=_task_of(role), sort_order=order)
    WorkflowPage.objects.create(workflow=workflow, page=Page.objects.get(depth=1))


def fit_workflow(site: Any, request: dict[str, Any]) -> None:
    """Provisioning step: as many steps as the level's rule asks people for, secrecy always last."""
    people = max(int(rule_value("review.people", level=site.level)), 2)
    kept = [*STEPS[: people - 1], SECRECY_REVIEWER] if people < len(STEPS) else list(STEPS)
    duties = [role.key for role in (*kept, PUBLISHER)]
    WorkflowTask.objects.exclude(task__in=DutyTask.objects.filter(duty__in=duties)).delete()


def add_publishing() -> None:
    """Upgrade step: the publishing at the end of every review; it is skipped where it is no act of its own."""
    task = _task_of(PUBLISHER)
    for workflow in Workflow.objects.filter(name=WORKFLOW_NAME).exclude(workflow_tasks__task=task):
        order = max((step.sort_order for step in workflow.workflow_tasks.all()), default=-1) + 1
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=order)


def _task_of(role: Role) -> DutyTask:
    task, _created = DutyTask.objects.get_or_create(
        duty=role.key, defaults={"name": role.name, "group": group_of(role), "active": True}
    )
    return task
