"""Judged questions read from files, with the measure of an answer."""

from __future__ import annotations

import csv
import datetime
import gzip
import json
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from network.contracts import SearchEntry

ORIGIN = "judged"
"""A schema that no site has: judged texts are searched apart from real ones."""

_DAY = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
_DEPTH = 10


@dataclass(frozen=True)
class Question:
    """A question with the grades of the documents that answer it."""

    text: str
    grades: dict[str, int]


def read_corpus(folder: Path) -> Iterator[SearchEntry]:
    """Texts of ``corpus.jsonl.gz`` as search entries, all of one day so that age says nothing."""
    with gzip.open(folder / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield SearchEntry(
                document_id=f"{ORIGIN}:article:{row['_id']}",
                origin=ORIGIN,
                kind="law",
                title=row["title"],
                body=row["text"],
                published_at=_DAY,
                sites={ORIGIN: f"/{row['_id']}/"},
            )


def read_questions(folder: Path) -> list[Question]:
    """Questions of ``questions.jsonl`` that ``judgements.tsv`` judges."""
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    with (folder / "judgements.tsv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            grades[row["query-id"]][f"{ORIGIN}:article:{row['corpus-id']}"] = int(row["score"])
    with (folder / "questions.jsonl").open(encoding="utf-8") as lines:
        questions = [json.loads(line) for line in lines]
    return [Question(each["text"], grades[each["_id"]]) for each in questions if each["_id"] in grades]


def ndcg(found: Sequence[str], grades: dict[str, int], depth: int = _DEPTH) -> float:
    """Normalised discounted cumulative gain of the first results, 1.0 for the best order."""
    gain = sum(grades.get(each, 0) / math.log2(place + 2) for place, each in enumerate(found[:depth]))
    best = sum(grade / math.log2(place + 2) for place, grade in enumerate(sorted(grades.values())[::-1][:depth]))
    return gain / best if best else 0.0
