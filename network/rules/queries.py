"""Reads of the dated rules."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from network.compiled import Compiled
from network.rules.models import Rule
from network.tenancy.models import Site


def rule_value(key: str, *, level: str, on: datetime.date | None = None) -> Any:
    """The country's value in force for a level, the level's own entry before the one for all.

    Raises LookupError that names key and level when none is in force.
    """
    best = _in_force(BY_KEY, key, level=level, places=[""], on=on)
    if not best:
        raise LookupError(f"规则“{key}”在层级“{level}”没有生效的条目，请在 network/rules/data 中补充。")
    return best[0].value


def rule_values(prefix: str, *, level: str, on: datetime.date | None = None) -> dict[str, Any]:
    """Every value of the country in force for a level whose key begins with ``prefix``, by the rest of its key."""
    best = _in_force(BY_PREFIX, _beginning(prefix), level=level, places=[""], on=on)
    return {rule.key.removeprefix(prefix): rule.value for rule in reversed(best)}


def site_rule(site: Site, key: str, *, on: datetime.date | None = None) -> Rule:
    """The entry in force at a site: its own place's before its province's before the country's.

    Raises LookupError that names key and site when none is in force.
    """
    best = _in_force(BY_KEY, key, level=site.level, places=layers_of(site), on=on)
    if not best:
        raise LookupError(f"规则“{key}”在“{site.short_name}”没有生效的条目，请在 network/rules/data 中补充。")
    return best[0]


def site_rules(site: Site, prefix: str, *, on: datetime.date | None = None) -> dict[str, Rule]:
    """Every entry in force at a site whose key begins with ``prefix``, by the rest of its key, in one statement."""
    best = _in_force(BY_PREFIX, _beginning(prefix), level=site.level, places=layers_of(site), on=on)
    return {rule.key.removeprefix(prefix): rule for rule in reversed(best)}


def layers_of(site: Site) -> list[str]:
    """The layers that count at a site, the nearest first: its own, its province's, the country's."""
    return [*(above.slug for above in site.lineage if not above.is_hub), ""]


_KEY, _LEVEL, _PLACE, _DAY = "\0key", "\0level", "\0place", datetime.date.min
"""Stand in compiled statements for a key or its beginning, lists of levels and places, the day."""


def _entries(wanted: Q) -> QuerySet[Rule]:
    return Rule.objects.filter(
        wanted,
        Q(effective_to__isnull=True) | Q(effective_to__gte=_DAY),
        level__in=[_LEVEL],
        place__in=[_PLACE],
        effective_from__lte=_DAY,
    )


BY_KEY = Compiled(lambda: _entries(Q(key=_KEY)), names=(_LEVEL, _PLACE))
BY_PREFIX = Compiled(lambda: _entries(Q(key__startswith=_KEY)), names=(_LEVEL, _PLACE))


def _beginning(prefix: str) -> str:
    """A beginning as the compiled statement compares keys with it."""
    return f"{connection.ops.prep_for_like_query(prefix)}%"


def _in_force(entries: Compiled, key: str, *, level: str, places: list[str], on: datetime.date | None) -> list[Rule]:
    """Entries in force: the nearest layer first, in it the level's own before those for all, later ones first."""
    values = {
        _KEY: key, f"{_KEY}%": key, _LEVEL: [level, "all"], _PLACE: places, _DAY: on or timezone.localdate(),
    }  # fmt: skip
    return sorted(
        entries.objects(values),
        key=lambda rule: (places.index(rule.place), rule.level != level, -rule.effective_from.toordinal()),
    )
