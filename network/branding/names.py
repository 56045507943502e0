"""Official names of bureaux: default patterns, normal writing, wrong writings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

_SPACE = re.compile(r"\s+")
_HAN_SPACE = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")


def normalise_name(name: str) -> str:
    """Write a name as the registry keeps it.

    Full-width letters and digits become plain ones, brackets Chinese ones, and spaces between
    Chinese characters go.
    """
    plain = unicodedata.normalize("NFKC", name)
    plain = plain.replace("(", "（").replace(")", "）")
    return _HAN_SPACE.sub("", _SPACE.sub(" ", plain)).strip()


def fill_pattern(pattern: str, *, division: str) -> str:
    """Make a bureau's default name from its level's pattern."""
    return normalise_name(pattern.replace("{division}", division))


def find_wrong_names(text: str, *, wrong_names: Mapping[str, str]) -> list[tuple[int, str, str]]:
    """Where a text names a body wrongly: (position, as written, as it should be).

    A wrong writing that is only part of the right one at that place is not a finding.
    """
    findings: list[tuple[int, str, str]] = []
    taken: list[range] = []
    right_spans = [
        range(match.start(), match.end())
        for right in set(wrong_names.values())
        for match in re.finditer(re.escape(right), text)
    ]
    for wrong in sorted(wrong_names, key=len, reverse=True):
        for match in re.finditer(re.escape(wrong), text):
            if any(match.start() in span for span in (*right_spans, *taken)):
                continue
            taken.append(range(match.start(), match.end()))
            findings.append((match.start(), wrong, wrong_names[wrong]))
    return sorted(findings)
