"""Every write of a publisher: putting on line what was approved, ordering that for an hour, returning it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page, TaskState

from network.audit.api import record
from network.contracts import OutboxItem
from network.errors import InvalidValue, NetworkError, NotAllowed, sentence_of
from network.outbox.api import enqueue
from network.tenancy.api import Site, current_site
from sites.accounts.models import Staff
from sites.editing.models import Duty, DutyTask, PublishSchedule, ScheduleState
from sites.editing.publishers import waiting_steps
from sites.editing.queries import may_decide, why_not_as_approved
from sites.editing.schedules import end_schedules

KIND = "editing.publish"
LONGEST_AHEAD = datetime.timedelta(days=366)
AGAIN = datetime.timedelta(seconds=1)
LONGEST_NOTE = 300

INSERT_SCHEDULE = """
INSERT INTO sites_editing_publishschedule
    (page_id, revision_id, content_hash, task_state_id, person_id, person_name, publish_at, state, note, made_at)
SELECT object_id::bigint, id, public.gate_content_hash(current_schema(), id), %s, %s, %s, %s, 'waiting', '', now()
FROM wagtailcore_revision WHERE id = %s
RETURNING id
"""


@transaction.atomic
def publish_waiting(task_state_id: int, revision_id: int, *, acting_user: Any) -> str:
    """Put on line what waits for its publisher, in the very form that was shown; returns its title.

    Raises NotAllowed for whoever may not publish it or for what is no longer what was approved, InvalidValue
    for what was dealt with meanwhile, TextRefused.
    """
    state = _hold(task_state_id, revision_id)
    _task(state).on_action(state, acting_user, "approve")
    # The gate's answer belongs to this act, not to the end of the request.
    connection.check_constraints()
    return str(state.workflow_state.content_object.title)


@transaction.atomic
def return_waiting(
    task_state_id: int, revision_id: int, *, acting_user: Any, reasons: Sequence[str], note: str = ""
) -> str:
    """Return what waits to its editor with marked reasons: the approvals fall; returns its title.

    ``reasons`` are sentences. Raises NotAllowed, InvalidValue without a reason or for what was dealt with.
    """
    state = _hold(task_state_id, revision_id)
    words = [*reasons, " ".join(note.split())[:LONGEST_NOTE]]
    comment = "；".join(word for word in words if word)
    _task(state).on_action(state, acting_user, "reject", comment=comment)
    return str(state.workflow_state.content_object.draft_title)


@transaction.atomic
def schedule_waiting(
    task_state_id: int, revision_id: int, *, acting_user: Any, publish_at: datetime.datetime
) -> PublishSchedule:
    """Order what waits to be put on line at an hour, in this person's name; an earlier order ends.

    Raises NotAllowed, InvalidValue for an hour that has passed or lies too far ahead.
    """
    state = _hold(task_state_id, revision_id)
    page = state.workflow_state.content_object
    _hold_publisher(page, acting_user)
    refusal = why_not_as_approved(state)
    if refusal:
        raise NotAllowed(refusal)
    now = timezone.now()
    if not now < publish_at <= now + LONGEST_AHEAD:
        raise InvalidValue(
            _("发布时间须在现在以后、一年以内，填写的是 %(at)s。")
            % {"at": timezone.localtime(publish_at).strftime("%Y-%m-%d %H:%M")}
        )
    end_schedules(page.pk, note=_("改定时间"))
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT_SCHEDULE, [state.pk, acting_user.pk, acting_user.get_username(), publish_at, state.revision_id]
        )
        schedule = PublishSchedule.objects.get(pk=cursor.fetchone()[0])
    _tell(schedule, "page.schedule", title=page.draft_title)
    _order(schedule)
    return schedule


@transaction.atomic
def cancel_schedule(schedule_id: int, *, acting_user: Any) -> PublishSchedule:
    """Take an order back; what was approved goes on waiting. Raises NotAllowed for others than its publishers,
    InvalidValue."""
    schedule = PublishSchedule.objects.filter(pk=schedule_id, state=ScheduleState.WAITING).first()
    if schedule is None:
        raise InvalidValue(_("没有这件定时发布，可能已经发布或取消。"))
    page = Page.objects.filter(pk=schedule.page_id).first()
    if page is not None:
        _hold_publisher(page, acting_user)
    end_schedules(schedule.page_id, note=_("由 %(person)s 取消") % {"person": acting_user.get_username()})
    _tell(schedule, "page.unschedule", person=acting_user.get_username())
    return schedule


def publish_due(site: str, items: Sequence[OutboxItem]) -> None:
    """Outbox handler: carry out orders whose hour has come; one that was carried out or ended changes nothing."""
    for item in items:
        schedule = (
            PublishSchedule.objects.select_for_update()
            .filter(pk=item.payload["schedule"], state=ScheduleState.WAITING)
            .first()
        )
        if schedule is not None and schedule.publish_at > timezone.now():
            _order(schedule)
        elif schedule is not None:
            _carry_out(schedule)


def order_again(site: Site) -> dict[str, int]:
    """Restore step: the orders that wait in the state that came back are ordered anew."""
    waiting = list(PublishSchedule.objects.filter(state=ScheduleState.WAITING))
    for schedule in waiting:
        _order(schedule)
    return {"schedules": len(waiting)}


def _carry_out(schedule: PublishSchedule) -> None:
    """Publish in the name of whoever ordered it, everything asked again; a refusal is kept with its reason."""
    try:
        with transaction.atomic():
            PublishSchedule.objects.filter(pk=schedule.pk).update(state=ScheduleState.DONE, ended_at=timezone.now())
            person = Staff.objects.filter(pk=schedule.person_id).first()
            if person is None or not person.is_active:
                raise NotAllowed(_("“%(person)s”的账号已停用。") % {"person": schedule.person_name})
            publish_waiting(schedule.task_state_id, schedule.revision_id, acting_user=person)
    except (NetworkError, IntegrityError) as error:
        schedule.note = sentence_of(error)
        schedule.state, schedule.ended_at = ScheduleState.REFUSED, timezone.now()
        schedule.save(update_fields=["state", "note", "ended_at"])
        _tell(schedule, "page.schedule", is_refused=True, reason=schedule.note)


def _hold(task_state_id: int, revision_id: int) -> TaskState:
    """The step that waits, locked. Raises InvalidValue, NotAllowed for another form than the one that was shown."""
    state = waiting_steps().select_for_update(of=("self",)).filter(pk=task_state_id).first()
    if state is None:
        raise InvalidValue(_("这篇稿件不在待发布中，可能已经发布、退回或者重新送审。请刷新后再看。"))
    if state.revision_id != revision_id:
        raise NotAllowed(_("打开以后稿件又改过，没有办理。请刷新后再看。"))
    return state


def _hold_publisher(page: Page, person: Any) -> None:
    if not may_decide(DutyTask.objects.get(duty=Duty.PUBLISH), page, person):
        raise NotAllowed(
            _("“%(person)s”不能办理“%(title)s”的发布：须由在本栏目承担“发布”职责、且不是作者的人员办理。")
            % {"person": person, "title": page.draft_title}
        )


def _task(state: TaskState) -> DutyTask:
    task: DutyTask = state.task.specific
    return task


def _order(schedule: PublishSchedule) -> None:
    """Write the work down in the caller's transaction."""
    ahead = max(schedule.publish_at - timezone.now(), AGAIN)
    enqueue(KIND, site=current_site().slug, key=str(schedule.pk), payload={"schedule": schedule.pk}, after=ahead)


def _tell(schedule: PublishSchedule, act: str, *, person: str = "", is_refused: bool = False, **detail: Any) -> None:
    record(
        act,
        person=person or schedule.person_name,
        object_kind="page",
        object_id=schedule.page_id,
        object_title=detail.pop("title", ""),
        detail={
            "at": schedule.publish_at.isoformat(timespec="minutes"),
            "revision": schedule.revision_id,
            **detail,
        },
        after_hash=schedule.content_hash,
        is_refused=is_refused,
    )
