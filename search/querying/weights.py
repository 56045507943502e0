"""Ranking weights, read from their commented file."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).with_name("weights.toml")


@lru_cache(maxsize=1)
def _weights() -> dict[str, float]:
    entries = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    for name, entry in entries.items():
        if not entry.get("reason"):
            raise ValueError(f"Search weight '{name}' has no reason. Say in weights.toml why it has its value.")
    return {name: float(entry["value"]) for name, entry in entries.items()}


def weight(name: str) -> float:
    """The value of one weight. Raises KeyError for an unknown name."""
    return _weights()[name]
