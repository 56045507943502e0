"""Rows compared with the engine."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from search.actions import store_entries, store_entry
from search.backends.clients import bulk_client
from search.backends.elasticsearch_indexes import delete_documents, held_versions
from search.indexing.reconcile import reconcile
from search.models import SearchDocument
from tests.search.entries import make_edition, make_entry, place

pytestmark = [pytest.mark.django_db, pytest.mark.search]


def test_equal_sides_are_clean_and_stay_untouched(
    elasticsearch_index: str, drain: Callable[[], int], hub: Any, guangdong: Any
) -> None:
    store_entries([make_entry(), make_edition(on={"guangdong": "guangdong"})])
    drain()
    before = list(held_versions())
    for _ in range(2):
        report = reconcile(repair=True)
        assert (report.is_clean, report.repaired, report.rows, report.documents, report.sites) == (True, 0, 2, 2, {})
    assert list(held_versions()) == before
    assert drain() == 0


def test_differences_are_named_repaired_then_gone(
    elasticsearch_index: str, drain: Callable[[], int], guangdong: Any
) -> None:
    missing, stale, surplus, kept = (make_entry() for _ in range(4))
    store_entries([missing, stale, surplus, kept])
    drain()
    held = dict(held_versions())
    delete_documents([(missing.document_id, held[missing.document_id])])
    SearchDocument.objects.filter(document_id=surplus.document_id).delete()
    store_entry(replace(stale, title="改"))
    SearchDocument.objects.filter(document_id=stale.document_id).update(
        indexed_version=SearchDocument.objects.get(document_id=stale.document_id).version
    )
    found = reconcile()
    assert (found.missing, found.stale, found.surplus) == (
        [missing.document_id],
        [stale.document_id],
        [surplus.document_id],
    )
    assert (found.is_clean, found.repaired) == (False, 0)
    assert reconcile(repair=True).repaired == 3
    drain()
    assert reconcile(repair=True).is_clean
    assert {document_id for document_id, _ in held_versions()} == {
        missing.document_id,
        stale.document_id,
        kept.document_id,
    }


def test_a_document_ahead_of_its_row_asks_for_a_rebuild(
    elasticsearch_index: str, drain: Callable[[], int], guangdong: Any
) -> None:
    entry = make_entry()
    store_entry(entry)
    drain()
    SearchDocument.objects.update(version=0, indexed_version=0)
    assert reconcile(repair=True).ahead == [entry.document_id]


def test_waiting_rows_are_no_difference(elasticsearch_index: str, drain: Callable[[], int], guangdong: Any) -> None:
    store_entry(make_entry())
    drain()
    store_entry(make_entry())
    report = reconcile()
    assert (report.is_clean, report.waiting) == (True, 1)


def test_a_forgotten_placement_is_found_without_elasticsearch(no_elasticsearch: None, hub: Any, guangdong: Any) -> None:
    edition = make_edition()
    store_entry(edition)
    place(uuid.UUID(edition.document_id), "guangdong", "guangdong")
    assert reconcile().misplaced == [edition.document_id]
    assert reconcile(repair=True).repaired == 1
    assert (reconcile(repair=True).is_clean, SearchDocument.objects.get().sites) == (True, ["national", "guangdong"])


def test_a_document_that_nobody_wrote_is_deleted(
    elasticsearch_index: str, drain: Callable[[], int], guangdong: Any
) -> None:
    drain()
    bulk_client().index(index=elasticsearch_index, id="x:y:z", document={"document_id": "x:y:z"}, refresh=True)
    assert reconcile(repair=True).surplus == ["x:y:z"]
    assert list(held_versions()) == []
