"""What each site holds or owes, as rows that screens over many sites read."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SiteSummary(models.Model):
    """One site's load as of ``updated_at``; written by the worker inside the site, read by the console.

    ``database_bytes`` counts tables with their indexes. ``closing_told_on`` is the closing day that the
    managers were told of.
    """

    site = models.CharField(max_length=48, primary_key=True)
    live_pages = models.PositiveIntegerField(default=0)
    waiting_reviews = models.PositiveIntegerField(default=0)
    approved_items = models.PositiveIntegerField(default=0, db_default=0)
    active_staff = models.PositiveIntegerField(default=0)
    returned_items = models.PositiveIntegerField(default=0, db_default=0)
    scheduled_items = models.PositiveIntegerField(default=0, db_default=0)
    expiring_items = models.PositiveIntegerField(default=0, db_default=0)
    waiting_work = models.PositiveIntegerField(default=0)
    dead_work = models.PositiveIntegerField(default=0)
    database_bytes = models.PositiveBigIntegerField(default=0)
    last_published_at = models.DateTimeField(null=True, blank=True)
    closing_told_on = models.DateField(null=True, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("站点概况")
        verbose_name_plural = _("站点概况")


class ColumnDue(models.Model):
    """What one column of a site owes, as days: how many are left is counted by whoever looks.

    ``column_key`` is ``/`` for the home page. See ``network.contracts.UpdateDue``.
    """

    site = models.CharField(max_length=48)
    column_key = models.CharField(max_length=40)
    title = models.CharField(max_length=255)
    due_on = models.DateField()
    alarm_on = models.DateField()
    last_on = models.DateField(null=True)
    department = models.CharField(max_length=80, blank=True)
    person = models.CharField(max_length=150, blank=True)
    caution = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("栏目到期")
        verbose_name_plural = _("栏目到期")
        constraints = [models.UniqueConstraint(fields=["site", "column_key"], name="one_due_a_column")]
