"""Addresses stopped from above, what the stopped site says to it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

NAME_LENGTH = 48


class Block(models.Model):
    """An address of one site, or of every site below the authority, that nobody is shown.

    ``path`` is in the form of ``paths.normal_path``. ``site`` is empty for all sites of the
    authority's subtree. Rows stay: a lifted block is history.
    """

    authority = models.CharField(max_length=NAME_LENGTH)
    site = models.CharField(max_length=NAME_LENGTH, blank=True)
    path = models.CharField(max_length=600)
    covers_below = models.BooleanField(default=False)
    reason = models.CharField(max_length=300)
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField(auto_now_add=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=150, blank=True)
    lift_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("停用地址")
        verbose_name_plural = _("停用地址")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "site", "path"], condition=Q(lifted_at__isnull=True), name="blocked_once"
            ),
            models.CheckConstraint(condition=Q(path__startswith="/") & ~Q(path="/"), name="block_path_pattern"),
            models.CheckConstraint(condition=~Q(reason=""), name="block_has_a_reason"),
        ]

    @property
    def is_in_force(self) -> bool:
        return self.lifted_at is None


class Outcome(models.TextChoices):
    OPEN = "", _("待答复")
    UPHELD = "upheld", _("维持停用")
    LIFTED = "lifted", _("解除停用")


class Appeal(models.Model):
    """What a stopped site says against a block, with the authority's answer. One at a time."""

    block = models.ForeignKey(Block, on_delete=models.PROTECT, related_name="appeals")
    site = models.CharField(max_length=NAME_LENGTH)
    text = models.CharField(max_length=1000)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField(auto_now_add=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.OPEN, blank=True)
    answer = models.CharField(max_length=1000, blank=True)
    answered_by = models.CharField(max_length=150, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("申诉")
        verbose_name_plural = _("申诉")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["block", "site"], condition=Q(outcome=""), name="one_open_appeal"),
            models.CheckConstraint(condition=~Q(text=""), name="appeal_says_something"),
        ]
