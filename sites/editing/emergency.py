"""Every write of the emergency lane: marking an item, owing its re-review."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page, WorkflowState
from wagtail.signals import workflow_submitted

from network.audit.api import record
from network.errors import InvalidValue, NotAllowed
from network.syndication.api import ItemState, find_item
from network.tenancy.api import Site
from network.upkeep.api import Rereview, open_rereview
from sites.accounts.models import Staff
from sites.editing.lane import candidates, lane_of, lane_tasks, may_use_lane
from sites.editing.models import Approval, ApprovalKind, EmergencyMark

SHORTEST, LONGEST = 8, 500

INSERT_MARK = """
INSERT INTO sites_editing_emergencymark
    (page_id, revision_id, content_hash, workflow_state_id, person_id, person_name, reason, reviewers, marked_at)
SELECT object_id::bigint, id, public.gate_content_hash(current_schema(), id), %s, %s, %s, %s, %s::jsonb, now()
FROM wagtailcore_revision WHERE id = %s
RETURNING content_hash
"""


@transaction.atomic
def start_emergency(
    page: Page, *, acting_user: Any, site: Site, reason: str, reviewers: Mapping[str, Staff]
) -> WorkflowState:
    """Mark the latest revision as an emergency, have the named people review it, fewer than otherwise.

    ``reviewers`` names a person for each duty of the lane. A review under way ends. Raises NotAllowed for
    whoever lacks the duty or where the rules close the lane, InvalidValue for a reason too short, people who
    cannot decide, an item that travels, nothing to publish, TextRefused for a text that must be mended first.
    """
    page = page.specific
    if not may_use_lane(acting_user, page):
        raise NotAllowed(
            _("“%(person)s”不能使用应急通道：须承担“应急发布”职责，并且能编辑这篇稿件。") % {"person": acting_user}
        )
    lane = lane_of(site)
    if not lane.is_open:
        raise NotAllowed(lane.why)
    reason = clean_reason(reason, _("应急理由"))
    _hold_page(page)
    named = _named(page, reviewers)
    running = page.current_workflow_state
    if running is not None:
        running.cancel(user=acting_user)
    state = WorkflowState.objects.create(
        content_type=page.get_content_type(),
        base_content_type=page.get_base_content_type(),
        object_id=str(page.pk),
        workflow=page.get_workflow(),
        status=WorkflowState.STATUS_IN_PROGRESS,
        requested_by=acting_user,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT_MARK,
            [
                state.pk,
                acting_user.pk,
                acting_user.get_username(),
                reason,
                json.dumps([person.pk for person in named.values()]),
                page.latest_revision_id,
            ],
        )
        digest = cursor.fetchone()[0]
    record(
        "page.emergency",
        person=acting_user.get_username(),
        object_kind=page._meta.label_lower,
        object_id=page.pk,
        object_title=page.title,
        detail={
            "reason": reason,
            "people": {duty: person.username for duty, person in named.items()},
            "revision": page.latest_revision_id,
        },
        after_hash=digest,
    )
    # From here on as Workflow.start does, which would leave no time for the mark.
    state.update(user=acting_user)
    workflow_submitted.send(sender=WorkflowState, instance=state, user=acting_user)
    log(
        instance=page,
        action="wagtail.workflow.start",
        data={
            "workflow": {
                "id": state.workflow_id,
                "title": state.workflow.name,
                "status": state.status,
                "next": {"id": state.current_task_state.task_id, "title": state.current_task_state.task.name},
                "task_state_id": state.current_task_state_id,
            }
        },
        revision=page.get_latest_revision(),
        user=acting_user,
    )
    return state


def owe_rereview(page: Page, mark: EmergencyMark, *, site: Site) -> Rereview:
    """A marked page went on line: the ordinary reviewers owe it a look, in the caller's transaction."""
    approval = Approval.objects.filter(page_id=page.pk, kind=ApprovalKind.EMERGENCY, voided_at=None).latest("pk")
    names = Staff.objects.filter(pk__in=mark.reviewers).order_by("username").values_list("username", flat=True)
    return open_rereview(
        site=site,
        page_id=page.pk,
        title=page.title,
        reason=mark.reason,
        asked_by=mark.person_name,
        reviewed_by="、".join(names)[:300],
        published_at=approval.created_at,
        due_at=lane_of(site).due_at(approval.created_at),
    )


def clean_reason(text: str, what: str) -> str:
    """One line of a length that says something. Raises InvalidValue."""
    cleaned = " ".join(text.split())
    if not SHORTEST <= len(cleaned) <= LONGEST:
        raise InvalidValue(
            _("%(what)s应为 %(least)s 至 %(most)s 个字，现在是 %(count)s 个字。")
            % {"what": what, "least": SHORTEST, "most": LONGEST, "count": len(cleaned)}
        )
    return cleaned


def _hold_page(page: Page) -> None:
    item = find_item(page.translation_key)
    if item is not None and item.state == ItemState.LIVE:
        # A new version would be on every site at once, where nobody here takes it down again.
        raise InvalidValue(
            _("“%(title)s”已下发到其他站点，不能走应急通道。请撤回，或按日常审核提交。") % {"title": page.title}
        )
    if page.live and page.latest_revision_id == page.live_revision_id:
        raise InvalidValue(_("“%(title)s”没有尚未发布的修改。请先保存要发布的内容。") % {"title": page.title})


def _named(page: Page, reviewers: Mapping[str, Staff]) -> dict[str, Staff]:
    """The named person of each step. Raises InvalidValue, which names the step."""
    named: dict[str, Staff] = {}
    for task in lane_tasks():
        person = reviewers.get(task.duty)
        if person is None or not candidates(task, page).filter(pk=person.pk).exists():
            raise InvalidValue(
                _("请为“%(step)s”指定一人：承担该职责、不是作者、也没有审核过这一版。") % {"step": task.name}
            )
        if person in named.values():
            raise InvalidValue(_("“%(person)s”不能一人办理两个环节，请另指定一人。") % {"person": person})
        named[task.duty] = person
    return named
