"""Notes and samples for the fields of the editor, by kind of information, from the hub or a province."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

LONGEST_NOTE, LONGEST_SAMPLE = 1000, 2000


class Guidance(models.Model):
    """What one site says of one field of one type; ``field`` is ``page`` for what holds for the whole item.

    ``page_type`` and ``field`` are keys of ``network.events.guided_types``. One row of a field is in use; a
    change writes a new row and retires the one before.
    """

    site = models.CharField(max_length=48)
    page_type = models.CharField(max_length=40)
    field = models.CharField(max_length=60)
    note = models.TextField(_("说明"), blank=True, max_length=LONGEST_NOTE)
    sample = models.TextField(_("示例"), blank=True, max_length=LONGEST_SAMPLE)
    written_by = models.CharField(max_length=150)
    written_at = models.DateTimeField(auto_now_add=True)
    retired_by = models.CharField(max_length=150, blank=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("采编指导")
        verbose_name_plural = _("采编指导")
        constraints = [
            models.UniqueConstraint(
                fields=["site", "page_type", "field"],
                condition=Q(retired_at__isnull=True),
                name="one_guidance_a_field",
            ),
            models.CheckConstraint(condition=~Q(note="") | ~Q(sample=""), name="guidance_says_something"),
        ]
