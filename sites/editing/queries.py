"""Reads of decisions, marks, approvals, the steps of a review."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import CharField, Count, F, Func, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision, Task, TaskState, WorkflowState

from network.rules.api import site_rule
from network.tenancy.api import Site, current_site, once_per_act
from sites.accounts.api import covers
from sites.editing.models import Approval, ApprovalKind, Decision, Duty, DutyTask, EmergencyMark, Outcome

LANE_DUTIES = frozenset({Duty.FINAL, Duty.SECRECY})
"""Steps that the emergency lane asks for; the gate asks for the same."""


def count_waiting_reviews() -> dict[str, Any]:
    """Drafts that wait for a decision or, approved, for the publisher at the site that is entered, for its summary."""
    publishing = Q(current_task_state__task__dutytask__duty=Duty.PUBLISH)
    under_way = WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS)
    return under_way.aggregate(
        waiting_reviews=Count("pk", filter=~publishing), approved_items=Count("pk", filter=publishing)
    )


def authors_of(page: Page) -> set[int]:
    """Everybody who wrote on a page since its last approval by review, with its owner."""
    reviewed = Approval.objects.filter(page_id=page.pk, kind=ApprovalKind.REVIEW).order_by("-revision_id")
    last = Coalesce(Subquery(reviewed.values("revision_id")[:1]), 0)
    writers = set(
        Revision.objects.filter(object_id=str(page.pk), base_content_type=page.get_base_content_type(), pk__gt=last)
        .exclude(user=None)
        .values_list("user_id", flat=True)
    )
    return writers | ({page.owner_id} if page.owner_id else set())


def may_decide(task: DutyTask, page: Page, user: Any) -> bool:
    """True for a person of the site and the step's group who is no author and decided no other step of this form.

    The duty must reach the page; in the emergency lane also only those who were named decide. Whether a publisher
    may have reviewed the item is a rule.
    """
    if not user.is_active or user.is_visitor or task.group_id not in _groups_of(user):
        return False
    if user.pk in authors_of(page):
        return False
    if not covers(user, task.duty, page):
        return False
    mark = _mark_under_review(page)
    if mark is not None and user.pk not in mark.reviewers:
        return False
    if task.duty == Duty.PUBLISH and not is_publisher_apart(current_site()):
        return True
    return not Decision.objects.filter(
        page_id=page.pk, revision_id=page.latest_revision_id, person_id=user.pk, outcome=Outcome.APPROVE
    ).exists()


def _groups_of(user: Any) -> set[int]:
    return once_per_act(f"groups:{user.pk}", lambda: set(user.groups.values_list("pk", flat=True)))


def is_publisher_apart(site: Site) -> bool:
    """Whether a publisher must not have reviewed what is published. Raises LookupError when the rule is missing."""
    return site_rule(site, "publishing.is_apart").value is not False


def steps_due(workflow_state: WorkflowState, *, besides: DutyTask) -> bool:
    """Whether another step of a review is neither taken nor skipped on the latest revision."""
    steps = Task.objects.filter(workflow_tasks__workflow=workflow_state.workflow_id, active=True)
    return steps.exclude(pk=besides.pk).exclude(task_states__in=workflow_state.successful_task_states).exists()


def wants_publisher(page: Page) -> bool:
    """Whether a page is published by a publisher's act; the database says so, as the gate asks it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.gate_wants_publisher(%s, %s)", [connection.schema_name, page.pk])
        return bool(cursor.fetchone()[0])


def why_not_as_approved(state: TaskState) -> str:
    """Why what waits for its publisher is no longer what was approved, with the remedy; empty when it is."""
    page = state.workflow_state.content_object
    if steps_due(state.workflow_state, besides=state.task):
        return _("“%(title)s”核准以后移动过或又保存过新的版本，须重新审核，现在不能发布。请退回。") % {"title": page}
    digest = Func(
        Value(connection.schema_name),
        F("revision_id"),
        function="public.gate_content_hash",
        output_field=CharField(),
    )
    if approvals_on(state).exclude(content_hash=digest).exists():
        return _("“%(title)s”核准以后改过正文，或者所用图片、附件的名称和说明，现在不能发布。请退回，重新审核。") % {
            "title": page
        }
    return ""


def approvals_on(state: TaskState) -> QuerySet[Decision]:
    """What reviewers decided in favour of the form that waits, in order."""
    page_id = int(state.workflow_state.object_id)
    decided = Decision.objects.filter(page_id=page_id, revision_id=state.revision_id, outcome=Outcome.APPROVE)
    return decided.exclude(duty=Duty.PUBLISH).order_by("pk")


def mark_of(workflow_state: WorkflowState) -> EmergencyMark | None:
    """The mark that lets this review run in the emergency lane: of the revision as it is now, no earlier one."""
    return EmergencyMark.objects.filter(
        workflow_state_id=workflow_state.pk, revision_id=workflow_state.content_object.latest_revision_id
    ).first()


def _mark_under_review(page: Page) -> EmergencyMark | None:
    marks = list(EmergencyMark.objects.filter(page_id=page.pk, revision_id=page.latest_revision_id))
    if not marks:
        return None
    state = page.current_workflow_state
    return next((mark for mark in marks if state is not None and mark.workflow_state_id == state.pk), None)


def sample_page_ids(page_ids: Iterable[int]) -> set[int]:
    """Those of these pages that are live as samples."""
    return set(samples_in_force().filter(page_id__in=list(page_ids)).values_list("page_id", flat=True))


def samples_in_force() -> QuerySet[Approval]:
    """The approvals of the pages that are live as samples."""
    return Approval.objects.filter(kind=ApprovalKind.SAMPLE, voided_at=None)


def approval_in_force(page_id: int) -> dict[str, Any]:
    """Kind, rows hash, number of people of a page's approval; empty when it has none."""
    approval = Approval.objects.filter(page_id=page_id, voided_at=None).order_by("-pk").first()
    if approval is None:
        return {}
    return {
        "kind": approval.kind,
        "rows_hash": approval.rows_hash,
        "people": approval.people,
        "approved_at": approval.created_at.isoformat(),
    }


def live_pages_by_kind() -> dict[str, int]:
    """Number of live pages of the current site by the kind of their approval."""
    live = Page.objects.live().filter(depth__gt=1).values_list("pk", flat=True)
    rows = (
        Approval.objects.filter(voided_at=None, page_id__in=live)
        .values("kind")
        .annotate(number=Count("page_id", distinct=True))
        .values_list("kind", "number")
    )
    return dict(rows)
