"""Every write of review and publishing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.models import Page, TaskState

from network.audit.api import record
from network.errors import InvalidValue, NotAllowed
from network.events import entry_published, entry_withdrawn
from network.numbering.api import issue_number
from network.syndication.api import find_item, publish_version
from network.tenancy.api import Site, current_site, held_snapshot
from network.upkeep.api import RereviewState, settle_rereview
from sites.content.base import ContentPage
from sites.editing.emergency import owe_rereview
from sites.editing.models import ApprovalKind, Duty, DutyTask, EmergencyMark, Outcome
from sites.editing.queries import approval_in_force, is_publisher_apart, may_decide, why_not_as_approved
from sites.editing.schedules import end_schedules
from sites.editing.stepping import hold_open, move_on, page_under_review
from sites.screening.api import require_clean

INSERT_DECISION = """
INSERT INTO sites_editing_decision
    (page_id, revision_id, content_hash, person_id, person_name, duty, outcome, comment, decided_at)
SELECT object_id::bigint, id, public.gate_content_hash(current_schema(), id), %s, %s, %s, %s, %s, now()
FROM wagtailcore_revision WHERE id = %s
RETURNING content_hash
"""


@transaction.atomic
def decide(task: DutyTask, task_state: TaskState, *, acting_user: Any, action_name: str, comment: str = "") -> None:
    """Record one person's decision on the revision under review, take the review to its next step.

    A publisher decides on what was approved; a publisher's return takes back what the reviewers approved. Raises
    NotAllowed, InvalidValue for a publisher's return without a reason, TextRefused for the approval of a text that
    must be mended first, PermissionDenied for a step that was taken meanwhile.
    """
    hold_open(task_state)
    page = page_under_review(task_state)
    if not may_decide(task, page, acting_user):
        raise NotAllowed(_why_not_yours(task, acting_user))
    outcome = Outcome.APPROVE if action_name == "approve" else Outcome.RETURN
    if task.duty == Duty.PUBLISH:
        _hold_publishing(task_state, outcome, comment)
        end_schedules(page.pk, note=str(outcome.label))
    draft = task_state.revision.as_object()
    if outcome == Outcome.APPROVE:
        # Again: an editor may have changed the text since it was submitted, the hub its list of words.
        require_clean(draft)
    digest = write_decision(
        task_state.revision_id, person=acting_user, duty=task.duty, outcome=outcome, comment=comment
    )
    is_published = task.duty == Duty.PUBLISH and outcome == Outcome.APPROVE
    record(
        "page.release" if is_published else f"page.{outcome}",
        person=acting_user.get_username(),
        object_kind=page._meta.label_lower,
        object_id=page.pk,
        detail={"duty": task.duty, "revision": task_state.revision_id, "title": page.title},
        after_hash=digest,
    )
    move_on(task_state, draft=draft, acting_user=acting_user, action_name=action_name, comment=comment)


def _why_not_yours(task: DutyTask, person: Any) -> str:
    if task.duty != Duty.PUBLISH:
        refusal = _("“%(person)s”不能办理“%(step)s”：须由承担该职责、且不是作者也未在其他环节审核过的人员办理。")
    elif is_publisher_apart(current_site()):
        refusal = _("“%(person)s”不能发布：须由在本栏目承担“%(step)s”职责、且不是作者也没有审核过这一篇的人员发布。")
    else:
        refusal = _("“%(person)s”不能发布：须由在本栏目承担“%(step)s”职责、且不是作者的人员发布。")
    return refusal % {"person": person, "step": task.name}


def _hold_publishing(state: TaskState, outcome: Outcome, comment: str) -> None:
    """A publisher puts on line what was approved, nothing else, or says why not. Raises NotAllowed, InvalidValue."""
    if outcome == Outcome.RETURN:
        if not comment.strip():
            raise InvalidValue(_("退回须写明原因。请选择原因或者填写说明。"))
        # The reviewers' approvals fall with the return: the gate does not count them, the steps are taken anew.
        TaskState.objects.filter(
            workflow_state=state.workflow_state_id, status__in=[TaskState.STATUS_APPROVED, TaskState.STATUS_SKIPPED]
        ).update(status=TaskState.STATUS_CANCELLED)
        return
    refusal = why_not_as_approved(state)
    if refusal:
        raise NotAllowed(refusal)


def write_decision(revision_id: int, *, person: Any, duty: str, outcome: Outcome, comment: str) -> str:
    """Put a decision on record; returns the hash of what was decided on, which is the database's."""
    with connection.cursor() as cursor:
        cursor.execute(INSERT_DECISION, [person.pk, person.get_username(), duty, outcome, comment, revision_id])
        return str(cursor.fetchone()[0])


