"""What changed on line at a site, in the order in which it was committed."""

from __future__ import annotations

import uuid

from django.db import models


class Change(models.Model):
    """An item went on line, changed there, or went off: written by triggers, by whatever way it happened.

    Keys are given while the writer holds the site's lock of changes in common, until its commit. A reader who has
    had that lock alone for a moment knows that every key given by then is committed or never will be.
    """

    page_id = models.BigIntegerField()
    content_id = models.UUIDField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["page_id", "-id"], name="change_of_page"),
            models.Index(fields=["content_id", "-id"], name="change_of_content"),
        ]


class ChangeEpoch(models.Model):
    """Names this run of changes; another one after a restore, since changes were lost then. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    epoch = models.UUIDField(default=uuid.uuid4)
