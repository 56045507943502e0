"""Index numbers (索引号) of public information, the series they come from, the scheme of each site."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class IndexScheme(models.Model):
    """Under which organisation code, in which pattern, a site issues its numbers.

    A site without a row uses its site code (网站标识码) in the pattern of the rules. ``organisation`` belongs to
    one site: a series has one issuer.
    """

    site = models.CharField(max_length=48, unique=True)
    organisation = models.CharField(_("机构代码"), max_length=30, unique=True)
    pattern = models.CharField(_("编号格式"), max_length=80)
    changed_by = models.CharField(max_length=150)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("索引号方案")
        verbose_name_plural = _("索引号方案")
        constraints = [
            models.CheckConstraint(condition=Q(organisation__regex=r"^[0-9A-Z]{4,30}$"), name="organisation_code_form"),
            models.CheckConstraint(
                condition=Q(pattern__contains="{organisation}")
                & Q(pattern__contains="{year}")
                & Q(pattern__contains="{serial}"),
                name="pattern_names_its_series",
            ),
        ]


class IndexSeries(models.Model):
    """The last serial of an organisation's year. Only the trigger of IndexNumber writes it."""

    organisation = models.CharField(max_length=30)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "year"], name="one_series_a_year")]


class IndexNumber(models.Model):
    """The number of one content, for ever.

    The database gives ``serial`` and writes ``number`` after ``pattern`` while it holds the series' row, so
    numbers follow each other without a gap, whoever publishes at the same time, and a rolled back publish
    leaves none. A number that an archive brought along (``is_brought``) keeps its serial.
    """

    content_id = models.UUIDField(unique=True)
    site = models.CharField(max_length=48)
    organisation = models.CharField(max_length=30)
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField(default=0)
    pattern = models.CharField(max_length=80)
    number = models.CharField(_("索引号"), max_length=100, unique=True, default="")
    is_brought = models.BooleanField(default=False)
    issued_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("索引号")
        verbose_name_plural = _("索引号")
        indexes = [models.Index(fields=["site", "year"], name="numbers_of_a_site")]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year", "serial"], name="serial_once_a_year"),
            models.CheckConstraint(condition=Q(serial__gte=1) & ~Q(number=""), name="number_is_issued"),
        ]
