"""What a measurement found, as one line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class NotMeasured(Exception):
    """A measurement could not run; the text says why, with the remedy."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """Ours beside the reference. ``details`` are the single rounds with whatever else was counted."""

    name: str
    ours: float
    reference: float
    unit: str
    ratio: float
    goal: str
    is_met: bool
    details: dict[str, Any] = field(default_factory=dict)

    def line(self) -> str:
        """The one line that is printed."""
        return (
            f"{self.name}: ours {_number(self.ours)} {self.unit}, reference {_number(self.reference)} {self.unit}, "
            f"ratio {_number(self.ratio)}, goal {self.goal}, {'met' if self.is_met else 'short'}"
        )


def _number(value: float) -> str:
    """Three figures are more than a shared machine repeats.

    >>> _number(0.01234), _number(4.5678), _number(1234.5)
    ('0.0123', '4.57', '1234')
    """
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
