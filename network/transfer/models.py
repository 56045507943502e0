"""Orders to move a whole site, with what became of them."""

from __future__ import annotations

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

FOLDER = "_transfers"
"""Inside the media folder; no site key begins with an underscore, so no site's files lie there."""


class Direction(models.TextChoices):
    EXPORT = "export", _("导出")
    IMPORT = "import", _("导入")


class Purpose(models.TextChoices):
    ASKED = "asked", _("按要求")
    CLOSING = "closing", _("关停存档")


class JobState(models.TextChoices):
    WAITING = "waiting", _("等待处理")
    CHECKED = "checked", _("已核对，待确认")
    OPENING = "opening", _("正在开站")
    DONE = "done", _("完成")
    FAILED = "failed", _("未成功")
    EXPIRED = "expired", _("已过期")


class TransferJob(models.Model):
    """One export or import. ``site`` is the site that leaves, or the new one once it was decided.

    ``asked_at`` is the site from whose console it was asked. ``progress`` is ``{"kind", "done"}``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    direction = models.CharField(max_length=6, choices=Direction.choices)
    purpose = models.CharField(max_length=7, choices=Purpose.choices, default=Purpose.ASKED)
    site = models.CharField(_("站点"), max_length=48, blank=True, db_index=True)
    asked_at = models.CharField(max_length=48, db_index=True)
    asked_by = models.CharField(_("办理人"), max_length=150)
    state = models.CharField(_("状态"), max_length=8, choices=JobState.choices, default=JobState.WAITING)
    progress = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    file_name = models.CharField(max_length=255, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("整站迁移")
        verbose_name_plural = _("整站迁移")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["site"],
                condition=models.Q(direction="export", state="waiting"),
                name="one_export_of_a_site_waits",
            )
        ]

    @property
    def path(self) -> Path:
        """Where the archive lies."""
        return Path(settings.MEDIA_ROOT) / FOLDER / self.direction / f"{self.pk}.zip"
