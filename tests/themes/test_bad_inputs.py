"""Bad input on every kind of page: whole HTML, nothing lost, nothing let through, on every level in every mode.

That the frame holds on the screen is looked at in ``tests/browser/test_frames.py``.
"""

from __future__ import annotations

import re
from html import unescape
from itertools import cycle

import pytest

from tests.themes import bad_inputs
from tests.themes.bad_inputs import BAD_PAGES
from tests.themes.rendering import render
from tests.themes.test_templates import LEVELS, MODES, outline


def test_the_inputs_are_as_bad_as_they_say():
    assert len(bad_inputs.LONG_TITLE) == 200
    names = (bad_inputs.CHINESE_NAME, bad_inputs.ENGLISH_NAME)
    assert [len(name.encode()) for name in names] == [bad_inputs.NAME_BYTES] * 2
    assert bad_inputs.ENGLISH.isascii()
    assert sum(ord(letter) > 0xFFFF for letter in bad_inputs.RARE) >= 10
    assert bad_inputs.RARE.encode("gb18030").decode("gb18030") == bad_inputs.RARE
    assert len(bad_inputs.many_columns()) == len(bad_inputs.many_columns()[0].children) == 50
    assert bad_inputs.wide_table().count("<th ") == 30


def test_every_kind_of_page_meets_every_title():
    for template in bad_inputs.KINDS:
        met = {name.partition(".")[2] for name, page in BAD_PAGES.items() if page[0] == template}
        assert {*bad_inputs.TITLES, "50-columns"} <= met, template


MET = list(zip(MODES, cycle(LEVELS), strict=False))
"""Every mode once, every level at least once: neither changes what the other does to a page."""


def test_every_mode_and_level_is_met():
    assert {mode for mode, _level in MET} == set(MODES)
    assert {level for _mode, level in MET} == set(LEVELS)


@pytest.mark.parametrize(("mode", "level"), MET)
@pytest.mark.parametrize("name", BAD_PAGES)
def test_bad_input_leaves_the_page_whole(name, mode, level):
    template, context, frame = BAD_PAGES[name]
    page = outline(render(template, context, level=level, mode=mode, **frame))
    assert page.unclosed == page.open == []
    assert len(page.all("h1")) == len(page.all("main")) == 1
    identifiers = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert sorted(identifiers) == sorted(set(identifiers))
    assert all("alt" in picture for picture in page.all("img"))
    assert not [tag for tag, attributes in page.tags if "style" in attributes]


@pytest.mark.parametrize("kind", bad_inputs.TITLES)
@pytest.mark.parametrize("template", bad_inputs.KINDS)
def test_no_character_of_a_title_is_lost(template, kind):
    text = bad_inputs.TITLES[kind]
    name = template.removeprefix("public/").removesuffix(".html")
    _template, context, frame = BAD_PAGES[f"{name}.{kind}"]
    page = unescape(render(template, context, **frame))
    assert text in page
    assert re.search(r"<title>[^<]*" + re.escape(text), page)


@pytest.mark.parametrize("name", [name for name in BAD_PAGES if name.endswith(".picture-missing")])
def test_a_missing_picture_leaves_its_place_and_its_words(name):
    template, context, frame = BAD_PAGES[name]
    pictures = [
        picture
        for picture in outline(render(template, context, **frame)).all("img")
        if picture["src"] == bad_inputs.ABSENT
    ]
    assert pictures
    assert all(picture["alt"] for picture in pictures)
    # An article's own picture has a size of its own, which its contract does not carry.
    sized = [picture for picture in pictures if picture.get("width") and picture.get("height")]
    assert len(pictures) - len(sized) == (1 if template in {"public/article.html", "public/document.html"} else 0)
