"""What a page type demands of an item: what it contradicts is refused, what it lacks is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError

from sites.importing.building import page_of, target_of, values_of
from sites.importing.items import Level, Note, shortened
from sites.importing.models import ImportBatch, ImportRow, Outcome
from sites.importing.page_types import ARTICLE, targets
from sites.pages.law import same_number

ALONE = {"law": ("document_number", "issuing_body"), "procurement": ("number",), "budget": ("form", "year")}
"""Fields that no two items of a batch may share, as the type says it of a site's pages; the first must be there."""

DATES = ("announced_on", "adopted_on")
"""Of a document: numbers are counted anew every year."""


def hold_types(batch: ImportBatch, rows: Sequence[ImportRow]) -> None:
    """Hold rows of other types than articles against their type, as it holds what people write."""
    typed = [row for row in rows if row.content and target_of(row.content).key != ARTICLE]
    if not typed:
        return
    earlier = _earlier(batch, {target_of(row.content).key for row in typed})
    for row in typed:
        notes = [*_faults(row), *_shared(row, earlier), *_alone_on_its_site(row, earlier)]
        row.notes = [*row.notes, *(said for note in notes if (said := note.as_record()) not in row.notes)]
        if any(note.level == Level.REFUSAL for note in notes):
            row.outcome, row.content = Outcome.REFUSED, {}


def _faults(row: ImportRow) -> list[Note]:
    body = [_shape(block) for block in row.content["blocks"]]
    page = page_of(row.content, values_of(row.content, body), key=row.page_id)
    try:
        refused, missing = page.contradictions(), page.gaps()
    except ValidationError as error:
        return [Note(level=Level.REFUSAL, field="row", message=" ".join(error.messages))]
    notes = [_note(page, name, sentence, Level.REFUSAL) for name, found in refused.items() for sentence in found]
    for name, found in missing.items():
        notes += [_note(page, name, f"送审前须补上：{sentence}", Level.NOTE) for sentence in found]
    return notes


def _shape(block: Mapping[str, Any]) -> dict[str, Any]:
    """A block without its file, which is not there yet."""
    if block["type"] == "picture":
        return {"type": "picture", "value": {"image": None, "caption": ""}}
    return {"type": block["type"], "value": None if block["type"] == "attachment" else block["value"]}


def _note(page: Any, name: str, sentence: str, level: Level) -> Note:
    value = getattr(page, name, "")
    shown = "" if hasattr(value, "stream_block") or value is None else shortened(value)
    return Note(level=level, field=str(page._meta.get_field(name).verbose_name), value=shown, message=sentence)


def _alone_on_its_site(row: ImportRow, earlier: dict[tuple[str, ...], int]) -> list[Note]:
    """A type of which a site has one page: another one is refused."""
    target = target_of(row.content)
    if target.model.max_count != 1:
        return []
    held = target.model.objects.exclude(pk=row.page_id).first()
    before = earlier.setdefault((target.key,), row.number)
    if held is None and before == row.number:
        return []
    other = f"已有“{held.title}”，请在那一页修改" if held is not None else f"第 {before} 行已是一页，请合并成一行"
    message = f"本站只能有一页“{target.label}”，{other}。"
    return [Note(level=Level.REFUSAL, field=target.label, value=row.title, message=message)]


def _shared(row: ImportRow, earlier: dict[tuple[str, ...], int]) -> list[Note]:
    key = _alone(row.content)
    if key is None:
        return []
    before = earlier.setdefault(key, row.number)
    if before == row.number:
        return []
    shown = " ".join(part for part in key[1:] if part)
    message = f"与第 {before} 行的“{shown}”相同，只导入先出现的一行。请核对是否重复，或改正其中一行。"
    return [Note(level=Level.REFUSAL, field=target_of(row.content).label, value=shown, message=message)]


def _alone(content: Mapping[str, Any]) -> tuple[str, ...] | None:
    """What an item must not share with another; None where its type asks nothing, or it has no such number."""
    target = target_of(content)
    names = ALONE.get(target.key)
    if names is None:
        return None
    given = {**content, **content.get("facts", {})}
    values = [same_number(str(given.get(name) or "")) for name in names]
    year = next((str(given[name])[:4] for name in DATES if given.get(name)), "")
    return (target.key, *values, year) if values[0] else None


def _single_pages(batch: ImportBatch) -> list[tuple[str, int]]:
    single = [key for key, target in targets().items() if target.model.max_count == 1]
    return list(
        ImportRow.objects.filter(batch=batch, content__type__in=single)
        .order_by("number")
        .values_list("content__type", "number")
    )


def _earlier(batch: ImportBatch, keys: set[str]) -> dict[tuple[str, ...], int]:
    """What rows that were read before hold, to the number of the row."""
    rows = ImportRow.objects.filter(batch=batch, content__type__in=[key for key in keys if key in ALONE])
    names = ("content__type", "content__document_number", "content__facts", "number")
    found: dict[tuple[str, ...], int] = {}
    for kind, number in _single_pages(batch):
        found.setdefault((kind,), number)
    for kind, document_number, facts, number in rows.order_by("number").values_list(*names).iterator(chunk_size=500):
        key = _alone({"type": kind, "document_number": document_number, "facts": facts})
        if key is not None:
            found.setdefault(key, number)
    return found
