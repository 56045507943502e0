"""Facts about the search for operators."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from search.backends.clients import is_configured
from search.backends.elasticsearch import ElasticsearchBackend
from search.backends.postgresql import PostgresqlBackend
from search.indexing.indexes import building_indexes, is_schema_current
from search.queries import backlog, live_row_count


def engine_status() -> dict[str, Any]:
    """Which engine answers now, what waits for it. Never raises for an engine that is down."""
    wanted = "elasticsearch" if is_configured() else "postgresql"
    health = ElasticsearchBackend().health() if is_configured() else PostgresqlBackend().health()
    waiting = backlog() if is_configured() else {"waiting": 0, "refused": 0, "oldest_waiting_seconds": 0.0}
    return {
        "engine": wanted if health.is_answering else "postgresql",
        "configured": wanted,
        "is_answering": health.is_answering,
        "detail": health.detail,
        "index": settings.SEARCH_INDEX_NAME if is_configured() else "",
        "is_schema_current": is_schema_current(),
        "building": building_indexes(),
        "rows": live_row_count(),
        **waiting,
        **health.facts,
    }
