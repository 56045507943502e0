"""Who keeps a column, what the standard tree last said of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sites.pages.models import ColumnPage


class ColumnOwner(models.Model):
    """The department and the person that owe a column its updates; no reader sees it, so no review is asked."""

    column = models.OneToOneField(ColumnPage, on_delete=models.CASCADE, primary_key=True, related_name="+")
    department = models.CharField(_("责任部门"), max_length=80, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("责任人"),
    )

    class Meta:
        verbose_name = _("栏目责任")
        verbose_name_plural = _("栏目责任")


class StandardColumn(models.Model):
    """A column of the standard tree as it was last applied here: what the site changed since is the difference.

    ``is_left_out`` marks one that this site opened without, or deleted; an upgrade does not bring it back.
    """

    key = models.SlugField(max_length=40, primary_key=True)
    facts = models.JSONField(default=dict)
    is_left_out = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("标准栏目")
        verbose_name_plural = _("标准栏目")
