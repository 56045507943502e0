"""Parts of a whole as one bar, with a legend that says the same in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

WHOLE = 1000

# Order of the parts in the bar: what is done first.
STATE_LABELS = {
    "placed": _("已落地"),
    "waiting": _("待投递"),
    "failed": _("投递失败"),
    "recalling": _("撤回中"),
    "recalled": _("已撤回"),
}


@dataclass(frozen=True, kw_only=True)
class BarPart:
    """One part: where it starts and how wide it is, in thousandths of the bar."""

    key: str
    label: str
    count: int
    start: int
    width: int


def stack_parts(totals: Mapping[str, int]) -> list[BarPart]:
    """Parts in the order of delivery states, unknown ones last. Empty parts keep their legend."""
    keys = [key for key in STATE_LABELS if key in totals]
    keys += [key for key in totals if key not in STATE_LABELS and key != "total"]
    whole = sum(totals[key] for key in keys)
    parts: list[BarPart] = []
    done = 0
    for key in keys:
        start = round(WHOLE * done / whole) if whole else 0
        done += totals[key]
        end = round(WHOLE * done / whole) if whole else 0
        label = str(STATE_LABELS.get(key, key))
        parts.append(BarPart(key=key, label=label, count=totals[key], start=start, width=end - start))
    return parts
