"""Arranges the sections of a home page into its fixed places.

The frame of a home page is the same on every site: what a site has more than the known columns
follows in pairs, in the order it was given. Keys are those of the standard column tree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from network.contracts import ListItem, NavigationItem, Section

NEWS = "xwdt"
SERVICES = "bsfw"
SPECIALS = "ztzl"
NOTICES = "tzgg"
POLICIES = ("gfxwj", "zcfg", "flfg")
FOLLOWING = ("zcjd", "hdjl", "sjfb")


@dataclass(frozen=True, kw_only=True)
class Place:
    """A section in its place, with the columns below it for its heading row."""

    section: Section
    children: Sequence[NavigationItem] = ()


@dataclass(frozen=True, kw_only=True)
class HomeLayout:
    """The places of a home page. ``first`` stands above the services, ``following`` below."""

    news: Place | None = None
    first: Sequence[Place] = ()
    services: Place | None = None
    following: Sequence[Place] = ()
    specials: Place | None = None


def _notices_section(notices: Sequence[ListItem] | Section) -> Section:
    if isinstance(notices, Section):
        return notices
    return Section(key=NOTICES, title="通知公告", url="", items=notices)


def arrange_home(
    sections: Mapping[str, Section],
    *,
    notices: Sequence[ListItem] | Section = (),
    navigation: Sequence[NavigationItem] = (),
) -> HomeLayout:
    """Give each section its place. ``notices`` counts only where no section has that key."""
    rest = dict(sections)
    if NOTICES not in rest and notices:
        rest[NOTICES] = _notices_section(notices)
    children = {item.key: item.children for item in navigation if item.key}

    def take(key: str) -> list[Place]:
        section = rest.pop(key, None)
        return [Place(section=section, children=children.get(key, ()))] if section else []

    news, services, specials = take(NEWS), take(SERVICES), take(SPECIALS)
    first = take(NOTICES)
    for key in POLICIES:
        if len(first) < 2:
            first += take(key)
    following = [place for key in (*FOLLOWING, *rest) for place in take(key)]
    return HomeLayout(
        news=news[0] if news else None,
        first=first,
        services=services[0] if services else None,
        following=following,
        specials=specials[0] if specials else None,
    )
