"""Reads of decisions, marks, approvals, the steps of a review."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import (
    BigIntegerField,
    CharField,
    Count,
    Exists,
    F,
    Func,
    JSONField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision, Task, TaskState, WorkflowState

from network.compiled import Compiled
from network.rules.api import site_rule
from network.tenancy.api import Site, current_site, once_per_act
from sites.accounts.api import Staff, covering, covers, places_of
from sites.editing.models import (
    Approval,
    ApprovalKind,
    Decision,
    Duty,
    DutyTask,
    EmergencyMark,
    Outcome,
    PublishSchedule,
)

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
    return problems_of([state], approvals_on([state])).get(state.pk, "")


def problems_of(states: Sequence[TaskState], approvals: Mapping[int, Sequence[Decision]]) -> dict[int, str]:
    """``why_not_as_approved`` of these steps by key, none of those that are; three statements however many."""
    unsettled = set(_steps_with_others_due([state.pk for state in states]))
    digest = Func(Value(connection.schema_name), F("pk"), function="public.gate_content_hash", output_field=CharField())
    forms = Revision.objects.filter(pk__in=[state.revision_id for state in states])
    hashes = dict(forms.values_list("pk", digest))
    sentences = {}
    for state in states:
        if state.pk in unsettled:
            sentences[state.pk] = _("“%(title)s”核准以后移动过或又保存过新的版本，须重新审核，现在不能发布。请退回。")
        elif any(each.content_hash != hashes.get(each.revision_id) for each in approvals[state.pk]):
            sentences[state.pk] = _(
                "“%(title)s”核准以后改过正文，或者所用图片、附件的名称和说明，现在不能发布。请退回，重新审核。"
            )
    if not sentences:
        return {}
    keys = {state.pk: page_key_of(state) for state in states if state.pk in sentences}
    titles = dict(Page.objects.filter(pk__in=keys.values()).values_list("pk", "title"))
    return {key: sentence % {"title": titles.get(keys[key], "")} for key, sentence in sentences.items()}


def _steps_with_others_due(keys: Sequence[int]) -> QuerySet[TaskState, int]:
    """Those of these steps beside which another one is due; ``steps_due`` for many reviews."""
    page = Page.objects.filter(pk=Cast(OuterRef("workflow_state__object_id"), BigIntegerField()))
    settled = TaskState.objects.filter(
        workflow_state_id=OuterRef(OuterRef("workflow_state_id")),
        task_id=OuterRef("pk"),
        status__in=[TaskState.STATUS_APPROVED, TaskState.STATUS_SKIPPED],
        revision_id=OuterRef(OuterRef("latest")),
    )
    others = Task.objects.filter(
        ~Q(pk=OuterRef("task_id")), ~Exists(settled), workflow_tasks__workflow=OuterRef("held_by"), active=True
    )
    states = TaskState.objects.filter(pk__in=keys).annotate(
        latest=Subquery(page.values("latest_revision_id")[:1]), held_by=F("workflow_state__workflow_id")
    )
    return states.filter(Exists(others)).values_list("pk", flat=True)


def approvals_on(states: Sequence[TaskState]) -> dict[int, list[Decision]]:
    """What reviewers decided in favour of each form that waits, in order, by the key of its step; one statement."""
    forms = {(page_key_of(state), state.revision_id): state.pk for state in states}
    found: dict[int, list[Decision]] = {state.pk: [] for state in states}
    decided = Decision.objects.filter(revision_id__in=[key for _page, key in forms], outcome=Outcome.APPROVE)
    for decision in decided.exclude(duty=Duty.PUBLISH).order_by("pk"):
        key = forms.get((decision.page_id, decision.revision_id))
        if key is not None:
            found[key].append(decision)
    return found


def page_key_of(state: TaskState) -> int:
    """Key of the page that a step is about."""
    return int(state.workflow_state.object_id)


def names_of(acts: Iterable[Decision | PublishSchedule]) -> dict[tuple[int, str], str]:
    """Names of the people who acted, by what ``actor_of`` says; one statement.

    The user name that was written down stands for whoever has no other, for whoever is gone.
    """
    acted = {actor_of(act) for act in acts}
    people = {
        (person.pk, person.username): str(person) for person in Staff.objects.filter(pk__in=[key for key, _ in acted])
    }
    # An archive of another site may have written down a key that is somebody else's here: the name counts as well.
    return {actor: people.get(actor, actor[1]) for actor in acted}


def actor_of(act: Decision | PublishSchedule) -> tuple[int, str]:
    """Key with user name of whoever decided or ordered."""
    return act.person_id, act.person_name


def decidable_steps(person: Any) -> QuerySet[TaskState]:
    """Steps under way that this person may decide: of an own group, not an own item, not decided.

    The same as ``may_decide``, for all items in one statement. Each has ``page_key``, ``is_emergency``.
    """
    if not person.is_active or person.is_visitor:
        return TaskState.objects.none()
    return steps_decidable_by(
        person.pk, is_apart=is_publisher_apart(current_site()), is_limited=bool(places_of(person))
    )


def steps_decidable_by(person: int, *, is_apart: bool, is_limited: bool) -> QuerySet[TaskState]:
    """``decidable_steps`` of a person in service by key: whether publishers are apart, whether duties are limited."""
    tasks = DutyTask.objects.filter(group__user=person).values("pk")
    last_approved = (
        Approval.objects.filter(page_id=OuterRef("page_key"), kind=ApprovalKind.REVIEW)
        .order_by()
        .values("page_id")
        .annotate(last=Max("revision_id"))
        .values("last")
    )
    written = Revision.objects.filter(
        object_id=OuterRef("revision__object_id"),
        base_content_type=OuterRef("revision__base_content_type"),
        user_id=person,
        pk__gt=OuterRef("approved"),
    )
    decided = Decision.objects.filter(
        page_id=OuterRef("page_key"), revision_id=OuterRef("revision_id"), person_id=person, outcome=Outcome.APPROVE
    )
    owned = Page.objects.filter(pk=OuterRef("page_key"), owner_id=person)
    marks = EmergencyMark.objects.filter(
        workflow_state_id=OuterRef("workflow_state_id"), revision_id=OuterRef("revision_id")
    )
    named = Func(Value(person), function="jsonb_build_array", output_field=JSONField())
    states = (
        TaskState.objects.filter(
            status=TaskState.STATUS_IN_PROGRESS,
            task__in=tasks,
            revision__base_content_type=ContentType.objects.get_for_model(Page),
        )
        .annotate(page_key=Cast("revision__object_id", BigIntegerField()))
        .annotate(approved=Coalesce(Subquery(last_approved), 0, output_field=BigIntegerField()))
        .annotate(is_emergency=Exists(marks))
        .filter(~Exists(written), ~Exists(owned))
        .filter(Q(is_emergency=False) | Exists(marks.filter(reviewers__contains=named)))
    )
    if is_apart:
        states = states.filter(~Exists(decided))
    else:
        states = states.filter(~Exists(decided) | Q(task__dutytask__duty=Duty.PUBLISH))
    if is_limited:
        states = states.filter(covering(Value(person), F("task__dutytask__duty"), F("page_key")))
    return states


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


_PAGE = -1
"""Stands in a compiled statement for the key of a page."""

IN_FORCE = Compiled(lambda: Approval.objects.filter(page_id=_PAGE, voided_at=None).order_by("-pk")[:1])


def approval_in_force(page_id: int) -> dict[str, Any]:
    """Kind, rows hash, number of people of a page's approval; empty when it has none."""
    approval = IN_FORCE.first({_PAGE: page_id})
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
