"""Copying rows to the engine, whatever it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from search.actions import retry_refused, store_entries, store_entry, withdraw_entries
from search.backends.elasticsearch import ElasticsearchBackend
from search.backends.elasticsearch_indexes import held_versions
from search.indexing import rows
from search.indexing.indexer import Indexer
from search.indexing.indexes import record_live
from search.models import SearchDocument
from search.queries import backlog
from tests.search.entries import make_entry
from tests.search.scripted_server import ScriptedServer, items

pytestmark = [pytest.mark.django_db, pytest.mark.search]


def never() -> bool:
    return False


@pytest.fixture
def scripted(settings: Any) -> Callable[..., ScriptedServer]:
    """An engine whose bulk answers are scripted; its index counts as known."""

    def start(bulk: Any) -> ScriptedServer:
        settings.SEARCH_INDEX_NAME = "scripted"
        server = ScriptedServer(bulk, alias="scripted")
        settings.ELASTICSEARCH_URL = server.url
        record_live("scripted-1")
        return server

    return start


def states() -> dict[str, tuple[bool, str]]:
    """Title to (engine has it, why it refused it)."""
    return {row.title: (row.indexed_version == row.version, row.index_error) for row in SearchDocument.objects.all()}


def test_each_answer_of_a_bulk_is_read_by_itself(scripted: Any, guangdong: Any) -> None:
    entries = {title: make_entry(title=title) for title in ("done", "newer", "busy", "refused", "blocked")}
    store_entries(list(entries.values()))
    answers = {"done": 201, "newer": 409, "busy": 429, "refused": 400, "blocked": 403}
    statuses = {entries[title].document_id: status for title, status in answers.items()}
    with scripted(lambda actions: (200, items(actions, statuses))) as server:
        assert Indexer().work(never) == 2
    assert len(server.requests) == 1
    assert states() == {
        "done": (True, ""),
        "newer": (True, ""),
        "busy": (False, ""),
        "refused": (False, "scripted: status 400"),
        "blocked": (False, ""),
    }
    assert (backlog()["waiting"], backlog()["refused"]) == (2, 1)


def test_what_was_refused_is_not_sent_again_until_someone_asks(scripted: Any, guangdong: Any) -> None:
    entry = make_entry()
    store_entry(entry)
    with scripted(lambda actions: (200, items(actions, {entry.document_id: 400}))) as server:
        indexer = Indexer()
        indexer.work(never)
        indexer.work(never)
        assert len(server.requests) == 1
        assert retry_refused() == 1
        indexer.work(never)
        assert len(server.requests) == 2


def test_a_new_version_of_what_was_refused_is_sent(scripted: Any, guangdong: Any) -> None:
    entry = make_entry(title="甲")
    store_entry(entry)
    statuses = {entry.document_id: 400}
    with scripted(lambda actions: (200, items(actions, statuses))):
        indexer = Indexer()
        indexer.work(never)
        statuses.clear()
        store_entry(replace(entry, title="乙"))
        assert indexer.work(never) == 1
    assert states() == {"乙": (True, "")}


def test_a_read_only_engine_is_never_taken_for_done(scripted: Any, guangdong: Any) -> None:
    store_entries([make_entry(title="甲"), make_entry(title="乙")])
    blocked = {"type": "cluster_block_exception", "reason": "index [x] blocked by: [read-only / allow delete]"}

    def answer(actions: list[dict[str, Any]]) -> tuple[int, dict[str, Any]]:
        statuses = {action["index"]["_id"]: 429 for action in actions}
        return 200, items(actions, statuses, **{"429": blocked})

    with scripted(answer) as server:
        indexer = Indexer()
        assert [indexer.work(never), indexer.work(never)] == [0, 0]
    assert len(server.requests) == 1
    assert states() == {"甲": (False, ""), "乙": (False, "")}


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_refusal_as_a_whole_keeps_every_row(scripted: Any, guangdong: Any, status: int) -> None:
    store_entry(make_entry(title="甲"))
    with scripted(lambda actions: (status, {"error": {"type": "scripted", "reason": "no"}, "status": status})):
        assert Indexer().work(never) == 0
    assert states() == {"甲": (False, "")}
    assert len(rows.claim()) == 1


def test_a_claimed_row_is_left_to_its_indexer(guangdong: Any) -> None:
    store_entry(make_entry())
    assert len(rows.claim()) == 1
    assert rows.claim() == []


def test_a_row_that_moved_on_stays_in_the_queue(
    elasticsearch_index: str, drain: Callable[[], int], guangdong: Any
) -> None:
    entry = make_entry(title="甲")
    store_entry(entry)
    drain()
    store_entry(replace(entry, title="乙"))
    sent = rows.claim()
    store_entry(replace(entry, title="丙"))
    rows.record(ElasticsearchBackend().bulk(sent), retry_seconds=0)
    assert states() == {"丙": (False, "")}
    assert drain() == 1
    assert states() == {"丙": (True, "")}


def test_an_older_version_that_comes_late_changes_nothing(
    elasticsearch_index: str, drain: Callable[[], int], guangdong: Any
) -> None:
    entry = make_entry()
    store_entry(entry)
    late = rows.rows_after("")
    store_entry(replace(entry, title="新"))
    drain()
    newest = SearchDocument.objects.get().version
    for _ in range(2):
        outcome = ElasticsearchBackend().bulk(late)
        assert (list(outcome.retry), list(outcome.refused)) == ([], [])
    assert list(held_versions()) == [(entry.document_id, newest)]


def test_a_publish_that_comes_after_its_tombstone_changes_nothing(
    elasticsearch_index: str, drain: Callable[[], int], guangdong: Any
) -> None:
    entry = make_entry()
    store_entry(entry)
    late = rows.rows_after("")
    withdraw_entries([entry.document_id])
    drain()
    assert ElasticsearchBackend().bulk(late).done == [(entry.document_id, late[0]["version"])]
    drain()
    assert list(held_versions()) == []


def test_an_engine_that_lost_everything_is_filled_again(
    elasticsearch_index: str, drain: Callable[[], int], guangdong: Any
) -> None:
    from search.backends.elasticsearch_indexes import delete_index, live_index

    entries = [make_entry() for _ in range(3)]
    store_entries(entries)
    assert drain() == 3
    delete_index(live_index())
    assert drain() == 3
    assert len(list(held_versions())) == 3


def test_an_index_without_alias_is_not_made_by_a_write(elasticsearch_index: str, guangdong: Any) -> None:
    from search.backends.elasticsearch_indexes import live_index

    store_entry(make_entry())
    outcome = ElasticsearchBackend().bulk(rows.claim())
    assert (len(outcome.retry), live_index()) == (1, "")


def test_more_rows_than_a_batch_are_all_sent(
    elasticsearch_index: str, drain: Callable[[], int], guangdong: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "BATCH_ROWS", 4)
    store_entries([make_entry() for _ in range(10)])
    assert drain() == 10
    assert len(list(held_versions())) == 10


def test_a_stop_is_obeyed_between_batches(no_elasticsearch: None, guangdong: Any) -> None:
    store_entry(make_entry())
    assert Indexer().work(never) == 0
    assert backlog()["waiting"] == 1
