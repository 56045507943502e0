"""Arranges the sections of a home page into its fixed places.

The frame of a home page is the same on every site. Keys are those of the standard column tree; a
column of the navigation row that has no place of its own, nor a column below it that has one,
follows at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from network.contracts import ListItem, NavigationItem, Section

NEWS = "xwdt"
SERVICES = "bsfw"
SPECIALS = "ztzl"
NOTICES = "tzgg"
# The first of them with items stands beside the notices.
POLICIES = ("gfxwj", "zcfg", "flfg")
INTERPRETATION = "zcjd"
FOLLOWING = ("hdjl", "sjfb")
# One row of them fits under the top headline on a wide page.
FURTHER_HEADLINES = 3


@dataclass(frozen=True, kw_only=True)
class Place:
    """A section in its place, with the columns below it for its heading row."""

    section: Section
    children: Sequence[NavigationItem] = ()


@dataclass(frozen=True, kw_only=True)
class HomeLayout:
    """The places of a home page, from top to bottom. No item stands twice.

    ``lead`` stands beside ``picture``, or is a pair of its own where no headline has a picture;
    ``first`` stands above the services, ``following`` below.
    """

    headline: ListItem | None = None
    further: Sequence[ListItem] = ()
    picture: ListItem | None = None
    lead: Sequence[Place] = ()
    first: Sequence[Place] = ()
    services: Place | None = None
    following: Sequence[Place] = ()
    specials: Place | None = None

    @property
    def is_odd(self) -> bool:
        """Whether the last pair below the services has one place left."""
        return len(self.following) % 2 == 1


def _with_notices(sections: Mapping[str, Section], notices: Section | Sequence[ListItem]) -> dict[str, Section]:
    found = dict(sections)
    if NOTICES not in found and isinstance(notices, Section):
        found[NOTICES] = notices
    elif NOTICES not in found and not isinstance(notices, Section) and notices:
        found[NOTICES] = Section(key=NOTICES, title="通知公告", url="", items=notices)
    return found


def _policy_key(sections: Mapping[str, Section]) -> str:
    filled = [key for key in POLICIES if key in sections and sections[key].items]
    known = [key for key in POLICIES if key in sections]
    return (filled or known or [""])[0]


def arrange_home(
    sections: Mapping[str, Section],
    *,
    headlines: Sequence[ListItem] = (),
    notices: Section | Sequence[ListItem] = (),
    navigation: Sequence[NavigationItem] = (),
) -> HomeLayout:
    """Give each section its place. ``notices`` counts only where no section has the key tzgg."""
    known = _with_notices(sections, notices)
    children = {item.key: item.children for item in navigation if item.key}
    picture = next((item for item in headlines if item.image_url), None)
    shown = {item.url for item in (*headlines[:1], picture) if item}
    listed = {item.url for key in (NEWS, NOTICES) if key in known for item in known[key].items}
    further = [item for item in headlines if item.url not in shown | listed][:FURTHER_HEADLINES]

    def places(*keys: str) -> list[Place]:
        found = []
        for key in keys:
            if key in known:
                items = [item for item in known[key].items if item.url not in shown]
                section = replace(known[key], items=items)
                found.append(Place(section=section, children=children.get(key, ())))
        return found

    policy = _policy_key(known)
    top = places(NEWS, NOTICES, policy, INTERPRETATION)
    lead_size = 1 if picture else 2
    first_size = 2
    services, specials = places(SERVICES), places(SPECIALS)
    placed = {NEWS, NOTICES, policy, INTERPRETATION, SERVICES, SPECIALS, *FOLLOWING}
    unplaced = [
        item.key
        for item in navigation
        if item.key not in placed and not placed & {child.key for child in item.children}
    ]
    return HomeLayout(
        headline=headlines[0] if headlines else None,
        further=further,
        picture=picture,
        lead=top[:lead_size],
        first=top[lead_size : lead_size + first_size],
        services=services[0] if services else None,
        following=[*top[lead_size + first_size :], *places(*FOLLOWING, *unplaced)],
        specials=specials[0] if specials else None,
    )
