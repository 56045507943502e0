"""Sample texts: enough of them, each with a place, each plainly a sample."""

from __future__ import annotations

from collections import Counter

import pytest

from deploy.demo.items import DemoItem, read_items
from network.tenancy.divisions import divisions
from sites.content.trees import ColumnSpec, standard_tree
from sites.pages.models import Kind

ITEMS = read_items()
LEVELS = {"hub": "national", **{row.slug: row.bureau_level for row in divisions()}}


def keys(columns: tuple[ColumnSpec, ...]) -> set[str]:
    return {key for column in columns for key in (column.key, *keys(column.children))}


def every_item() -> list[DemoItem]:
    return [item for items in ITEMS.values() for item in items]


def test_there_are_enough() -> None:
    assert len(every_item()) >= 120
    assert "hub" in ITEMS
    assert {row.slug for row in divisions() if row.level == "province"} <= set(ITEMS)
    assert {row.slug for row in divisions() if row.parent == "440000"} <= set(ITEMS)


def test_keys_are_told_apart_on_their_site() -> None:
    counted = Counter((item.site, item.key) for item in every_item())
    assert [key for key, count in counted.items() if count > 1] == []


@pytest.mark.parametrize("site", sorted(ITEMS))
def test_each_item_fits_its_site(site: str) -> None:
    columns = keys(standard_tree(LEVELS[site]))
    for item in ITEMS[site]:
        assert item.column in columns, item.key
        assert item.kind in Kind.values, item.key
        assert item.title, item.key
        assert len(item.title) <= 255, item.key
        assert item.body, item.key


def test_only_the_hub_dispatches() -> None:
    assert {item.site for item in every_item() if item.is_dispatched} == {"hub"}
