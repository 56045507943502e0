"""Searching while an engine is away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from search.actions import store_entry
from search.api import engine_status, search_page
from search.models import SearchDocument
from search.querying.engine import CircuitBreaker
from tests.search.entries import make_entry

pytestmark = [pytest.mark.django_db, pytest.mark.search]


def test_postgresql_answers_when_elasticsearch_does_not(unreachable_elasticsearch: None, guangdong: Any) -> None:
    store_entry(make_entry(title="年报公示提醒"))
    page = search_page({"q": "年报公示"}, guangdong)
    assert (page.engine, page.is_fallback, page.total) == ("postgresql", True, 1)


def test_postgresql_alone_is_no_fallback(no_elasticsearch: None, guangdong: Any) -> None:
    store_entry(make_entry(title="年报公示提醒"))
    page = search_page({"q": "年报公示"}, guangdong)
    assert (page.engine, page.is_fallback, page.total) == ("postgresql", False, 1)


def test_rows_wait_while_the_engine_is_away_then_drain(
    elasticsearch_index: str, settings: Any, drain: Callable[[], int], guangdong: Any
) -> None:
    from search.indexing.indexer import Indexer

    reachable, settings.ELASTICSEARCH_URL = settings.ELASTICSEARCH_URL, "http://127.0.0.1:9"
    store_entry(make_entry(title="年报公示提醒"))
    assert Indexer().work(lambda: False) == 0
    assert engine_status()["waiting"] == 1
    assert (engine_status()["engine"], engine_status()["is_answering"]) == ("postgresql", False)
    settings.ELASTICSEARCH_URL = reachable
    assert drain() == 1
    assert (engine_status()["waiting"], engine_status()["engine"], engine_status()["documents"]) == (
        0,
        "elasticsearch",
        1,
    )
    page = search_page({"q": "年报公示"}, guangdong)
    assert (page.engine, page.is_fallback, page.total) == ("elasticsearch", False, 1)


def test_an_engine_that_failed_is_left_alone_for_a_while() -> None:
    breaker = CircuitBreaker(cool_down=0.05)
    assert breaker.may_try()
    breaker.failed()
    assert not breaker.may_try()
    import time

    time.sleep(0.06)
    assert [breaker.may_try(), breaker.may_try()] == [True, False]
    breaker.succeeded()
    assert breaker.may_try()


def test_nobody_waits_twice_for_a_dead_engine(
    unreachable_elasticsearch: None, guangdong: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from search.backends.base import EngineUnavailable
    from search.backends.elasticsearch import ElasticsearchBackend

    asked = []

    def refuse(self: Any, query: Any) -> None:
        asked.append(query)
        raise EngineUnavailable("away")

    monkeypatch.setattr(ElasticsearchBackend, "search", refuse)
    store_entry(make_entry(title="年报公示提醒"))
    assert [search_page({"q": "年报公示"}, guangdong).total for _ in range(3)] == [1, 1, 1]
    assert len(asked) == 1


def test_the_search_page_is_served_to_visitors(no_elasticsearch: None, guangdong: Any, client_of: Any) -> None:
    store_entry(make_entry(title="年报公示提醒"))
    assert SearchDocument.objects.count() == 1
    response = client_of(guangdong).get("/search/", {"q": "年报公示"})
    assert response.status_code == 200
    assert "<mark>年报公示</mark>提醒" in response.content.decode()


def test_the_page_answers_only_safe_methods(no_elasticsearch: None, guangdong: Any, client_of: Any) -> None:
    assert client_of(guangdong).post("/search/", {"q": "年报"}).status_code in (403, 405)
