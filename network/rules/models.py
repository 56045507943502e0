"""Dated rules as the database knows them; loaded from files by the owner role."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sure(models.TextChoices):
    """How sure an entry is."""

    SOURCED = "sourced", _("有据")
    ONE_PLACE = "one_place", _("一处所见")
    INFERRED = "inferred", _("归纳")
    PROPOSAL = "proposal", _("建议")
    TO_BE_CONFIRMED = "to_be_confirmed", _("待核对")


class Rule(models.Model):
    """One dated entry: a value for a level, with the document and clause it comes from.

    ``place`` is its layer: empty for the country, else the key of the province or city site in whose
    region it holds. The application role may read only: the publish gate counts reviewers by these rows.
    """

    key = models.CharField(max_length=80)
    level = models.CharField(max_length=16)
    place = models.CharField(max_length=48, blank=True, db_default="")
    value = models.JSONField()
    comparison = models.CharField(max_length=4, blank=True)
    document = models.CharField(max_length=100)
    clause = models.CharField(max_length=100)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    sure = models.CharField(max_length=20, choices=Sure.choices)
    note = models.TextField(blank=True)

    class Meta:
        verbose_name = _("规则")
        verbose_name_plural = _("规则")
        constraints = [
            models.UniqueConstraint(fields=["key", "level", "place", "effective_from"], name="rule_once_a_day"),
            models.CheckConstraint(condition=~models.Q(document="") & ~models.Q(clause=""), name="rule_has_its_source"),
        ]
