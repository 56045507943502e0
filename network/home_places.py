"""Columns that have a place of their own on a home page, by their keys in the standard column tree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

NEWS = "xwdt"
NOTICES = "tzgg"
NORMATIVE = "gfxwj"
LAWS = "flfg"
POLICIES = (NORMATIVE, "zcfg", LAWS)
"""The first of them with items stands in the place of policy."""

INTERPRETATION = "zcjd"
SERVICES = "bsfw"
INTERACTION = "hdjl"
STATISTICS = "sjfb"
SPECIALS = "ztzl"
ALWAYS_PLACED = frozenset({NEWS, NOTICES, INTERPRETATION, SERVICES, INTERACTION, STATISTICS, SPECIALS})


def keys_on_home(columns: Iterable[tuple[str, str]]) -> set[str]:
    """Keys whose items a home page may show, of a site with these columns as ``(key, key of the group or empty)``.

    Those with a place, and the entries of the navigation row that follow because nothing below them has one.
    """
    groups: dict[str, set[str]] = defaultdict(set)
    for key, group in columns:
        groups[group].add(key)
    following = {key for key in groups[""] if not ALWAYS_PLACED & groups[key]}
    return {*ALWAYS_PLACED, *POLICIES, *following}
