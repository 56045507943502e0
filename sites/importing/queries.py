"""Reads of batches with their rows, as screens and reports show them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.html import strip_tags

from network.errors import InvalidValue
from network.spreadsheets import harmless
from sites.importing.models import BatchState, ImportBatch, ImportedItem, ImportRow, Outcome, ReviewOrder, SourceKind
from sites.importing.page_types import targets
from sites.importing.preparing import Judged, chosen_for, judge
from sites.importing.readers.opening import columns_of, open_source, open_table
from sites.pages.models import ColumnPage

HEAD = ("行", "结果", "标题", "来源键", "原地址", "项目", "值", "说明")
SAMPLE = 5
MOST_NAMES = 60
"""Names of columns that a person is asked to place on one screen."""

WORDS_SHOWN = 60
ORDERS_SHOWN = 5
SETTABLE = (BatchState.RECEIVED, BatchState.READ, BatchState.FAILED)


def report_lines(batch: ImportBatch) -> Iterator[list[str]]:
    """The report as lines of a table: one for each remark, one for a row without any. No cell is a formula."""
    yield list(HEAD)
    for row in ImportRow.objects.filter(batch=batch).defer("content").order_by("number").iterator(chunk_size=500):
        facts = [str(row.number), str(row.get_outcome_display()), row.title, row.key, row.old_path]
        for note in row.notes or [{"field": "", "value": "", "message": ""}]:
            yield [harmless(cell) for cell in (*facts, note["field"], note["value"], note["message"])]


def outcome_counts(batch: ImportBatch) -> list[tuple[str, str, int]]:
    """``(outcome, label, number)`` of those that occur, in the order of ``Outcome``."""
    return [(value, str(label), batch.counts[value]) for value, label in Outcome.choices if batch.counts.get(value)]


def rows_shown(batch: ImportBatch, outcome: str) -> QuerySet[ImportRow]:
    """The rows of a batch with one outcome, with remarks (``noted``), or all."""
    rows = ImportRow.objects.filter(batch=batch).defer("content").order_by("number")
    if outcome == "noted":
        return rows.exclude(notes=[])
    return rows.filter(outcome=outcome) if outcome in Outcome.values else rows


def unknown_columns(batch: ImportBatch) -> list[str]:
    """Names of columns at the source that this site has no column for, as the last dry run met them."""
    rows = ImportRow.objects.filter(batch=batch, notes__contains=[{"field": "column"}]).order_by("number")
    names: dict[str, None] = {}
    for notes in rows.values_list("notes", flat=True).iterator(chunk_size=500):
        for note in notes:
            if note["field"] == "column" and note["value"]:
                names[note["value"]] = None
        if len(names) >= MOST_NAMES:
            break
    return list(names)[:MOST_NAMES]


def has_source(batch: ImportBatch) -> bool:
    """Whether there is something to read already."""
    return batch.visits.exists() if batch.source == SourceKind.CRAWL else batch.path.exists()


def columns_met(batch: ImportBatch) -> list[tuple[str, str]]:
    """Key and title of this site's columns that items of a batch go to, as the last dry run found them."""
    found = ImportRow.objects.filter(batch=batch, content__has_key="column_id").order_by()
    keys = found.values_list("content__column_id", flat=True).distinct()
    return list(ColumnPage.objects.filter(pk__in=list(keys)).order_by("path").values_list("key", "title"))


def table_columns(batch: ImportBatch) -> list[str]:
    """The column names of a table while it can still be mapped; empty for other sources."""
    if batch.source != SourceKind.TABLE or batch.state not in SETTABLE or not batch.path.exists():
        return []
    return columns_of(batch)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The first items of a source as they would enter, or why they cannot be read."""

    items: list[dict[str, Any]]
    columns: list[str]
    cells: list[list[str]]
    problem: str = ""


def sample_of(batch: ImportBatch) -> Sample:
    """The first five rows, read now with the choices as they stand."""
    columns, cells = _first_cells(batch)
    try:
        chosen = chosen_for(batch.origin, batch.options)
        reader = open_source(batch)
    except InvalidValue as error:
        return Sample(items=[], columns=columns, cells=cells, problem=error.message)
    try:
        judged = [judge(item, chosen) for item in reader.items(0, SAMPLE)]
    except InvalidValue as error:
        return Sample(items=[], columns=columns, cells=cells, problem=error.message)
    finally:
        reader.close()
    titles = dict(ColumnPage.objects.values_list("pk", "title"))
    return Sample(items=[_shown(each, titles) for each in judged], columns=columns, cells=cells)


def _first_cells(batch: ImportBatch) -> tuple[list[str], list[list[str]]]:
    if batch.source != SourceKind.TABLE or not batch.path.exists():
        return [], []
    with open_table(batch) as reader:
        cells = [[cell[:WORDS_SHOWN] for cell in row] for row in reader.sample(SAMPLE)]
        return list(reader.columns), cells


def _shown(judged: Judged, titles: dict[int, str]) -> dict[str, Any]:
    content = judged.content
    words = " ".join(strip_tags(str(block.get("value", ""))) for block in content.blocks) if content else ""
    return {
        "number": judged.number,
        "title": judged.title,
        "published": parse_datetime(content.published_at) if content and content.published_at else None,
        "column": titles.get(content.column_id, "") if content else "",
        "type": targets()[content.type].label if content else "",
        "words": words[:WORDS_SHOWN],
        "notes": [note.as_record() for note in judged.notes],
        "is_refused": content is None,
    }


def orders_of(batch: ImportBatch, person: Any) -> list[ReviewOrder]:
    """What a person asked for many items of a batch, the newest first."""
    return list(ReviewOrder.objects.filter(batch=batch, person=person)[:ORDERS_SHOWN])


def drafts_of(batch: ImportBatch) -> int:
    """How many items of a batch this site still holds."""
    return ImportedItem.objects.filter(batch=batch).count()
