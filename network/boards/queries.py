"""Reads of the summary rows."""

from __future__ import annotations

from network.boards.models import SiteSummary


def summaries() -> dict[str, SiteSummary]:
    """Every site's summary by key, in one statement; a site that was not counted yet is absent."""
    return {row.site: row for row in SiteSummary.objects.all()}
