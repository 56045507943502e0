"""Rows of a table that tell stages of one procurement become one project."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django.utils.html import strip_tags

from sites.importing.bodies import STAGE_FILES
from sites.importing.building import target_of
from sites.importing.items import Level, Note
from sites.importing.models import TO_WRITE, ImportBatch, ImportRow, Outcome
from sites.pages.law import same_number
from sites.pages.procurement import Stage

KEY = "procurement"
LONGEST_TEXT = 2000
LABEL = "项目编号"
WORDED = ("heading", "paragraph", "quote")
FILED = ("picture", "attachment")
ORDER = {stage.value: place for place, stage in enumerate(Stage)}


def join_projects(batch: ImportBatch, rows: Sequence[ImportRow]) -> list[ImportRow]:
    """Put the stages of later rows into the first row of their project; the first rows of earlier chunks that grew.

    A row that joined is skipped and says where its stage went; one that tells a stage twice is refused.
    """
    firsts: dict[str, ImportRow] = {}
    grown: dict[int, ImportRow] = {}
    for row in rows:
        number = project_of(row)
        if not number:
            continue
        first = firsts.get(number) or _earlier(batch, number)
        firsts.setdefault(number, first or row)
        if first is None:
            continue
        if _join(first, row) and first.pk:
            grown[first.pk] = first
    return list(grown.values())


def project_of(row: ImportRow) -> str:
    """The number of a row's project as numbers are compared; empty for another row."""
    if row.outcome or not row.content or target_of(row.content).key != KEY:
        return ""
    return same_number(str(row.content["facts"].get("number") or ""))


def _earlier(batch: ImportBatch, number: str) -> ImportRow | None:
    held = ImportRow.objects.filter(batch=batch, content__type=KEY, outcome__in=[*TO_WRITE, Outcome.SAME])
    return next((row for row in held.order_by("number") if same_number(row.content["facts"]["number"]) == number), None)


def _join(first: ImportRow, row: ImportRow) -> bool:
    held = first.content["facts"].setdefault("stages", [])
    told = row.content["facts"].get("stages", [])
    known = {entry["value"]["stage"] for entry in held}
    twice = [entry["value"]["stage"] for entry in told if entry["value"]["stage"] in known]
    number = str(row.content["facts"]["number"])
    if twice or not told:
        label = Stage(twice[0]).label if twice else ""
        message = (
            f"与第 {first.number} 行是同一项目，而且都写了“{label}”，只导入先出现的一行。请核对阶段，或改正项目编号。"
            if twice
            else f"与第 {first.number} 行是同一项目，而没有写阶段。请写明阶段或各阶段的日期，或改正项目编号。"
        )
        _settle(row, Outcome.REFUSED, Note(level=Level.REFUSAL, field=LABEL, value=number, message=message))
        return False
    words = " ".join(strip_tags(str(block["value"])) for block in row.content["blocks"] if block["type"] in WORDED)
    for entry in told:
        value = {**entry["value"], "text": words[:LONGEST_TEXT] or entry["value"]["text"]}
        held.append({**entry, "value": value})
    held.sort(key=lambda entry: (entry["value"]["day"], ORDER[entry["value"]["stage"]]))
    for name in ("buyer", "agent", "budget", "method"):
        if not first.content["facts"].get(name) and row.content["facts"].get(name):
            first.content["facts"][name] = row.content["facts"][name]
    first.digest = hashlib.sha256(f"{first.digest}\n{row.digest}".encode()).hexdigest()
    labels = "、".join(str(Stage(entry["value"]["stage"]).label) for entry in told)
    count = _bring_files(first, row, str(told[0]["value"]["stage"]), labels)
    files = f"及其附件（{count} 个）" if count else ""
    message = f"与第 {first.number} 行是同一项目，“{labels}”{files}已并入那一行。"
    _settle(row, Outcome.SKIPPED, Note(level=Level.NOTE, field=LABEL, value=number, message=message))
    return True


def _bring_files(first: ImportRow, row: ImportRow, stage: str, labels: str) -> int:
    """The files of a joined row into its stage, which has room for one document; further ones into the body.

    Returns how many they are. They stand in the body under a heading that names the stage.
    """
    files = row.content["files"]
    first.content["files"] += [file for file in files if file not in first.content["files"]]
    titles = {block["address"]: block for block in row.content["blocks"] if block["type"] in FILED}
    documents = [file for file in files if not file["is_picture"]]
    if documents:
        first.content.setdefault(STAGE_FILES, {})[stage] = documents[0]["address"]
    further = [file for file in files if file is not (documents or [None])[0]]
    if further:
        blocks = [titles.get(file["address"]) or _block_of(file) for file in further]
        first.content["blocks"] += [{"type": "heading", "value": f"{labels}附件"}, *blocks]
    return len(files)


def _block_of(file: dict[str, Any]) -> dict[str, Any]:
    """The block of a file that the text names by a link alone."""
    if file["is_picture"]:
        return {"type": "picture", "address": file["address"], "alt": file["alt"], "caption": ""}
    return {"type": "attachment", "address": file["address"], "title": ""}


def _settle(row: ImportRow, outcome: Outcome, note: Note) -> None:
    row.outcome = outcome
    row.notes = [*row.notes, note.as_record()]
    row.content = {}
