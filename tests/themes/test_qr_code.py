"""Addresses on paper: the square is the address, bit by bit."""

from __future__ import annotations

import re

import pytest
import segno

from themes.components.qr_code import LONGEST, MASK, qr_svg

ADDRESS = "http://hub.example/tzgg/关于规范登记的通知/?page=2"


def drawn(svg: str) -> set[tuple[int, int]]:
    """Dark modules that the path strokes, as (row, column) within the quiet zone of four."""
    path = re.search(r'd="([^"]+)"', svg)
    assert path
    x = y = 0.0
    dark = set()
    for command, rest in re.findall(r"([Mmh])([^Mmh]*)", path[1]):
        numbers = [float(number) for number in re.findall(r"-?\d*\.?\d+", rest)]
        if command == "M":
            x, y = numbers
        elif command == "m":
            x, y = x + numbers[0], y + numbers[1]
        else:
            dark |= {(int(y - 4), int(x - 4) + step) for step in range(int(numbers[0]))}
            x += numbers[0]
    return dark


def dark_modules(address: str) -> set[tuple[int, int]]:
    code = segno.make(address, micro=False, error="m", boost_error=False, mask=MASK)
    return {(row, column) for row, line in enumerate(code.matrix) for column, is_dark in enumerate(line) if is_dark}


def test_the_square_holds_the_address():
    assert drawn(qr_svg(ADDRESS)) == dark_modules(ADDRESS)
    assert drawn(qr_svg(ADDRESS)) != dark_modules(f"{ADDRESS}x")


def test_the_square_is_a_picture_without_style_script_or_words():
    svg = qr_svg(ADDRESS)
    assert svg.startswith('<svg aria-hidden="true"')
    assert not re.search(r"style=|<script|xmlns:|<title", svg)


@pytest.mark.parametrize(("length", "has_square"), [(LONGEST, True), (LONGEST + 1, False)])
def test_an_address_too_long_for_paper_has_no_square(length, has_square):
    assert bool(qr_svg("h" * length)) is has_square
