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
    day = on or timezone.localdate()
    entries = Rule.objects.filter(
        Q(effective_to__isnull=True) | Q(effective_to__gte=day),
        key=key,
        level__in=[level, "all"],
        effective_from__lte=day,
    ).order_by("-effective_from")
    best = sorted(entries, key=lambda rule: (rule.level != level, -rule.effective_from.toordinal()))
    if not best:
        raise LookupError(f"规则“{key}”在层级“{level}”没有生效的条目，请在 network/rules/data 中补充。")
    return best[0].value
