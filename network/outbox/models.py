"""Rows of work to do, written in the transaction of the change that asks for it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class WorkState(models.TextChoices):
    WAITING = "waiting", _("等待")
    DEAD = "dead", _("无法完成")


class Work(models.Model):
    """One piece of work for one site (or none). Done work is deleted; its receipt is kept elsewhere.

    A second wish for the same (kind, site, key) raises the version of the waiting row, so doing it
    once serves both. ``epoch`` is the site's at the time of the wish: work from before a restore is
    dropped, since the state it was written for is gone.
    """

    kind = models.CharField(max_length=60)
    site = models.CharField(max_length=48, blank=True)
    key = models.CharField(max_length=120)
    version = models.BigIntegerField(default=0)
    epoch = models.PositiveIntegerField(default=1, db_default=1)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=WorkState.choices, default=WorkState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(auto_now_add=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("待办")
        verbose_name_plural = _("待办")
        constraints = [models.UniqueConstraint(fields=["kind", "site", "key"], name="work_once")]
        indexes = [models.Index(fields=["state", "not_before"], name="work_waiting")]


class Periodic(models.Model):
    """When a command of each site is due again."""

    command = models.CharField(max_length=60, primary_key=True)
    due_at = models.DateTimeField()

    class Meta:
        verbose_name = _("定时命令")
        verbose_name_plural = _("定时命令")
