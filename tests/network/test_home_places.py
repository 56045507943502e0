"""Which columns a home page may show: enough for every page, and no more is read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from network.contracts import ListItem, NavigationItem, Section
from network.home_places import keys_on_home
from themes.components.home_layout import arrange_home

STANDARD = [("xwdt", ""), ("gzdt", "xwdt"), ("zwgk", ""), ("tzgg", "zwgk"), ("jggk", "zwgk"), ("zcfg", "")]
STANDARD += [("gfxwj", "zcfg"), ("flfg", "zcfg"), ("zcjd", "zcfg"), ("bsfw", ""), ("sjfb", ""), ("ztzl", "")]
TREES = {
    "standard": STANDARD,
    "a group of its own": [*STANDARD, ("bdfc", ""), ("fgyj", "bdfc")],
    "policies apart": [("xwdt", ""), ("gfxwj", ""), ("flfg", ""), ("more", ""), ("zcfg", "more")],
    "news within a group": [("all", ""), ("xwdt", "all"), ("other", "")],
    "nothing standard": [("one", ""), ("two", "one"), ("three", "")],
}


def test_a_group_with_a_placed_column_is_no_row_of_its_own() -> None:
    keys = keys_on_home(STANDARD)
    assert {"xwdt", "tzgg", "gfxwj", "zcfg", "flfg", "zcjd", "sjfb"} <= keys
    assert not keys & {"zwgk", "gzdt", "jggk"}


@pytest.mark.parametrize("filled", [True, False])
@pytest.mark.parametrize("kind", TREES)
def test_the_page_misses_nothing_that_is_not_read(kind: str, filled: bool) -> None:
    tree = TREES[kind]
    items = [ListItem(title="一条", url="/one/")] if filled else []
    sections = {
        key: Section(key=key, title=key, url=f"/{key}/", items=[replace(item, url=f"/{key}/1/") for item in items])
        for key, _group in tree
    }
    navigation = [
        NavigationItem(
            title=key,
            url=f"/{key}/",
            key=key,
            children=[
                NavigationItem(title=below, url=f"/{below}/", key=below) for below, group in tree if group == key
            ],
        )
        for key, above in tree
        if not above
    ]
    read = {key: section for key, section in sections.items() if key in keys_on_home(tree)}
    assert arrange_home(read, navigation=navigation) == arrange_home(sections, navigation=navigation)
