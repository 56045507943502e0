"""The way to a screen: every section the menu names, what lies between, no link to the screen itself."""

from __future__ import annotations

import pytest
from django.urls import get_resolver

from themes.components.trail import ALONE, BELOW, SECTIONS, trail


def labels(view: str, **given: tuple[str, str]) -> list[tuple[str | None, str | None]]:
    return [(item["label"], item["url"]) for item in trail(view, "本页", **given)]


def test_a_screen_stands_below_its_section_and_what_lies_between():
    assert labels("network_sites:facts", parent=("广州市局", "/admin/network/sites/guangzhou/")) == [
        ("工作台", "/admin/"),
        ("站点", "/admin/network/sites/"),
        ("广州市局", "/admin/network/sites/guangzhou/"),
        ("本页", None),
    ]


@pytest.mark.parametrize("view", ["network_sites:sites", "network_audit:log", "network_blocks:own", "entry:visits"])
def test_a_first_screen_is_not_below_itself(view):
    assert labels(view) == [("工作台", "/admin/"), ("本页", None)]


def test_a_screen_of_another_section_than_its_address_says():
    assert labels("network_blocks:appeal")[1] == ("被停用的地址", "/admin/blocked/")
    assert labels("staff_close")[1] == ("安全管理", "/admin/security/accounts/")


def test_every_screen_named_exists():
    named = {view for _label, view in [*SECTIONS.values(), *BELOW.values()]} | set(BELOW) | ALONE
    spaces = {entry.namespace: entry for entry in _admin_entries() if getattr(entry, "namespace", None)}
    for view in sorted(named):
        space, _, name = view.rpartition(":")
        patterns = spaces[space].url_patterns if space else list(_admin_entries())
        assert name in {getattr(pattern, "name", None) for pattern in patterns}, view


def _admin_entries(entries=None):
    for entry in get_resolver().url_patterns if entries is None else entries:
        yield entry
        if hasattr(entry, "url_patterns") and not entry.namespace:
            yield from _admin_entries(entry.url_patterns)
