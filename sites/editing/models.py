"""Decisions of reviewers and publishers, marks of emergencies, approvals of live pages, the tables the gate guards."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.db import models
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Task, TaskState, WorkflowState

from network.tenancy.api import held_snapshot, one_act
from sites.accounts.api import covering, hold_may_submit


class Duty(models.TextChoices):
    """Steps of review, each another person's; then, where it is an act of its own, the publishing."""

    FIRST = "reviewer", _("初审")
    FINAL = "final_reviewer", _("终审")
    SECRECY = "secrecy_reviewer", _("保密审查")
    PUBLISH = "publisher", _("发布")


class Outcome(models.TextChoices):
    APPROVE = "approve", _("通过")
    RETURN = "return", _("退回")


class Decision(models.Model):
    """What one person decided on one exact form of an item.

    ``content_hash`` is SHA-256 of the revision's stored content, computed by the database. The
    application role may insert and read only.
    """

    page_id = models.BigIntegerField(db_index=True)
    revision_id = models.BigIntegerField(db_index=True)
    content_hash = models.CharField(max_length=64)
    person_id = models.BigIntegerField()
    person_name = models.CharField(max_length=150)
    duty = models.CharField(_("职责"), max_length=20, choices=Duty.choices)
    outcome = models.CharField(_("意见"), max_length=8, choices=Outcome.choices)
    comment = models.TextField(blank=True)
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("审核意见")
        verbose_name_plural = _("审核意见")


class EmergencyMark(models.Model):
    """Somebody with that duty marked one exact form of an item as an emergency, with the reviewers named.

    ``workflow_state_id`` is the review that runs in the lane, ``reviewers`` the ids of those who may decide in
    it. The hash is the database's, as a decision's. The application role may insert and read only.
    """

    page_id = models.BigIntegerField(db_index=True)
    revision_id = models.BigIntegerField()
    content_hash = models.CharField(max_length=64)
    workflow_state_id = models.BigIntegerField(db_index=True)
    person_id = models.BigIntegerField()
    person_name = models.CharField(max_length=150)
    reason = models.CharField(_("应急理由"), max_length=500)
    reviewers = models.JSONField(default=list)
    marked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("应急标记")
        verbose_name_plural = _("应急标记")


class PublishingPlace(models.Model):
    """Where a site wants a publisher's act beyond what the rules ask for: a column by its key, empty the whole site.

    A key whose column is gone names nothing.
    """

    column_key = models.CharField(_("栏目"), max_length=40, blank=True, unique=True)

    class Meta:
        verbose_name = _("由发布员发布的栏目")
        verbose_name_plural = _("由发布员发布的栏目")


class ScheduleState(models.TextChoices):
    WAITING = "waiting", _("等待")
    DONE = "done", _("已发布")
    CANCELLED = "cancelled", _("已取消")
    REFUSED = "refused", _("没有发布")


