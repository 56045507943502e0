"""Chooses the engine that answers, the second one when the first does not."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, replace

from search.backends.base import EngineUnavailable, Found, Query
from search.backends.clients import is_configured
from search.backends.elasticsearch import ElasticsearchBackend
from search.backends.postgresql import PostgresqlBackend

logger = logging.getLogger(__name__)

COOL_DOWN_SECONDS = 5.0
"""After a failure nobody else waits for the engine this long; then one request tries it."""


class CircuitBreaker:
    """Keeps requests of this process away from an engine that just failed."""

    def __init__(self, cool_down: float = COOL_DOWN_SECONDS) -> None:
        self._cool_down = cool_down
        self._closed_at = 0.0
        self._is_open = False
        self._lock = threading.Lock()

    def may_try(self) -> bool:
        """True when the engine may be asked; after a pause for one caller at a time."""
        with self._lock:
            if not self._is_open:
                return True
            if time.monotonic() < self._closed_at:
                return False
            self._closed_at = time.monotonic() + self._cool_down
            return True

    def succeeded(self) -> None:
        with self._lock:
            self._is_open = False

    def failed(self) -> None:
        with self._lock:
            self._is_open = True
            self._closed_at = time.monotonic() + self._cool_down


breaker = CircuitBreaker()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was found, by which engine, whether it was the preferred one."""

    found: Found
    engine: str
    is_fallback: bool
    is_relaxed: bool = False


def answer(query: Query) -> Answer:
    """Ask the engines; a query without any result is asked once more with less demanded.

    Raises EngineUnavailable when no engine answers.
    """
    strict = _ask(query)
    if strict.found.total or query.filters or sum(len(part.pairs) for part in query.parts) < 2:
        return strict
    relaxed = _ask(replace(query, is_relaxed=True))
    return replace(relaxed, is_relaxed=True) if relaxed.found.total else strict


def _ask(query: Query) -> Answer:
    if is_configured() and breaker.may_try():
        backend = ElasticsearchBackend()
        try:
            found = backend.search(query)
        except EngineUnavailable as error:
            breaker.failed()
            logger.warning("Elasticsearch was left for %s seconds, PostgreSQL answers: %s", COOL_DOWN_SECONDS, error)
        else:
            breaker.succeeded()
            return Answer(found=found, engine=backend.name, is_fallback=False)
    fallback = PostgresqlBackend()
    # Where no other engine is wanted, nothing stands in for it.
    return Answer(found=fallback.search(query), engine=fallback.name, is_fallback=is_configured())
