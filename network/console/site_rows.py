"""The tree of sites with state and load, as the console's screens and its download show it."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from network.boards.api import SiteSummary, summaries
from network.tenancy.api import Level, Site, State, absolute_url, all_sites, group_tiles, is_within
from network.tenancy.registry import snapshot


@dataclass(frozen=True)
class SiteRow:
    """One site with its load; ``children`` are the rows below it that the filter lets through."""

    site: Site
    summary: SiteSummary | None
    url: str
    domain: str
    is_closing_due: bool
    children: Sequence[SiteRow] = ()

    @property
    def state_key(self) -> str:
        return self.site.maintenance or self.site.state

    @property
    def state_label(self) -> str:
        return str(self.site.get_maintenance_display() if self.site.maintenance else self.site.get_state_display())


@dataclass(frozen=True)
class Filter:
    """What the person looks for; empty fields let everything through. ``region`` is a site's key."""

    words: str = ""
    level: str = ""
    state: str = ""
    region: str = ""

    @property
    def is_active(self) -> bool:
        return any((self.words, self.level, self.state, self.region))

    def lets_through(self, site: Site, region: Site | None) -> bool:
        facts = (site.full_name, site.short_name, site.slug, site.division_code, site.site_code or "")
        return (
            (not self.words or any(self.words.lower() in fact.lower() for fact in facts))
            and self.level in ("", site.level)
            and self.state in ("", site.state)
            and (region is None or is_within(region, site))
        )


@dataclass(frozen=True)
class StateTile:
    """One of the 34 squares. ``state`` is empty where no site of the group stands."""

    short: str
    row: int
    column: int
    slug: str = ""
    name: str = ""
    state: str = ""
    state_label: str = ""


@dataclass(frozen=True)
class Tree:
    """Everything the page shows."""

    rows: list[SiteRow]
    shown: int
    total: int
    states: list[tuple[str, str, int]] = field(default_factory=list)


def site_tree(site: Site, wanted: Filter) -> Tree:
    """The subtree of a site as rows: itself and the provinces on top, cities folded below theirs."""
    mine = [other for other in all_sites() if is_within(site, other)]
    region = snapshot().by_slug.get(wanted.region) if wanted.region else None
    found = {other.pk for other in mine if wanted.lets_through(other, region)}
    load = summaries()
    below: dict[int, list[Site]] = {}
    for other in mine:
        if other.level not in (Level.NATIONAL, Level.PROVINCE) and other.parent_id:
            below.setdefault(other.parent_id, []).append(other)
    tops = [other for other in mine if other.level in (Level.NATIONAL, Level.PROVINCE)]
    rows = []
    for top in tops:
        children = [_row(child, load) for child in below.get(top.pk, []) if child.pk in found]
        if top.pk in found or children:
            rows.append(_row(top, load, children))
    counted = Counter(other.state for other in mine)
    return Tree(
        rows=rows,
        shown=len(found),
        total=len(mine),
        states=[(state, str(State(state).label), counted[state]) for state in State.values if counted[state]],
    )


def _row(site: Site, load: dict[str, SiteSummary], children: Sequence[SiteRow] = ()) -> SiteRow:
    is_due = site.state == State.CLOSING and (site.closing_on or datetime.date.max) <= timezone.localdate()
    return SiteRow(
        site=site,
        summary=load.get(site.slug),
        url=absolute_url(site, "/"),
        domain=snapshot().primary_host.get(site.pk, ""),
        is_closing_due=is_due,
        children=children,
    )


def flat(rows: Iterable[SiteRow]) -> list[SiteRow]:
    """The rows with those folded below them, in order."""
    return [each for row in rows for each in (row, *row.children)]


def state_tiles() -> list[StateTile]:
    """The 34 squares with the state of each province's site."""
    by_slug = snapshot().by_slug
    tiles = []
    for tile in group_tiles():
        held = by_slug.get(tile.slug)
        tiles.append(
            StateTile(
                short=tile.short,
                row=tile.row,
                column=tile.column,
                slug=held.slug if held else "",
                name=held.short_name if held else "",
                state=held.state if held else "",
                state_label=str(held.get_state_display()) if held else "",
            )
        )
    return tiles


def missing_facts(site: Site) -> list[str]:
    """Labels of registry facts that readers or regulators ask for, which are still empty."""
    names = (
        "site_code",
        "icp_number",
        "public_security_number",
        "leader_in_charge",
        "person_responsible",
        "contact_person",
        "contact_phone",
        "contact_address",
    )
    return [str(Site._meta.get_field(name).verbose_name) for name in names if not getattr(site, name)]