class PublishSchedule(models.Model):
    """A publisher's order to put one approved form on line at an hour, in that person's name.

    The hash is the database's, as a decision's. At the hour everything is asked again; ``note`` says why it was
    refused then.
    """

    page_id = models.BigIntegerField(db_index=True)
    revision_id = models.BigIntegerField()
    content_hash = models.CharField(max_length=64)
    task_state_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    person_name = models.CharField(max_length=150)
    publish_at = models.DateTimeField(_("发布时间"))
    state = models.CharField(max_length=9, choices=ScheduleState.choices, default=ScheduleState.WAITING)
    note = models.TextField(blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("定时发布")
        verbose_name_plural = _("定时发布")
        constraints = [
            models.UniqueConstraint(fields=["page_id"], condition=models.Q(state="waiting"), name="one_schedule_a_page")
        ]


class ApprovalKind(models.TextChoices):
    REVIEW = "review", _("审核")
    EMERGENCY = "emergency", _("应急")
    EDITION = "edition", _("下发")
    PROVISIONED = "provisioned", _("开站")
    SAMPLE = "sample", _("样例")


class Approval(models.Model):
    """The right of one page to be live in exactly these stored rows.

    Only the SQL function ``public.gate_approve`` writes this table.
    """

    page_id = models.BigIntegerField()
    kind = models.CharField(max_length=12, choices=ApprovalKind.choices)
    rows_hash = models.CharField(max_length=64)
    revision_id = models.BigIntegerField(null=True)
    people = models.PositiveSmallIntegerField(default=0)
    decisions = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    voided_at = models.DateTimeField(null=True)
    voided_reason = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("核准")
        verbose_name_plural = _("核准")
        indexes = [models.Index(fields=["page_id", "rows_hash"], name="approval_of_rows")]


class GatedTable(models.Model):
    """A page-type or child table whose rows count for the hash of a page; written by migrations."""

    table_name = models.CharField(max_length=63, primary_key=True)
    page_column = models.CharField(max_length=63)
    is_child = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("受控表")
        verbose_name_plural = _("受控表")


class DutyTask(Task):
    """A review step that another person must take: never an author, never who decided before; the last publishes."""

    duty = models.CharField(_("职责"), max_length=20, choices=Duty.choices, unique=True)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, verbose_name=_("人员组"))

    admin_form_fields = [*Task.admin_form_fields, "group"]

    class Meta:
        verbose_name = _("审核环节")
        verbose_name_plural = _("审核环节")

    @classmethod
    def get_description(cls) -> str:
        return str(_("由承担该职责的人员审核；作者本人和已在其他环节审核的人员不能办理。"))

    def _may_decide(self, page: Page, user: Any) -> bool:
        from sites.editing.queries import may_decide  # queries reads these models

        return may_decide(self, page, user)

    def user_can_access_editor(self, obj: Page, user: Any) -> bool:
        return self._may_decide(obj, user)

    def locked_for_user(self, obj: Page, user: Any) -> bool:
        """What waits for the publisher stays as it was approved: nobody edits it."""
        return self.duty == Duty.PUBLISH or not self._may_decide(obj, user)

    def user_can_lock(self, obj: Page, user: Any) -> bool:
        return False

    def user_can_unlock(self, obj: Page, user: Any) -> bool:
        return False

    def get_actions(self, obj: Page, user: Any) -> list[tuple[str, Any, bool]]:
        if not self._may_decide(obj, user):
            return []
        if self.duty == Duty.PUBLISH:
            return [("reject", _("退回修改"), True), ("approve", _("发布"), False)]
        return [
            ("reject", _("退回修改"), True),
            ("approve", _("通过"), False),
            ("approve", _("通过并附意见"), True),
        ]

    def start(self, workflow_state: WorkflowState, user: Any = None) -> TaskState:
        from sites.editing.queries import (  # queries reads these models
            LANE_DUTIES,
            mark_of,
            steps_due,
            wants_publisher,
        )
        from sites.screening.api import require_clean  # the checks read page types, which ask for approvals

        with held_snapshot():
            if workflow_state.current_task_state is None:
                if user is not None:
                    hold_may_submit(user, workflow_state.content_object)
                require_clean(workflow_state.content_object.get_latest_revision_as_object())
            if self.duty == Duty.PUBLISH and not wants_publisher(workflow_state.content_object):
                return self._end_at_once(workflow_state, TaskState.STATUS_SKIPPED)
            if self.duty == Duty.PUBLISH and steps_due(workflow_state, besides=self):
                # A return by the publisher, a change: the reviewers come first, whoever is asked next.
                return self._end_at_once(workflow_state, TaskState.STATUS_CANCELLED)
            if self.duty not in LANE_DUTIES and mark_of(workflow_state) is not None:
                # Skipped for this very revision: a change asks for the step again.
                return self._end_at_once(workflow_state, TaskState.STATUS_SKIPPED)
            return super().start(workflow_state, user=user)

    def _end_at_once(self, workflow_state: WorkflowState, status: str) -> TaskState:
        return TaskState.objects.create(
            workflow_state=workflow_state,
            revision=workflow_state.content_object.get_latest_revision(),
            task=self,
            status=status,
            finished_at=timezone.now(),
        )

    def on_action(self, task_state: TaskState, user: Any, action_name: str, **kwargs: Any) -> None:
        from sites.editing.actions import decide  # actions writes these models

        with held_snapshot(), one_act():
            decide(self, task_state, acting_user=user, action_name=action_name, comment=kwargs.get("comment", ""))

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> models.QuerySet[TaskState]:
        """Reviews: what waits for its publisher stands under “待发布” alone."""
        if self.duty != Duty.PUBLISH and user.groups.filter(pk=self.group_id).exists():
            states = self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)
            page_key = Cast("workflow_state__object_id", models.BigIntegerField())
            return states.filter(covering(models.Value(user.pk), models.Value(self.duty), page_key))
        return TaskState.objects.none()
