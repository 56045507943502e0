"""Items that travel, their immutable editions, their dispatches, the deliveries to each site."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class ItemState(models.TextChoices):
    LIVE = "live", _("在用")
    RECALLED = "recalled", _("已撤回")


class Item(models.Model):
    """The head of one travelling item: which edition counts now, or that it is recalled.

    The serve path of every site reads this row; ``version`` only grows, a recall raises it too.
    """

    content_id = models.UUIDField(primary_key=True)
    origin = models.CharField(max_length=63)
    kind = models.CharField(max_length=30)
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=ItemState.choices, default=ItemState.LIVE, db_index=True)
    title = models.CharField(max_length=255)
    origin_path = models.CharField(max_length=500, blank=True)
    recalled_at = models.DateTimeField(null=True, blank=True)
    recalled_by = models.CharField(max_length=150, blank=True)
    recall_reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("下发信息")
        verbose_name_plural = _("下发信息")


class Edition(models.Model):
    """One immutable version of an item in neutral form, or the tombstone of a recall (no body).

    A database trigger refuses every change.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    content_id = models.UUIDField(db_index=True)
    version = models.PositiveIntegerField()
    schema_version = models.CharField(max_length=80)
    content_hash = models.CharField(max_length=64)
    origin = models.CharField(max_length=63)
    kind = models.CharField(max_length=30)
    column = models.CharField(max_length=40)
    title = models.CharField(max_length=255)
    summary = models.TextField(blank=True)
    source = models.CharField(max_length=100, blank=True)
    department = models.CharField(max_length=100, blank=True)
    document_number = models.CharField(max_length=100, blank=True)
    body = models.JSONField(default=dict)
    text = models.TextField(blank=True)
    files = models.JSONField(default=list)
    approval = models.JSONField(default=dict)
    is_sample = models.BooleanField(default=False)
    is_tombstone = models.BooleanField(default=False)
    published_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("版本")
        verbose_name_plural = _("版本")
        constraints = [models.UniqueConstraint(fields=["content_id", "version"], name="edition_version_once")]


class PlatformWord(models.Model):
    """A label of the platform itself, which stands in what items say beside the words of their pages.

    Written by the owner role at each upgrade; the database takes it for reviewed (decision 0036).
    """

    word = models.CharField(max_length=200, primary_key=True)

    class Meta:
        verbose_name = _("平台用语")
        verbose_name_plural = _("平台用语")

    def __str__(self) -> str:
        return self.word


class Mode(models.TextChoices):
    MANDATORY = "mandatory", _("必转")
    RECOMMENDED = "recommended", _("荐转")
    OFFERED = "offered", _("供选")


class Dispatch(models.Model):
    """One order to send an item: to whom, how binding, by whom."""

    content_id = models.UUIDField(db_index=True)
    mode = models.CharField(max_length=12, choices=Mode.choices, default=Mode.MANDATORY)
    audience = models.JSONField()
    site_count = models.PositiveIntegerField()
    dispatched_by = models.CharField(max_length=150, blank=True)
    dispatched_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("下发单")
        verbose_name_plural = _("下发单")


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("待投递")
    PLACED = "placed", _("已落地")
    FAILED = "failed", _("投递失败")
    RECALLING = "recalling", _("撤回中")
    RECALLED = "recalled", _("已撤回")


class Delivery(models.Model):
    """One item at one site, with the receipt: which version stands there, where, since when."""

    content_id = models.UUIDField()
    site = models.CharField(max_length=48)
    schema_name = models.CharField(max_length=63)
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    version_due = models.PositiveIntegerField()
    version_placed = models.PositiveIntegerField(default=0)
    path = models.CharField(max_length=500, blank=True)
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    placed_at = models.DateTimeField(null=True, blank=True)
    recalled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("投递")
        verbose_name_plural = _("投递")
        constraints = [models.UniqueConstraint(fields=["content_id", "site"], name="delivery_once")]
        indexes = [models.Index(fields=["site", "state"], name="delivery_by_site")]


class MergeState(models.TextChoices):
    SURVEYING = "surveying", _("清点中")
    SURVEYED = "surveyed", _("待确认")
    SENDING = "sending", _("整理中")
    PLACING = "placing", _("投递中")
    DONE = "done", _("已完成")
    CANCELLED = "cancelled", _("已取消")


class SiteMerge(models.Model):
    """One site's way into another: who wanted it, what travels, what cannot.

    ``obstacles`` lists ``{"title", "path", "reason"}``; the two ``places`` map keys of common places
    (columns) to their paths on either site.
    """

    site = models.CharField(max_length=48, db_index=True)
    target = models.CharField(max_length=48)
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=MergeState.choices, default=MergeState.SURVEYING)
    item_count = models.PositiveIntegerField(default=0)
    moved_count = models.PositiveIntegerField(default=0)
    obstacles = models.JSONField(default=list)
    source_places = models.JSONField(default=dict)
    target_places = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    planned_by = models.CharField(max_length=150)
    planned_from = models.CharField(max_length=48)
    planned_at = models.DateTimeField(auto_now_add=True)
    confirmed_by = models.CharField(max_length=150, blank=True)
    confirmed_from = models.CharField(max_length=48, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("迁移合并")
        verbose_name_plural = _("迁移合并")
        constraints = [
            models.UniqueConstraint(
                fields=["site"],
                condition=models.Q(state__in=["surveying", "surveyed", "sending", "placing"]),
                name="merge_once_at_a_time",
            )
        ]
