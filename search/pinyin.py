"""Pinyin forms under which a title can be looked up."""

from __future__ import annotations

import re

_IDEOGRAPHS = re.compile(r"[㐀-䶿一-鿿]+")
_TITLE_CHARACTERS = 60
_NATION = "中华人民共和国"


def title_pinyin(title: str) -> str:
    """Full spelling, then initials, of the title's ideographs, separated by a space.

    Titles of national laws are also given without the state's name, as people type them.
    """
    from pypinyin import Style, lazy_pinyin  # its dictionary takes half a second that most commands never need

    names = [title] + ([title.removeprefix(_NATION)] if title.startswith(_NATION) else [])
    forms = []
    for name in names:
        ideographs = "".join(_IDEOGRAPHS.findall(name))[:_TITLE_CHARACTERS]
        if ideographs:
            forms.append("".join(lazy_pinyin(ideographs)))
            forms.append("".join(lazy_pinyin(ideographs, style=Style.FIRST_LETTER)))
    return " ".join(forms)
