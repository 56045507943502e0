"""What the level above watches at a site: columns excused from their clock, emergencies that wait for a re-review."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

NAME_LENGTH = 48


class ExemptionState(models.TextChoices):
    ASKED = "asked", _("待批")
    GRANTED = "granted", _("准许")
    REFUSED = "refused", _("不准")
    ENDED = "ended", _("已收回")


class Exemption(models.Model):
    """A column of a site that is not periodic, with the reason and who above decided on it.

    One at a time is open or in force for a column. Rows stay: what was refused or ended is history.
    """

    site = models.CharField(max_length=NAME_LENGTH)
    column_key = models.CharField(max_length=40)
    column_title = models.CharField(max_length=255)
    reason = models.CharField(max_length=500)
    state = models.CharField(max_length=8, choices=ExemptionState.choices, default=ExemptionState.ASKED)
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField(auto_now_add=True)
    authority = models.CharField(max_length=NAME_LENGTH, blank=True)
    answer = models.CharField(max_length=500, blank=True)
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=150, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("不定期更新")
        verbose_name_plural = _("不定期更新")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "column_key"],
                condition=Q(state__in=["asked", "granted"]),
                name="one_exemption_a_column",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="exemption_has_a_reason"),
            # Nothing is in force that nobody above signed.
            models.CheckConstraint(
                condition=Q(state__in=["asked", "ended"])
                | (~Q(authority="") & ~Q(authority=models.F("site")) & ~Q(decided_by="")),
                name="exemption_is_decided_above",
            ),
        ]


class RereviewState(models.TextChoices):
    WAITING = "waiting", _("待补审")
    CONFIRMED = "confirmed", _("补审确认")
    TAKEN_DOWN = "taken_down", _("已撤下")
    REPLACED = "replaced", _("已由新版取代")
    ENDED = "ended", _("已终止")


class Rereview(models.Model):
    """An emergency release of a site that the ordinary reviewers owe a second look, by ``due_at``.

    Written by the site in the transaction that publishes, read by the site and by the levels above. One
    at a time waits for a page. ``told_at`` is when the alarm went to the audit log. Rows stay.
    """

    site = models.CharField(max_length=NAME_LENGTH)
    page_id = models.BigIntegerField()
    title = models.CharField(max_length=255)
    reason = models.CharField(max_length=500)
    asked_by = models.CharField(max_length=150)
    reviewed_by = models.CharField(max_length=300)
    published_at = models.DateTimeField()
    due_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=RereviewState.choices, default=RereviewState.WAITING)
    settled_by = models.CharField(max_length=150, blank=True)
    settled_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("补审")
        verbose_name_plural = _("补审")
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "page_id"], condition=Q(state="waiting"), name="one_rereview_a_page"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="emergency_has_a_reason"),
            models.CheckConstraint(
                condition=Q(state="waiting", settled_at__isnull=True)
                | (~Q(state="waiting") & Q(settled_at__isnull=False)),
                name="rereview_is_settled_once",
            ),
        ]

    @property
    def is_late(self) -> bool:
        """Whether the time limit is over: for a settled one, whether it was settled after it."""
        return self.due_at < (self.settled_at or timezone.now())
