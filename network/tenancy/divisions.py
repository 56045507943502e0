"""The table of provinces and prefecture units this project keeps.

Facts after GB/T 2260; names, slugs, order and tile places as files in ``data/``.
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from network.tenancy.models import Site
from network.tenancy.registry import snapshot

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, kw_only=True)
class Division:
    """One row of the table; ``parent`` is the six-digit code above, empty for a province."""

    code: str
    level: str
    kind: str
    name: str
    short: str
    parent: str
    slug: str
    bureau_level: str
    full_name: str
    bureau_short: str
    english_name: str
    domain: str
    site_code: str
    order: int
    tile_row: int | None
    tile_column: int | None


@dataclass(frozen=True)
class GroupTile:
    """One square of the group navigation; ``slug`` is empty where no site is part of the group."""

    short: str
    slug: str
    row: int
    column: int
    is_open: bool


def _number(text: str) -> int | None:
    return int(text) if text else None


@lru_cache(maxsize=1)
def divisions() -> tuple[Division, ...]:
    """All divisions in official order."""
    with (DATA / "divisions.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            Division(
                order=int(row.pop("order")),
                tile_row=_number(row.pop("tile_row")),
                tile_column=_number(row.pop("tile_column")),
                **row,
            )
            for row in csv.DictReader(file)
        ]
    return tuple(sorted(rows, key=lambda division: division.order))


@lru_cache(maxsize=1)
def hub_facts() -> dict[str, str]:
    """Registry facts of the hub."""
    return tomllib.loads((DATA / "national.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _tiles() -> tuple[dict[str, str], ...]:
    with (DATA / "tiles.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def group_tiles(site: Site | None = None) -> list[GroupTile]:
    """The 34 tiles of the group navigation; those without an open site are marked."""
    by_slug = snapshot().by_slug
    return [
        GroupTile(
            short=tile["mark"],
            slug=tile["slug"],
            row=int(tile["row"]),
            column=int(tile["column"]),
            is_open=tile["slug"] in by_slug and by_slug[tile["slug"]].is_public,
        )
        for tile in _tiles()
    ]
