"""The log of who did what where; rows go in and stay."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Result(models.TextChoices):
    DONE = "done", _("完成")
    REFUSED = "refused", _("拒绝")


class AuditEntry(models.Model):
    """One act. The application role may insert and read, never change or delete.

    ``act`` is a dotted verb such as ``page.publish``; hashes are SHA-256 of the object's content.
    """

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    site = models.CharField(max_length=48, blank=True, db_index=True)
    person = models.CharField(max_length=150, blank=True)
    address = models.CharField(max_length=45, blank=True)
    act = models.CharField(max_length=60, db_index=True)
    object_kind = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=120, blank=True)
    detail = models.JSONField(default=dict)
    before_hash = models.CharField(max_length=64, blank=True)
    after_hash = models.CharField(max_length=64, blank=True)
    result = models.CharField(max_length=8, choices=Result.choices, default=Result.DONE)

    class Meta:
        verbose_name = _("审计记录")
        verbose_name_plural = _("审计记录")
