"""Standard column trees per level, read from data files."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, kw_only=True)
class ColumnSpec:
    """One column of a standard tree."""

    key: str
    title: str
    slug: str
    type: str
    user_type: str = ""
    description: str = ""
    keywords: str = ""
    clock_key: str = ""
    children: tuple[ColumnSpec, ...] = field(default=())


def _spec(entry: dict[str, Any]) -> ColumnSpec:
    keywords = entry.get("keywords", "")
    return ColumnSpec(
        key=entry["key"],
        title=entry["title"],
        slug=entry["slug"],
        type=entry.get("type", ""),
        user_type=entry.get("user_type", ""),
        description=entry.get("description", ""),
        keywords=" ".join(keywords) if isinstance(keywords, list) else keywords,
        clock_key=entry.get("clock_key", ""),
        children=tuple(_spec(child) for child in entry.get("children", entry.get("column", []))),
    )


@lru_cache(maxsize=8)
def standard_tree(level: str) -> tuple[ColumnSpec, ...]:
    """The column tree that a site of this level opens with."""
    data = tomllib.loads((DATA / f"columns_{level}.toml").read_text(encoding="utf-8"))
    return tuple(_spec(entry) for entry in data["column"])
