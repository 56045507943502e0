"""Columns that need no regular update, asked for by a site, granted above."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
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
