"""A short series of numbers as bars in SVG. The page shows the same numbers as a table below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 560, 220
LEFT, RIGHT, TOP, BOTTOM = 52, 4, 22, 28
STEPS = (1, 2, 2.5, 5, 10)
TICKS = 4
FILL = 0.62
"""Share of its place that a bar fills; the rest is the gap."""
WIDEST = 44
MOST_LABELS = 12
MOST_VALUES = 12


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar, in units of the drawing. ``label`` or ``value`` is empty where there is no room for it.

    A small screen leaves out the labels that are minor.
    """

    x: float
    y: float
    width: float
    height: float
    middle: float
    label: str
    value: str
    is_last: bool = False
    is_minor: bool = False

    @property
    def value_y(self) -> float:
        return round(self.y - 6, 1)


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A line across the drawing with its number."""

    y: float
    label: str

    @property
    def label_y(self) -> float:
        return round(self.y + 4, 1)


@dataclass(frozen=True, kw_only=True)
class BarChart:
    """A drawing of ``WIDTH`` by ``HEIGHT`` units."""

    bars: Sequence[Bar]
    ticks: Sequence[Tick]
    base: float = HEIGHT - BOTTOM
    left: int = LEFT
    right: int = WIDTH - RIGHT
    label_y: int = HEIGHT - 8
    tick_x: int = LEFT - 8

    @property
    def view_box(self) -> str:
        return f"0 0 {WIDTH} {HEIGHT}"


def step_for(highest: float) -> float:
    """Distance of the ticks: the smallest round number with which ``TICKS`` of them reach the highest value."""
    size = 1
    while size * STEPS[-1] * TICKS < highest:
        size *= 10
    step = next(size * step for step in STEPS if size * step * TICKS >= highest)
    return step if step >= 1 and step == int(step) else max(1, round(step))


def short_number(number: float) -> str:
    """A number as an axis has room for it: 12000 as 1.2万."""
    for size, word in ((100_000_000, "亿"), (10_000, "万")):
        if number >= size:
            return f"{round(number / size, 1):g}{word}"
    return f"{number:g}"


def draw_bars(points: Sequence[tuple[str, float]]) -> BarChart:
    """Bars for (label, number) pairs from left to right. Numbers below nothing have no bar.

    Labels are thinned so that at most ``MOST_LABELS`` stand below, the last always among them.
    """
    highest = max([number for _label, number in points] or [0])
    step = step_for(max(highest, 1))
    top = max(step * TICKS, highest)
    room = (WIDTH - LEFT - RIGHT) / max(len(points), 1)
    every = -(-len(points) // MOST_LABELS) or 1
    base = HEIGHT - BOTTOM
    scale = (base - TOP) / top
    bars = []
    for number, (label, value) in enumerate(points):
        width = min(room * FILL, WIDEST)
        height = max(value, 0) * scale
        middle = LEFT + room * (number + 0.5)
        is_labelled = (len(points) - 1 - number) % every == 0
        bars.append(
            Bar(
                x=round(middle - width / 2, 1),
                y=round(base - height, 1),
                width=round(width, 1),
                height=round(height, 1),
                middle=round(middle, 1),
                label=label if is_labelled else "",
                value=short_number(value) if len(points) <= MOST_VALUES else "",
                is_last=number == len(points) - 1,
                is_minor=len(points) > MOST_LABELS / 2 and (len(points) - 1 - number) // every % 2 == 1,
            )
        )
    ticks = [
        Tick(y=round(base - step * place * scale, 1), label=short_number(step * place)) for place in range(TICKS + 1)
    ]
    return BarChart(bars=bars, ticks=ticks)
