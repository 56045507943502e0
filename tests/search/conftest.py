"""Engines of the search tests, each test with an index of its own."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import connection

from search.querying import engine


@pytest.fixture(autouse=True)
def rows_of_no_page(request: pytest.FixtureRequest) -> Iterator[None]:
    """Rows of these tests stand for pages that are not there: their transaction ends before the gate is asked."""
    yield
    if "db" in request.fixturenames and "transactional_db" not in request.fixturenames:
        connection.needs_rollback = True


@pytest.fixture
def no_gate(owner: Callable[[], AbstractContextManager[None]]) -> None:
    """The same for a test that commits."""
    with owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE public.search_document DISABLE TRIGGER publish_gate")


@pytest.fixture(autouse=True)
def closed_breaker(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test inherits another's failed engine."""
    monkeypatch.setattr(engine, "breaker", engine.CircuitBreaker())


@pytest.fixture
def elasticsearch_index(settings: Any) -> Iterator[str]:
    """A fresh alias on the running Elasticsearch, removed with its indexes afterwards."""
    from search.backends.clients import bulk_client

    if not settings.ELASTICSEARCH_URL:
        pytest.skip("ELASTICSEARCH_URL is empty, so Elasticsearch is not there to be tested.")
    settings.SEARCH_INDEX_NAME = f"tested-{secrets.token_hex(4)}"
    yield settings.SEARCH_INDEX_NAME
    held = bulk_client().indices.get(index=f"{settings.SEARCH_INDEX_NAME}-*", ignore_unavailable=True)
    for name in list(held):
        bulk_client().indices.delete(index=name)


@pytest.fixture
def no_elasticsearch(settings: Any) -> None:
    settings.ELASTICSEARCH_URL = ""


@pytest.fixture
def unreachable_elasticsearch(settings: Any) -> None:
    """An address where nothing listens: the discard port of this machine."""
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:9"


@pytest.fixture
def drain(db: None) -> Callable[[], int]:
    """Runs the indexer until nothing waits, then makes what it sent visible."""
    from search.backends.clients import is_configured
    from search.backends.elasticsearch_indexes import refresh
    from search.indexing.indexer import Indexer

    def run() -> int:
        done = Indexer().work(lambda: False)
        if is_configured():
            refresh()
        return done

    return run


@pytest.fixture(params=["elasticsearch", "postgresql"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Both real engines, one after the other."""
    request.getfixturevalue("elasticsearch_index" if request.param == "elasticsearch" else "no_elasticsearch")
    return str(request.param)
