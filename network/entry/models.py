"""One-time tickets into a site below, the visits they led to."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from network.entry.limits import TICKET_LIFE, VISIT_LIFE

NAME_LENGTH = 48


class EntryTicket(models.Model):
    """Leave for one person to enter one site once, within a minute of the database's clock.

    Only the hash of its secret is kept. ``withdrawn_at`` is written by a trigger on the staff of the
    home site when the person's duty ends (``sql/entry.sql``).
    """

    secret_hash = models.CharField(max_length=64, unique=True)
    site = models.CharField(max_length=NAME_LENGTH)
    host = models.CharField(max_length=253)
    home_site = models.CharField(max_length=NAME_LENGTH)
    home_schema = models.CharField(max_length=63)
    person_id = models.BigIntegerField()
    person = models.CharField(max_length=150)
    person_name = models.CharField(max_length=150, blank=True)
    purpose = models.CharField(max_length=300)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("入站凭条")
        verbose_name_plural = _("入站凭条")
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__lte=F("created_at") + TICKET_LIFE), name="ticket_lives_a_minute"
            ),
            models.CheckConstraint(condition=~Q(purpose=""), name="ticket_has_a_purpose"),
        ]
        indexes = [models.Index(fields=["home_schema", "person_id"], name="ticket_by_person")]


class EndReason(models.TextChoices):
    LEFT = "left", _("来访人离开")
    ENDED = "ended", _("本站结束")
    EXPIRED = "expired", _("满一小时")
    IDLE = "idle", _("长时间没有操作")
    WITHDRAWN = "withdrawn", _("职责已收回")


class Visit(models.Model):
    """A stay in a site's admin: who, whence, what for, from when to when.

    A visit whose time is over counts as ended at once, whether ``ended_at`` was written already or not.
    """

    ticket = models.OneToOneField(EntryTicket, on_delete=models.PROTECT, related_name="visit")
    site = models.CharField(max_length=NAME_LENGTH, db_index=True)
    home_site = models.CharField(max_length=NAME_LENGTH)
    person = models.CharField(max_length=150)
    person_name = models.CharField(max_length=150, blank=True)
    purpose = models.CharField(max_length=300)
    address = models.CharField(max_length=45, blank=True)
    started_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=10, choices=EndReason.choices, blank=True)
    ended_by = models.CharField(max_length=150, blank=True)

    class Meta:
        verbose_name = _("来访")
        verbose_name_plural = _("来访")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__lte=F("started_at") + VISIT_LIFE), name="visit_lasts_an_hour")
        ]
        indexes = [models.Index(fields=["home_site", "person"], name="visit_by_person")]
