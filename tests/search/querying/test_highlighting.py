"""Marks in escaped text."""

from __future__ import annotations

import pytest

from search.backends.base import split_parts
from search.querying.highlighting import marked, pattern_for, snippet
from search.querying.weights import _weights


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("食品安全法", "食品安全", "<mark>食品安全</mark>法"),
        ("a < b & c", "b", "a &lt; <mark>b</mark> &amp; c"),
        ("年度报告", "年报", "年度报告"),
        ("ISO认证", "iso", "<mark>ISO</mark>认证"),
    ],
)
def test_matches_are_marked_in_escaped_text(text: str, query: str, expected: str) -> None:
    assert marked(text, pattern_for(split_parts(query))) == expected


def test_snippet_is_the_passage_with_the_matches() -> None:
    shown = snippet("无关。" * 200 + "食品安全标准" + "其他。" * 200, pattern_for(split_parts("食品安全")))
    assert "<mark>食品安全</mark>标准" in shown
    assert shown.startswith("…") and shown.endswith("…")


def test_every_weight_has_a_reason() -> None:
    assert set(_weights()) >= {"unigrams", "pairs", "own_site", "recency"}
