"""What the wizard fills in by itself, from the table of divisions or from a place's name."""

from __future__ import annotations

from typing import Any

from network.branding.api import default_full_name
from network.tenancy.api import HUB_SLUG, Level, Site, is_within
from network.tenancy.divisions import Division, divisions, hub_facts
from network.tenancy.registry import snapshot

PLACE_ENDINGS = ("特别行政区", "自治区", "自治州", "省", "市", "地区", "盟")
DOMAIN_PREFIX = "www."


def open_divisions(site: Site) -> list[Division]:
    """Divisions without a site whose site would stand below the acting one, in official order."""
    by_slug = snapshot().by_slug
    taken = {other.region_path for other in snapshot().sites if not other.is_gone}
    found = []
    for division in divisions():
        above = by_slug.get(parent_slug(division))
        if division.slug in by_slug or above is None or above.is_gone or not is_within(site, above):
            continue
        if f"{above.region_path}{division.code}/" not in taken:
            found.append(division)
    return found


def find_division(code: str) -> Division | None:
    """A division by its code."""
    return next((division for division in divisions() if division.code == code), None)


def parent_slug(division: Division) -> str:
    """Key of the site above a division's site."""
    return next((row.slug for row in divisions() if row.code == division.parent), HUB_SLUG)


def facts_of_division(division: Division) -> dict[str, Any]:
    """Everything of the registry that the table of divisions knows."""
    return {
        "slug": division.slug,
        "level": division.bureau_level,
        "parent": parent_slug(division),
        "division_code": division.code,
        "full_name": division.full_name,
        "short_name": division.bureau_short,
        "english_name": division.english_name,
        "domain": division.domain,
        "site_code": division.site_code,
        "sponsor": division.full_name,
    }


def facts_of_place(place: str, *, level: str, site: Site) -> dict[str, Any]:
    """What follows from a name and a level for a unit that the table does not have."""
    full_name = default_full_name(level, division=place)
    root = str(hub_facts()["domain"]).removeprefix(DOMAIN_PREFIX)
    from pypinyin import lazy_pinyin  # its dictionary takes half a second that most commands never need

    slug = "".join(lazy_pinyin(_without_ending(place), errors="ignore"))
    return {
        "slug": slug,
        "level": level,
        "parent": HUB_SLUG if level == Level.PROVINCE else site.slug,
        "full_name": full_name,
        "short_name": full_name.replace("工商行政管理局", "工商局"),
        "domain": f"{slug}.{root}" if slug else "",
        "sponsor": full_name,
    }


def _without_ending(place: str) -> str:
    for ending in PLACE_ENDINGS:
        if place.endswith(ending) and len(place) > len(ending) + 1:
            return place.removesuffix(ending)
    return place
