"""Dated rules as the database knows them; loaded from files by the owner role."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Rule(models.Model):
    """One dated entry: a value for a level, with the document and clause it comes from.

    The application role may read only: the publish gate counts reviewers by these rows.
    """

    key = models.CharField(max_length=80)
    level = models.CharField(max_length=16)
    value = models.JSONField()
    comparison = models.CharField(max_length=4, blank=True)
    document = models.CharField(max_length=100)
    clause = models.CharField(max_length=100)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    sure = models.CharField(max_length=20)
    note = models.TextField(blank=True)

    class Meta:
        verbose_name = _("规则")
        verbose_name_plural = _("规则")
        constraints = [
            models.UniqueConstraint(fields=["key", "level", "effective_from"], name="rule_once_a_day"),
            models.CheckConstraint(condition=~models.Q(document="") & ~models.Q(clause=""), name="rule_has_its_source"),
        ]
