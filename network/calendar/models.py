"""Days that differ from what the library says, years that were entered by hand."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

PLACE_LENGTH = 48


class DayException(models.Model):
    """One day off or one day worked, with the document that says so.

    ``place`` is the key of the site in whose region the day counts, empty for the whole country.
    """

    place = models.CharField(max_length=PLACE_LENGTH, blank=True)
    day = models.DateField(_("日期"))
    is_working = models.BooleanField(_("上班"))
    document = models.CharField(_("文件"), max_length=100)
    note = models.CharField(_("说明"), max_length=100, blank=True)
    entered_by = models.CharField(max_length=150)
    entered_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("工作日例外")
        verbose_name_plural = _("工作日例外")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["place", "day"], name="one_exception_a_day"),
            models.CheckConstraint(condition=~models.Q(document=""), name="exception_has_its_document"),
        ]


class EnteredYear(models.Model):
    """A year whose arrangement stands in the exceptions in full, though the library does not know it."""

    year = models.PositiveSmallIntegerField(_("年份"), primary_key=True)
    document = models.CharField(_("文件"), max_length=100)
    entered_by = models.CharField(max_length=150)
    entered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("已录全的年份")
        verbose_name_plural = _("已录全的年份")
        constraints = [
            models.CheckConstraint(condition=~models.Q(document=""), name="entered_year_has_its_document"),
        ]
