"""Rows, versions, tombstones."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest

from network.errors import InvalidValue
from network.events import entry_published, entry_withdrawn, presence_changed
from search.actions import region_and_above, store_entries, store_entry, withdraw_site
from search.models import SearchDocument, SearchTokens
from tests.search.entries import make_edition, make_entry, place

pytestmark = [pytest.mark.django_db, pytest.mark.search]


def row(document_id: str) -> SearchDocument:
    return SearchDocument.objects.get(document_id=document_id)


def test_a_published_item_gets_a_row_with_facts_of_its_site(guangzhou: Any) -> None:
    entry = make_entry("guangzhou", sites={"guangzhou": "/news/1/"})
    entry_published.emit(entry)
    stored = row(entry.document_id)
    assert (stored.level, stored.regions) == (guangzhou.level, ["/440000/", "/440000/440100/"])
    assert (stored.sites, stored.addresses, stored.year) == (["guangzhou"], {"guangzhou": "/news/1/"}, 2024)
    assert stored.indexed_version < stored.version


def test_equal_content_is_no_new_version(guangdong: Any) -> None:
    entry = make_entry()
    assert store_entry(entry) is True
    version = row(entry.document_id).version
    assert store_entry(entry) is False
    assert row(entry.document_id).version == version


def test_changed_content_is_a_higher_version(guangdong: Any) -> None:
    entry = make_entry()
    store_entry(entry)
    version = row(entry.document_id).version
    assert store_entry(replace(entry, title="改")) is True
    assert (row(entry.document_id).title, row(entry.document_id).version > version) == ("改", True)
    assert "改" in SearchTokens.objects.get(document=row(entry.document_id)).vector


def test_a_tombstone_keeps_its_row_under_a_higher_version(guangdong: Any) -> None:
    entry = make_entry()
    store_entry(entry)
    version = row(entry.document_id).version
    entry_withdrawn.emit(entry.document_id)
    gone = row(entry.document_id)
    assert (gone.is_withdrawn, gone.version > version) == (True, True)
    entry_withdrawn.emit(entry.document_id)
    assert row(entry.document_id).version == gone.version


def test_late_presence_does_not_revive_a_tombstone(guangdong: Any, hub: Any) -> None:
    entry = make_edition()
    store_entry(entry)
    entry_withdrawn.emit(entry.document_id)
    version = row(entry.document_id).version
    place(uuid.UUID(entry.document_id), "guangdong", "guangdong")
    presence_changed.emit([uuid.UUID(entry.document_id)])
    assert (row(entry.document_id).is_withdrawn, row(entry.document_id).version) == (True, version)


def test_a_new_publish_revives_a_tombstone(guangdong: Any) -> None:
    entry = make_entry()
    store_entry(entry)
    entry_withdrawn.emit(entry.document_id)
    version = row(entry.document_id).version
    entry_published.emit(entry)
    assert (row(entry.document_id).is_withdrawn, row(entry.document_id).version > version) == (False, True)


def test_an_update_of_an_edition_keeps_the_sites_that_show_it(hub: Any, guangdong: Any) -> None:
    entry = make_edition(on={"guangdong": "guangdong"})
    store_entry(entry)
    store_entry(replace(entry, title="改"))
    assert row(entry.document_id).sites == ["national", "guangdong"]


def test_presence_without_a_change_is_no_new_version(hub: Any, guangdong: Any) -> None:
    entry = make_edition(on={"guangdong": "guangdong"})
    store_entry(entry)
    version = row(entry.document_id).version
    presence_changed.emit([uuid.UUID(entry.document_id)])
    assert row(entry.document_id).version == version


def test_presence_of_an_unknown_item_writes_nothing(hub: Any) -> None:
    presence_changed.emit([uuid.uuid4()])
    assert SearchDocument.objects.count() == 0


def test_an_entry_without_its_origin_first_is_refused(guangdong: Any) -> None:
    entry = make_entry(sites={"hebei": "/x/"})
    with pytest.raises(InvalidValue, match=r"lists the sites \['hebei'\]"):
        store_entry(entry)
    assert SearchDocument.objects.count() == 0


def test_a_site_that_leaves_takes_its_items_and_its_name(hub: Any, guangdong: Any, hebei: Any) -> None:
    own, other = make_entry("guangdong"), make_entry("hebei")
    edition = make_edition(on={"guangdong": "guangdong", "hebei": "hebei"})
    store_entries([own, other, edition])
    assert withdraw_site("guangdong") == 2
    assert [row(each.document_id).is_withdrawn for each in (own, other, edition)] == [True, False, False]
    assert row(edition.document_id).sites == ["national", "hebei"]
    assert row(edition.document_id).regions == ["/", "/130000/"]


def test_a_long_body_is_cut_for_tokens_and_kept_for_reading(guangdong: Any) -> None:
    signs = "".join(chr(0x4E00 + number % 20000) for number in range(300_000))
    entry = make_entry(body=signs + "\x00")
    store_entry(entry)
    assert len(row(entry.document_id).body) == 200_000


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/", ["/"]), ("/440000/", ["/440000/"]), ("/440000/440100/", ["/440000/", "/440000/440100/"])],
)
def test_regions_include_those_above(path: str, expected: list[str]) -> None:
    assert region_and_above(path) == expected
