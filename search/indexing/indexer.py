"""Copies rows to Elasticsearch until it has them all."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from search.backends.base import BulkOutcome, EngineUnavailable
from search.backends.clients import is_configured
from search.backends.elasticsearch import ElasticsearchBackend
from search.indexing import rows
from search.indexing.frequencies import refresh_when_due
from search.indexing.indexes import building_indexes, ensure_live_index

logger = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0


class Indexer:
    """One indexing process. Several may run: what one sends late, the engine refuses as older."""

    def __init__(self) -> None:
        self._pause = 0.0
        self._paused_until = 0.0
        self._is_index_ensured = False

    def work(self, should_stop: Callable[[], bool]) -> int:
        """Send batch after batch until nothing waits; returns how many rows the engine took.

        An engine that fails is left alone for a growing time, its rows stay in the queue.
        """
        refresh_when_due()
        if not is_configured() or time.monotonic() < self._paused_until:
            return 0
        done = 0
        try:
            if not self._is_index_ensured:
                ensure_live_index()
                self._is_index_ensured = True
            while not should_stop():
                batch = rows.claim()
                outcome = self._send(batch)
                done += len(outcome.done)
                if outcome.retry:
                    # Full or blocked: asking again at once would make it worse.
                    self._back_off(f"{len(outcome.retry)} rows were put off, first: {outcome.retry[0][2]}")
                    return done
                if len(batch) < rows.BATCH_ROWS:
                    break
        except EngineUnavailable as error:
            self._back_off(str(error))
        else:
            self._pause = 0.0
        return done

    def _send(self, batch: list[dict[str, Any]]) -> BulkOutcome:
        if not batch:
            return BulkOutcome()
        try:
            outcome = ElasticsearchBackend().bulk(batch)
        except BaseException:
            rows.release(batch)
            raise
        # Asked after the rows were read: an index announced later finds these rows by itself.
        for name in building_indexes():
            self._copy_beside(name, batch)
        rows.record(outcome, retry_seconds=max(self._pause, FIRST_PAUSE_SECONDS))
        for document_id, version, reason in outcome.refused:
            logger.error("Elasticsearch refused '%s' version %s for good: %s", document_id, version, reason)
        return outcome

    def _copy_beside(self, name: str, batch: list[dict[str, Any]]) -> None:
        try:
            ElasticsearchBackend(name).bulk(batch)
        except EngineUnavailable as error:
            # The rebuild compares all rows after its switch, so nothing is lost with this.
            logger.warning("The index '%s' being built missed a batch: %s", name, error)

    def _back_off(self, reason: str) -> None:
        self._is_index_ensured = False
        self._pause = min(max(self._pause * 2, FIRST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS)
        self._paused_until = time.monotonic() + self._pause
        logger.warning("Elasticsearch is left alone for %.0f s, rows wait: %s", self._pause, reason)
