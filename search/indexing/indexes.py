"""The install's own record of its indexes."""

from __future__ import annotations

import logging

from search.actions import queue_all_again
from search.backends.elasticsearch_indexes import create_index, live_index, new_index_name, switch_alias
from search.models import SearchIndex
from search.schema.document import schema_hash

logger = logging.getLogger(__name__)


def building_indexes() -> list[str]:
    """Indexes that a rebuild is filling: they take every change besides the live one."""
    return list(SearchIndex.objects.filter(state=SearchIndex.State.BUILDING).values_list("name", flat=True))


def ensure_live_index() -> None:
    """Make the first index, or one for an engine that came back empty, then queue every row.

    Raises EngineUnavailable.
    """
    held = live_index()
    if held and SearchIndex.objects.filter(name=held, state=SearchIndex.State.LIVE).exists():
        return
    if not held:
        held = new_index_name()
        create_index(held)
        switch_alias(held)
    # Unknown to this database: restored or shared, so what it holds is not what the marks say.
    record_live(held)
    queued = queue_all_again()
    logger.info("The index '%s' is live, %s rows were queued for it.", held, queued)


def record_live(name: str, *, known_schema: str = "") -> None:
    """Write down which index the alias points to."""
    SearchIndex.objects.filter(state=SearchIndex.State.LIVE).exclude(name=name).delete()
    SearchIndex.objects.update_or_create(
        name=name, defaults={"state": SearchIndex.State.LIVE, "schema_hash": known_schema or schema_hash()}
    )


def is_schema_current() -> bool:
    """False when the code's mapping is another than that of the live index: a rebuild is due."""
    held = SearchIndex.objects.filter(state=SearchIndex.State.LIVE).values_list("schema_hash", flat=True).first()
    return held is None or held == schema_hash()
