"""Arranges the sections of a home page into its fixed places.

The frame of a home page is the same on every site. Keys are those of the standard column tree; a
column of the navigation row that has no place of its own, nor a column below it that has one,
follows at the end.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from network.contracts import ListItem, NavigationItem, Section, ServiceGroup
from network.home_places import (
    ALWAYS_PLACED,
    INTERACTION,
    INTERPRETATION,
    LAWS,
    NEWS,
    NORMATIVE,
    NOTICES,
    POLICIES,
    SERVICES,
    SPECIALS,
    STATISTICS,
)
from themes.components.pictures import drawing_for, drawing_in_turn, drawing_url

# One row of them fits under the top headline on a wide page.
FURTHER_HEADLINES = 3
SLIDES = 4
BAND_ITEMS = 4
"""Items of policy, as of interpretation below it: together as high as the notices beside them."""

ARCHIVED = "archived"
BESIDE_CHART = 4
"""Items of interaction and of figures below it where a chart stands beside them."""

MOST_CARDS = 4
"""Specials in one row of a wide page, in two of a narrow one; the others stand in their column."""

# Whom a column of services serves, as its tree words it, to the group of services it stands in.
USERS = {"消费者": "person", "公众": "person", "个人": "person", "企业": "legal", "法人": "legal"}


@dataclass(frozen=True, kw_only=True)
class Place:
    """A section in its place, with the columns below it for its heading row."""

    section: Section
    children: Sequence[NavigationItem] = ()


@dataclass(frozen=True, kw_only=True)
class Card:
    """A special with its picture."""

    title: str
    url: str
    image_url: str
    image_alt: str = ""
    is_sample: bool = False


@dataclass(frozen=True, kw_only=True)
class HomeLayout:
    """The places of a home page, from top to bottom. No item stands twice above the services.

    ``slides`` stand beside ``news``, ``notices`` beside ``policy`` over ``interpretation``. Few notices would leave
    the place below them white: then these three stand with the laws in a ``square`` of two rows, where there are any.
    ``following`` are the columns that have no place of their own.
    """

    headline: ListItem | None = None
    further: Sequence[ListItem] = ()
    slides: Sequence[ListItem] = ()
    news: Place | None = None
    notices: Place | None = None
    policy: Place | None = None
    interpretation: Place | None = None
    square: Sequence[Place] = ()
    services: Place | None = None
    groups: Sequence[ServiceGroup] = ()
    interaction: Place | None = None
    statistics: Place | None = None
    specials: Place | None = None
    cards: Sequence[Card] = ()
    following: Sequence[Place] = ()


def _with_notices(sections: Mapping[str, Section], notices: Section | Sequence[ListItem]) -> dict[str, Section]:
    found = dict(sections)
    if NOTICES not in found and isinstance(notices, Section):
        found[NOTICES] = notices
    elif NOTICES not in found and not isinstance(notices, Section) and notices:
        found[NOTICES] = Section(key=NOTICES, title=_("通知公告"), url="", items=notices)
    return found


def _urls_of(sections: Mapping[str, Section], key: str) -> set[str]:
    return {item.url for item in sections[key].items} if key in sections else set()


def _policy_key(sections: Mapping[str, Section]) -> str:
    explained = _urls_of(sections, INTERPRETATION)
    filled = [key for key in POLICIES if _urls_of(sections, key) - explained]
    known = [key for key in POLICIES if key in sections]
    return (filled or known or [""])[0]


def picture_slides(headlines: Sequence[ListItem], *, most: int = SLIDES) -> list[ListItem]:
    """Headlines with a picture first; the places left over go to others, each under a drawing of its kind."""
    own = [item for item in headlines if item.image_url][:most]
    others = [item for item in headlines if not item.image_url][: most - len(own)]
    drawn: list[ListItem] = []
    taken: tuple[str, ...] = ()
    for item in others:
        name = drawing_for(item.kind, taken=taken)
        taken += (name,)
        drawn.append(replace(item, image_url=drawing_url(name), image_alt=""))
    return [*own, *drawn]


def special_cards(children: Sequence[NavigationItem], items: Sequence[ListItem]) -> list[Card]:
    """Specials as cards: the columns of specials first, then single items that are not over."""
    entries = [(child.title, child.url, "", "", False) for child in children]
    items = [item for item in items if item.validity != ARCHIVED]
    entries += [(item.title, item.url, item.image_url, item.image_alt, item.is_sample) for item in items]
    return [
        Card(
            title=title,
            url=url,
            image_url=image or drawing_url(drawing_in_turn(number)),
            image_alt=alt,
            is_sample=is_sample,
        )
        for number, (title, url, image, alt, is_sample) in enumerate(entries[:MOST_CARDS])
    ]


def service_groups(children: Sequence[NavigationItem]) -> list[ServiceGroup]:
    """Columns of services grouped by whom they serve; those for everybody stand in both groups."""
    titles = {"person": _("个人办事"), "legal": _("法人办事")}
    groups = []
    for key, title in titles.items():
        entries = [child for child in children if USERS.get(child.user_type, key) == key]
        if entries:
            groups.append(ServiceGroup(key=key, title=title, entries=entries))
    return groups if any(child.user_type for child in children) else []


def _filled(places: Sequence[Place | None]) -> Sequence[Place]:
    """These places if each of them has items, or none."""
    found = [place for place in places if place and place.section.items]
    return found if len(found) == len(places) else ()


def arrange_home(
    sections: Mapping[str, Section],
    *,
    headlines: Sequence[ListItem] = (),
    notices: Section | Sequence[ListItem] = (),
    navigation: Sequence[NavigationItem] = (),
    groups: Sequence[ServiceGroup] = (),
    has_chart: bool = False,
) -> HomeLayout:
    """Give each section its place. ``notices`` counts only where no section has the key tzgg."""
    known = _with_notices(sections, notices)
    children = {item.key: item.children for item in navigation if item.key}
    slides = picture_slides(headlines[1:] or headlines)
    top = headlines[:1]
    shown = {item.url for item in (*top, *slides)}
    listed = {item.url for key in (NEWS, NOTICES) if key in known for item in known[key].items}
    further = [item for item in headlines if item.url not in shown | listed][:FURTHER_HEADLINES]

    def place(key: str, *, most: int = 0, without: Collection[str] = ()) -> Place | None:
        if key not in known:
            return None
        # A picture may repeat a line of its column, the top headline may not.
        left_out = {*without, *(entry.url for entry in top)}
        items = [item for item in known[key].items if item.url not in left_out]
        return Place(section=replace(known[key], items=items[:most] if most else items), children=children.get(key, ()))

    policy = _policy_key(known)
    explained = _urls_of(known, INTERPRETATION)
    beside_chart = BESIDE_CHART if has_chart else 0
    notices_placed = place(NOTICES)
    # The group of all policy columns holds the interpretations below it, too.
    policy_placed = place(policy, most=BAND_ITEMS, without=explained)
    interpretation = place(INTERPRETATION, most=BAND_ITEMS)
    laws = place(LAWS, most=BAND_ITEMS) if policy == NORMATIVE else None
    is_short = notices_placed is not None and len(notices_placed.section.items) <= BAND_ITEMS
    square = _filled((notices_placed, policy_placed, interpretation, laws)) if is_short else ()
    placed = ALWAYS_PLACED | {policy, *(entry.section.key for entry in square)}
    unplaced = [
        item.key
        for item in navigation
        if item.key not in placed and not placed & {child.key for child in item.children}
    ]
    specials = place(SPECIALS)
    return HomeLayout(
        headline=headlines[0] if headlines else None,
        further=further,
        slides=slides,
        news=place(NEWS),
        notices=notices_placed,
        policy=policy_placed,
        interpretation=interpretation,
        square=square,
        services=place(SERVICES),
        groups=groups or service_groups(children.get(SERVICES, ())),
        interaction=place(INTERACTION, most=beside_chart),
        statistics=place(STATISTICS, most=beside_chart),
        specials=specials,
        cards=special_cards(specials.children, specials.section.items) if specials else (),
        following=[found for key in unplaced if (found := place(key))],
    )
