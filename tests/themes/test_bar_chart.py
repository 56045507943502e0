"""A picture of numbers draws what its table says."""

from __future__ import annotations

import pytest

from tests.themes import samples
from tests.themes.rendering import render
from themes.components.bar_chart import BOTTOM, HEIGHT, LEFT, MOST_LABELS, RIGHT, TOP, WIDTH, draw_bars, short_number

BASE = HEIGHT - BOTTOM


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (950, "950"), (10_000, "1万"), (12_400, "1.2万"), (230_000_000, "2.3亿")]
)
def test_a_number_is_short_enough_for_an_axis(number, text):
    assert short_number(number) == text


def test_bars_are_as_high_as_their_numbers():
    chart = draw_bars([("一", 10), ("二", 20), ("三", 40)])
    assert [tick.label for tick in chart.ticks] == ["0", "10", "20", "30", "40"]
    whole = BASE - TOP
    assert [bar.height for bar in chart.bars] == [whole / 4, whole / 2, whole]
    assert [round(bar.y + bar.height, 1) for bar in chart.bars] == [BASE] * 3
    assert [bar.is_last for bar in chart.bars] == [False, False, True]


@pytest.mark.parametrize("highest", [1, 3, 7, 11, 47, 99, 101, 4_999, 123_456, 99_999_999])
def test_no_bar_leaves_the_drawing(highest):
    chart = draw_bars([("一", 0), ("二", highest)])
    assert all(TOP <= bar.y <= BASE for bar in chart.bars)
    assert all(bar.x >= LEFT and bar.x + bar.width <= WIDTH - RIGHT for bar in chart.bars)
    heights = [tick.y for tick in chart.ticks]
    assert heights == sorted(heights, reverse=True)
    assert len({tick.label for tick in chart.ticks}) == len(chart.ticks)


@pytest.mark.parametrize("points", [[], [("一", 0)], [("一", -5), ("二", 0)]])
def test_nothing_to_draw_is_drawn_as_nothing(points):
    assert [bar.height for bar in draw_bars(points).bars] == [0] * len(points)


def test_many_bars_keep_few_labels_the_last_among_them():
    chart = draw_bars([(str(number), number) for number in range(60)])
    labels = [bar.label for bar in chart.bars if bar.label]
    assert len(labels) <= MOST_LABELS
    assert labels[-1] == "59"
    assert not any(bar.value for bar in chart.bars)


def test_the_table_below_the_chart_says_every_number():
    page = render("public/home.html", samples.home())
    for label, number in samples.statistic().points:
        assert f'<tr><th scope="row">{label}</th><td>{number}</td></tr>' in page
    assert "截至 <time" in page


def test_a_home_page_without_numbers_has_no_chart():
    context = samples.home() | {"statistic": None}
    assert "gs-chart" not in render("public/home.html", context)
