"""Refusals that page types share; each sentence names the value and the remedy."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from sites.content.base import Faults


def _label(page: Any, name: str) -> str:
    return str(page._meta.get_field(name).verbose_name)


def hold_order(faults: Faults, page: Any, first: str, second: str) -> None:
    """The second day cannot be before the first."""
    early, late = getattr(page, first), getattr(page, second)
    if early is not None and late is not None and late < early:
        sentence = _("%(later)s“%(late)s”早于%(earlier)s“%(early)s”。请核对两个日期。")
        values = {
            "later": _label(page, second),
            "late": late.isoformat(),
            "earlier": _label(page, first),
            "early": early.isoformat(),
        }
        faults.setdefault(second, []).append(sentence % values)
