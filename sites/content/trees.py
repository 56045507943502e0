"""Standard column trees per level, read from data files."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from network.contracts import ColumnChoice
from network.errors import InvalidValue

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
    is_optional: bool = False
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
        is_optional=bool(entry.get("optional", False)),
        children=tuple(_spec(child) for child in entry.get("children", entry.get("column", []))),
    )


@lru_cache(maxsize=8)
def standard_tree(level: str) -> tuple[ColumnSpec, ...]:
    """The column tree that a site of this level opens with."""
    data = tomllib.loads((DATA / f"columns_{level}.toml").read_text(encoding="utf-8"))
    return tuple(_spec(entry) for entry in data["column"])


def specs_of(level: str) -> dict[str, tuple[ColumnSpec, str]]:
    """Every column of a level's tree with the key above it, by its key, in order."""
    found: dict[str, tuple[ColumnSpec, str]] = {}
    for spec in standard_tree(level):
        found[spec.key] = (spec, "")
        found |= {child.key: (child, spec.key) for child in spec.children}
    return found


def trees_digest() -> str:
    """Names the state of the data files of all trees."""
    digest = hashlib.sha256()
    for path in sorted(DATA.glob("columns_*.toml")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def column_choices(level: str) -> list[ColumnChoice]:
    """The standard tree of a level as the wizard offers it, every column below the one it stands under."""
    choices: list[ColumnChoice] = []
    for spec in standard_tree(level):
        choices.append(ColumnChoice(key=spec.key, title=spec.title, is_optional=spec.is_optional))
        choices += [
            ColumnChoice(key=child.key, title=child.title, parent_key=spec.key, is_optional=child.is_optional)
            for child in spec.children
        ]
    return choices


def chosen_tree(level: str, without: Collection[str]) -> list[tuple[ColumnSpec, str]]:
    """``(column, key above it)`` of the standard tree but for optional columns that are left out.

    Raises InvalidValue for a key that the tree does not have, or that is not optional.
    """
    choices = {choice.key: choice for choice in column_choices(level)}
    wrong = sorted(key for key in without if key not in choices or not choices[key].is_optional)
    if wrong:
        raise InvalidValue(f"栏目“{'、'.join(wrong)}”不在可省略的栏目之内，请从栏目树中选择。", columns=wrong)
    chosen: list[tuple[ColumnSpec, str]] = []
    for spec in standard_tree(level):
        if spec.key in without:
            continue
        chosen.append((spec, ""))
        chosen += [(child, spec.key) for child in spec.children if child.key not in without]
    return chosen
