"""Dated brand policies, read from ``data/brand.toml``."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent / "data" / "brand.toml"
LEVELS = ("national", "province", "subprovincial", "prefecture")
FACT = "fact"
MARK = "mark"


class BrandPolicyError(ValueError):
    """A brand policy file says something that cannot be used."""


@dataclass(frozen=True, kw_only=True)
class Emblem:
    """Artwork of the agency badge: file names below the themes' brand folder."""

    slot: str
    file: str
    file_on_main: str
    alternative_text: str
    is_placeholder: bool
    sure: str = "to-be-confirmed"


@dataclass(frozen=True, kw_only=True)
class FooterRule:
    """One field that the footer of every page must show; ``kind`` is fact or mark."""

    key: str
    label: str
    text: str
    kind: str = FACT
    url: str = ""
    demo_url: str = ""
    demo_text: str = ""
    sure: str = "to-be-confirmed"


@dataclass(frozen=True, kw_only=True)
class BrandPolicy:
    """How the group shows itself from a day on."""

    key: str
    document: str
    clause: str
    effective_from: datetime.date
    group_name: str
    palette: str
    emblem: Emblem
    names: Mapping[str, str]
    level_labels: Mapping[str, str]
    footer: Sequence[FooterRule]
    cites: Sequence[str] = ()
    wrong_names: Mapping[str, str] = field(default_factory=dict)


def _parse(entry: dict[str, Any]) -> BrandPolicy:
    values = dict(entry)
    for table in ("names", "level_labels"):
        missing = [level for level in LEVELS if not values.get(table, {}).get(level)]
        if missing:
            raise BrandPolicyError(
                f"Brand policy '{entry.get('key')}' has no entry for {', '.join(missing)} in [{table}]. "
                f'Add one, for example: {missing[0]} = "…".'
            )
    values["emblem"] = Emblem(**values["emblem"])
    values["footer"] = tuple(FooterRule(**rule) for rule in values["footer"])
    return BrandPolicy(**values)


def load_policies(path: Path = DATA) -> tuple[BrandPolicy, ...]:
    """Read a policy file, oldest first.

    Raises:
        BrandPolicyError: a level has no name pattern, or two policies start on one day.
    """
    with path.open("rb") as file:
        entries = tomllib.load(file)["policy"]
    policies = sorted((_parse(entry) for entry in entries), key=lambda policy: policy.effective_from)
    days = [policy.effective_from for policy in policies]
    if len(set(days)) != len(days):
        raise BrandPolicyError("Two brand policies start on the same day. Give each its own effective_from.")
    return tuple(policies)


@cache
def shipped_policies() -> tuple[BrandPolicy, ...]:
    """The policies of this installation."""
    return load_policies()


def choose_policy(policies: Sequence[BrandPolicy], *, day: datetime.date) -> BrandPolicy:
    """The policy in force on a day. A day before the first policy raises LookupError."""
    started = [policy for policy in policies if policy.effective_from <= day]
    if not started:
        first = policies[0].effective_from if policies else "—"
        raise LookupError(f"No brand policy is in force on {day}. The first one starts on {first}.")
    return started[-1]