@transaction.atomic
@held_snapshot()
def publish_reviewed(page: Page, *, acting_user: Any, mark: EmergencyMark | None = None) -> None:
    """Publish the reviewed revision through the gate; everything that follows shares the transaction.

    With a mark, what the people named in it decided suffices for now, the re-review is owed. Raises
    IntegrityError when the recorded decisions do not suffice; nothing is written then.
    """
    publishing = PublishPageRevisionAction(page.get_latest_revision(), user=acting_user)
    # The last reviewer publishes by approving; the gate, not a publish right, decides.
    publishing.execute(skip_permission_checks=True)
    published = publishing.object
    if mark is None:
        approve(ApprovalKind.REVIEW, [published.pk])
        settle_rereview(current_site(), published.pk, RereviewState.REPLACED, person=acting_user.get_username())
    else:
        approve(ApprovalKind.EMERGENCY, [published.pk])
        owe_rereview(published, mark, site=current_site())
    spread(published, person=acting_user.get_username())


def spread(page: Page, *, person: str) -> None:
    """Tell search and syndication of a page that went on line, in the caller's transaction."""
    approval = approval_in_force(page.pk)
    if isinstance(page, ContentPage):
        issue_number(page.translation_key, site=current_site())
    record(
        "page.publish",
        person=person,
        object_kind=page._meta.label_lower,
        object_id=page.pk,
        detail={"title": page.title, "approval": approval.get("kind", "")},
        after_hash=approval.get("rows_hash", ""),
    )
    if not isinstance(page, ContentPage):
        return
    from sites.pages.api import edition_of, search_entry  # pages asks this app for approvals

    item = find_item(page.translation_key)
    if item is not None and item.origin == current_site().schema_name:
        publish_version(edition_of(page), origin=current_site(), person=person, approval=approval)
    else:
        entry_published.emit(search_entry(page, is_sample=approval.get("kind") == ApprovalKind.SAMPLE))


def withdraw_from_search(page: Page, *, person: str) -> None:
    """Tell search of a page that went off line, in the caller's transaction."""
    record(
        "page.take_down",
        person=person,
        object_kind=page._meta.label_lower,
        object_id=page.pk,
        detail={"title": page.title},
    )
    if isinstance(connection.tenant, Site):  # the template drops Wagtail's first page where no site is entered
        settle_rereview(connection.tenant, page.pk, RereviewState.TAKEN_DOWN, person=person)
    if isinstance(page, ContentPage):
        from sites.pages.api import local_document_id  # pages asks this app for approvals

        entry_withdrawn.emit(local_document_id(page))


def approve(kind: str, page_ids: Sequence[int]) -> int:
    """Ask the database for approvals; it re-checks what is recorded. Returns how many it gave."""
    if not page_ids:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.gate_approve(%s, %s, %s)", [connection.schema_name, str(kind), list(page_ids)])
        return int(cursor.fetchone()[0])


def approve_placements(page_ids: Sequence[int]) -> int:
    """Approvals of delivered pages: the origin's approval, carried on the edition."""
    return approve(ApprovalKind.EDITION, page_ids)


def approve_provisioned(page_ids: Sequence[int]) -> int:
    """Approvals of rows that provisioning made from the template (owner role only)."""
    return approve(ApprovalKind.PROVISIONED, page_ids)


def approve_samples(page_ids: Sequence[int]) -> int:
    """Approvals of demo content (owner role, demo install only)."""
    return approve(ApprovalKind.SAMPLE, page_ids)
