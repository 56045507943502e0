"""Where a page came from that another site wrote."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page


class Lineage(models.Model):
    """A local page that was a received item before it came here; the item's origin stays known."""

    page = models.OneToOneField(Page, on_delete=models.CASCADE, related_name="lineage")
    content_id = models.UUIDField(_("内容编号"), db_index=True)
    version = models.PositiveIntegerField(_("版本"))
    origin_slug = models.CharField(max_length=63)
    origin_name = models.CharField(_("发出站点"), max_length=100)

    class Meta:
        verbose_name = _("来历")
        verbose_name_plural = _("来历")

    def as_record(self) -> dict[str, Any]:
        """As an archive holds it."""
        return {
            "content_id": str(self.content_id),
            "version": self.version,
            "origin": {"slug": self.origin_slug, "full_name": self.origin_name},
        }
