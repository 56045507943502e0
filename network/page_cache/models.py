"""The tokens that kept pages are compared with."""

from __future__ import annotations

from django.db import models

GROUP = ""
"""The key of the group's own token, which stands beside each site's: it moves with what every page shows."""


class PageToken(models.Model):
    """What stands on a site's pages at the moment; written by database triggers only.

    A site has as many rows as changes to it were ever open at a time: each takes one that nobody holds,
    or adds one, so that no change waits for another. Together they are the site's token.
    """

    schema_name = models.CharField(max_length=63, db_index=True)
    token = models.UUIDField()

    class Meta:
        verbose_name = "页面标记"
        verbose_name_plural = "页面标记"
