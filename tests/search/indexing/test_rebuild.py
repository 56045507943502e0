"""A new index beside the live one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from search.actions import store_entries, store_entry, withdraw_entries
from search.backends.base import EngineUnavailable
from search.backends.clients import bulk_client
from search.backends.elasticsearch import ElasticsearchBackend
from search.backends.elasticsearch_indexes import held_versions, live_index
from search.indexing import rebuild as rebuilding
from search.indexing import rows
from search.indexing.indexer import Indexer
from search.indexing.reconcile import reconcile
from search.models import SearchDocument, SearchIndex
from tests.search.entries import make_entry

pytestmark = [pytest.mark.search]


def index_names(alias: str) -> set[str]:
    return set(bulk_client().indices.get(index=f"{alias}-*", ignore_unavailable=True))


@pytest.mark.django_db
def test_the_alias_moves_and_the_old_index_goes(
    elasticsearch_index: str, drain: Callable[[], int], guangdong: Any
) -> None:
    store_entries([make_entry() for _ in range(3)])
    drain()
    old = live_index()
    out = StringIO()
    call_command("rebuild_search", stdout=out)
    assert live_index() != old
    assert index_names(elasticsearch_index) == {live_index()}
    assert len(list(held_versions())) == 3
    assert "3 rows, 0 repaired" in out.getvalue()


@pytest.mark.django_db
def test_a_failed_rebuild_leaves_the_live_index(
    elasticsearch_index: str, drain: Callable[[], int], guangdong: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_entry(make_entry())
    drain()
    old = live_index()

    def fail(self: Any, batch: Any) -> None:
        raise EngineUnavailable("Elasticsearch went away.")

    monkeypatch.setattr(ElasticsearchBackend, "bulk", fail)
    with pytest.raises(CommandError, match="The live index was not touched"):
        call_command("rebuild_search", stdout=StringIO())
    assert (live_index(), index_names(elasticsearch_index)) == (old, {old})
    assert list(SearchIndex.objects.values_list("name", flat=True)) == [old]


@pytest.mark.django_db
def test_leftovers_of_a_killed_rebuild_are_removed(
    elasticsearch_index: str, drain: Callable[[], int], guangdong: Any
) -> None:
    drain()
    leftover = f"{elasticsearch_index}-leftover"
    bulk_client().indices.create(index=leftover)
    SearchIndex.objects.create(name=leftover, schema_hash="", state=SearchIndex.State.BUILDING)
    rebuilding.rebuild()
    assert index_names(elasticsearch_index) == {live_index()}


@pytest.mark.django_db
def test_nothing_is_rebuilt_for_an_unchanged_mapping(elasticsearch_index: str, drain: Callable[[], int]) -> None:
    drain()
    old = live_index()
    call_command("rebuild_search", "--if-changed", stdout=StringIO())
    assert live_index() == old


@pytest.mark.django_db
def test_without_elasticsearch_there_is_nothing_to_rebuild(no_elasticsearch: None) -> None:
    with pytest.raises(CommandError, match="nothing to rebuild"):
        call_command("rebuild_search")


@pytest.mark.django_db(transaction=True)
def test_no_write_is_lost_while_an_index_is_rebuilt(
    elasticsearch_index: str, guangdong: Any, no_gate: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "BATCH_ROWS", 5)
    entries = [make_entry() for _ in range(40)]
    store_entries(entries)
    Indexer().work(lambda: False)
    stop, failures = threading.Event(), []

    def write() -> None:
        try:
            indexer, turn = Indexer(), 0
            while not stop.is_set():
                turn += 1
                store_entry(replace(entries[turn % 30], title=f"改{turn}"))
                store_entry(make_entry())
                if turn <= 10:
                    withdraw_entries([entries[30 + turn - 1].document_id])
                indexer.work(lambda: False)
        except BaseException as error:  # noqa: BLE001  reported by the test below
            failures.append(error)
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(3):
            rebuilding.rebuild()
    finally:
        stop.set()
        writer.join()
    assert failures == []
    Indexer().work(lambda: False)
    reconcile(repair=True)
    Indexer().work(lambda: False)
    report = reconcile()
    assert (report.is_clean, report.waiting, report.rows) == (True, 0, report.documents)
    assert SearchDocument.objects.filter(is_withdrawn=False).count() == report.documents > 40


@pytest.mark.django_db(transaction=True)
def test_only_one_rebuild_runs(elasticsearch_index: str, guangdong: Any) -> None:
    started, finish, refused = threading.Event(), threading.Event(), []

    def hold() -> None:
        try:
            with rebuilding._only_one():
                started.set()
                finish.wait(10)
        finally:
            connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    started.wait(10)
    try:
        rebuilding.rebuild()
    except rebuilding.RebuildRefused as error:
        refused.append(error.code)
    finally:
        finish.set()
        holder.join()
    assert refused == ["search.rebuild_refused"]
