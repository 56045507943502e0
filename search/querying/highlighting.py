"""Marks in titles or passages, as escaped text with ``<mark>`` only.

The text comes from the row, not from the engine's copy: what was taken out of an item must not
stand in a snippet because the indexer is late.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from search.backends.base import Part
from search.bounds import SNIPPET_SOURCE_CHARACTERS

SNIPPET_CHARACTERS = 120
_LEAD_CHARACTERS = 30
_SPACES = re.compile(r"\s+")


def pattern_for(parts: Sequence[Part]) -> re.Pattern[str]:
    """Finds whole stretches of a query first, then pairs; units only where they stand alone."""
    wanted: dict[str, None] = {}
    for part in parts:
        wanted.update(dict.fromkeys("".join(segment) for segment in part.segments))
        wanted.update(dict.fromkeys(part.pairs or part.units))
    terms = sorted(wanted, key=len, reverse=True)
    return re.compile("|".join(re.escape(term) for term in terms), re.IGNORECASE)


def marked(text: str, pattern: re.Pattern[str]) -> SafeString:
    """The whole text with every match marked; touching matches become one mark."""
    parts: list[str] = []
    for start, end, is_match in _stretches(text, pattern):
        piece = escape(text[start:end])
        parts.append(f"<mark>{piece}</mark>" if is_match else piece)
    return mark_safe("".join(parts))  # noqa: S308  every piece is escaped above


def snippet(text: str, pattern: re.Pattern[str]) -> SafeString:
    """The passage with the most matches, marked; the beginning when nothing matches."""
    text = _SPACES.sub(" ", text[:SNIPPET_SOURCE_CHARACTERS]).strip()
    start = _best_start(text, pattern)
    passage = text[start : start + SNIPPET_CHARACTERS]
    before = "…" if start else ""
    after = "…" if start + SNIPPET_CHARACTERS < len(text) else ""
    return mark_safe(before + marked(passage, pattern) + after)  # noqa: S308  marked() escapes


def _best_start(text: str, pattern: re.Pattern[str]) -> int:
    spans = [match.span() for match in pattern.finditer(text)]
    best, best_score, low, score = 0, 0, 0, 0
    # Long matches say more than many short ones: their length counts squared.
    for start, end in spans:
        score += (end - start) ** 2
        while end - spans[low][0] > SNIPPET_CHARACTERS - _LEAD_CHARACTERS and spans[low][0] < start:
            score -= (spans[low][1] - spans[low][0]) ** 2
            low += 1
        if score > best_score:
            best, best_score = spans[low][0], score
    return max(0, best - _LEAD_CHARACTERS)


def _stretches(text: str, pattern: re.Pattern[str]) -> list[tuple[int, int, bool]]:
    merged: list[tuple[int, int]] = []
    for match in pattern.finditer(text):
        start, end = match.span()
        if merged and merged[-1][1] == start:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    stretches, place = [], 0
    for start, end in merged:
        stretches += [(place, start, False), (start, end, True)]
        place = end
    return [*stretches, (place, len(text), False)]
