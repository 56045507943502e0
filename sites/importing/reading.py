"""The dry run: every row of a source read, judged and kept with its remarks; no page is made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sites.importing.demanding import hold_types
from sites.importing.files import missing_sentence
from sites.importing.items import Level, Note, Reader
from sites.importing.joining import join_projects
from sites.importing.models import TO_WRITE, ImportBatch, ImportedItem, ImportFile, ImportRow, Outcome
from sites.importing.preparing import Judged, chosen_for, judge
from sites.importing.readers.opening import open_source
from sites.importing.writing import judge_again
from sites.pages.models import ArticlePage, LawPage

CHUNK = 250
"""Rows of one transaction: below a second for tables, some seconds for HTML pages."""

DUPLICATE = "与第 {number} 行的来源键“{key}”相同，只导入先出现的一行。请检查来源是否重复，或改正“编号”“网址”对应的列。"


def read_some(batch: ImportBatch, start: int) -> int | None:
    """Read the next rows in the caller's transaction; the number to go on from, None at the end."""
    reader = open_source(batch)
    try:
        chosen = chosen_for(batch.origin, batch.options)
        judged = [judge(item, chosen) for item in reader.items(start, CHUNK)]
        if not start:
            batch.total = reader.total
        _keep(batch, judged, reader)
    finally:
        reader.close()
    batch.done = start + len(judged)
    return batch.done if len(judged) == CHUNK else None


def _keep(batch: ImportBatch, judged: Iterable[Judged], reader: Reader) -> None:
    rows = [_row(batch, each, reader) for each in judged]
    _refuse_duplicates(batch, rows)
    grown = join_projects(batch, rows)
    for row in grown:
        row.outcome = ""
    fresh = [*grown, *(row for row in rows if not row.outcome)]
    held = {item.key: item for item in ImportedItem.objects.filter(key__in=[row.key for row in fresh])}
    judge_again(fresh, held)
    hold_types(batch, [row for row in fresh if row.outcome in TO_WRITE])
    _note_numbers(batch, rows)
    ImportRow.objects.bulk_update(grown, ["digest", "content", "notes", "outcome", "page_id"])
    ImportRow.objects.bulk_create(rows)
    ImportFile.objects.bulk_create(
        (
            ImportFile(batch=batch, address=file["address"], is_picture=file["is_picture"], alt=file["alt"])
            for row in (*rows, *grown)
            if row.outcome in TO_WRITE
            for file in row.content["files"]
        ),
        ignore_conflicts=True,
    )


def _row(batch: ImportBatch, each: Judged, reader: Reader) -> ImportRow:
    notes = list(each.notes)
    content = each.content.as_record() if each.content else {}
    if each.content and not batch.options.get("fetches"):
        for file in each.content.files:
            if not reader.has_file(file["address"]):
                label = "图片" if file["is_picture"] else "附件"
                notes.append(
                    Note(
                        level=Level.NOTE, field=label, value=file["address"], message=missing_sentence(file["address"])
                    )
                )
    outcome = "" if each.content else Outcome.SKIPPED if each.is_skipped else Outcome.REFUSED
    return ImportRow(
        batch=batch,
        number=each.number,
        key=each.key,
        digest=each.digest,
        old_path=each.old_path,
        title=each.title,
        outcome=outcome,
        notes=[note.as_record() for note in notes],
        content=content,
    )


def _refuse_duplicates(batch: ImportBatch, rows: list[ImportRow]) -> None:
    keys = [row.key for row in rows]
    before = ImportRow.objects.filter(batch=batch, key__in=keys).exclude(outcome__in=[Outcome.REFUSED, Outcome.SKIPPED])
    first: dict[str, int] = dict(before.values_list("key", "number"))
    for row in rows:
        if row.outcome:
            continue
        if row.key in first:
            message = DUPLICATE.format(number=first[row.key], key=row.key)
            _refuse(row, Note(level=Level.REFUSAL, field="key", value=row.key, message=message))
        else:
            first[row.key] = row.number


def _refuse(row: ImportRow, note: Note) -> None:
    row.outcome = Outcome.REFUSED
    row.notes = [*row.notes, note.as_record()]
    row.content = {}


def _note_numbers(batch: ImportBatch, rows: list[ImportRow]) -> None:
    """Tell of document numbers that the site has already: one document, twice imported, or a slip."""
    numbers: dict[str, Any] = {}
    wanted = {row.content["document_number"] for row in rows if row.content and row.content["document_number"]}
    if not wanted:
        return
    for model in (LawPage, ArticlePage):
        found = model.objects.filter(document_number__in=wanted).values_list("document_number", "pk", "title")
        for number, pk, title in found:
            numbers.setdefault(number, (pk, title))
    for row in rows:
        held = numbers.get(row.content.get("document_number", "")) if row.content else None
        if held is not None and held[0] != row.page_id:
            message = f"本站已有同一文号的稿件“{held[1]}”。请审稿时核对是否重复。"
            note = Note(
                level=Level.NOTE, field="document_number", value=row.content["document_number"], message=message
            )
            row.notes = [*row.notes, note.as_record()]
