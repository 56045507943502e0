"""Reads of the dated rules."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from network.rules.models import Rule


def rule_value(key: str, *, level: str, on: datetime.date | None = None) -> Any:
    """The value in force for a level, the level's own entry before the one for all.

    Raises LookupError that names key and level when none is in force.
    """
    best = _in_force(Q(key=key), level=level, on=on)
    if not best:
        raise LookupError(f"规则“{key}”在层级“{level}”没有生效的条目，请在 network/rules/data 中补充。")
    return best[0].value


def rule_values(prefix: str, *, level: str, on: datetime.date | None = None) -> dict[str, Any]:
    """Every value in force for a level whose key begins with ``prefix``, by the rest of its key, in one query."""
    best = _in_force(Q(key__startswith=prefix), level=level, on=on)
    return {rule.key.removeprefix(prefix): rule.value for rule in reversed(best)}


def _in_force(wanted: Q, *, level: str, on: datetime.date | None) -> list[Rule]:
    """Entries in force, the level's own before those for all, later ones first."""
    day = on or timezone.localdate()
    entries = Rule.objects.filter(
        wanted,
        Q(effective_to__isnull=True) | Q(effective_to__gte=day),
        level__in=[level, "all"],
        effective_from__lte=day,
    )
    return sorted(entries, key=lambda rule: (rule.level != level, -rule.effective_from.toordinal()))
