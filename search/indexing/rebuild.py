"""Fills a new index beside the live one, then switches the alias."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection

from network.errors import NetworkError
from search.backends.base import EngineUnavailable
from search.backends.elasticsearch import ElasticsearchBackend
from search.backends.elasticsearch_indexes import create_index, delete_index, new_index_name, refresh, switch_alias
from search.indexing import rows
from search.indexing.indexes import record_live
from search.indexing.reconcile import Report, reconcile
from search.models import SearchIndex
from search.schema.document import schema_hash

logger = logging.getLogger(__name__)

_LOCK = zlib.crc32(b"search.rebuild")


class RebuildRefused(NetworkError):
    """Another rebuild runs, or the engine did not take the documents."""

    code = "search.rebuild_refused"


@dataclass(frozen=True)
class Rebuilt:
    """Name of the new index, rows sent, differences repaired after the switch."""

    index: str
    sent: int
    report: Report


def rebuild(progress: Callable[[int], None] = lambda sent: None) -> Rebuilt:
    """Build from rows, switch, compare, delete the old index.

    1. The new index is announced, so that indexers write to both.
    2. Every live row is sent to it; versions keep late ones from winning.
    3. The alias is switched, readers never see a gap.
    4. All rows are compared with it: a change that fell between is queued again.

    On a failure the new index is deleted, the live one was never touched. Raises RebuildRefused
    or EngineUnavailable.
    """
    with _only_one():
        _remove_leftovers()
        name = new_index_name()
        SearchIndex.objects.create(name=name, schema_hash=schema_hash(), state=SearchIndex.State.BUILDING)
        try:
            create_index(name)
            sent = _send_all(name, progress)
            refresh(name)
            old = switch_alias(name)
        except BaseException:
            SearchIndex.objects.filter(name=name).delete()
            _delete_quietly(name)
            raise
        record_live(name)
        report = reconcile(repair=True)
        if old:
            _delete_quietly(old)
    return Rebuilt(index=name, sent=sent, report=report)


def _send_all(name: str, progress: Callable[[int], None]) -> int:
    backend = ElasticsearchBackend(name)
    last, sent = "", 0
    while batch := rows.rows_after(last):
        outcome = backend.bulk(batch)
        if outcome.retry:
            raise EngineUnavailable(f"Elasticsearch took a part of the rows only: {outcome.retry[0][2]}")
        for document_id, _, reason in outcome.refused:
            logger.error("Elasticsearch refused '%s' for good: %s", document_id, reason)
        last = batch[-1]["document_id"]
        sent += len(batch)
        progress(sent)
    return sent


@contextmanager
def _only_one() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise RebuildRefused("Another rebuild of the search index runs. Wait for its end, then try again.")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _remove_leftovers() -> None:
    """Half-built indexes of a rebuild that was killed."""
    for index in SearchIndex.objects.exclude(state=SearchIndex.State.LIVE):
        delete_index(index.name)
        index.delete()


def _delete_quietly(name: str) -> None:
    try:
        delete_index(name)
    except EngineUnavailable as error:
        SearchIndex.objects.update_or_create(
            name=name, defaults={"state": SearchIndex.State.FAILED, "schema_hash": schema_hash()}
        )
        logger.warning("The index '%s' is left over, the next rebuild deletes it: %s", name, error)
