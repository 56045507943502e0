"""The fields of an item's own type, read from what its source says of it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import models
from django.utils import timezone
from wagtail import blocks

from network.errors import InvalidValue
from sites.importing.dates import read_day, read_moment
from sites.importing.items import Level, Note, RawItem
from sites.importing.page_types import FROM_TITLE, LINES, SECTIONS, Listed, Target, TypeField
from sites.pages.procurement import Stage
from sites.pages.tables import hold_table, rows_of

SPACES = re.compile(r"\s+")
YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=\s*年)")
NUMBERS = re.compile(r"[、,，;；\n]+")
UNITS = re.compile(r"(?:元|人|户|件|批次|年|年度)$")
SEE_BODY = "详见正文。"
LONGEST_NUMBER = 100
LONGEST_SECTION = 20
EQUALS = re.compile(r"[＝=]")
NO_CHART = 0
"""An old table says of no column that it is to be drawn."""


@dataclass
class OwnFields:
    """What a type's fields are filled with. ``blocks`` are those of the body that stay there."""

    facts: dict[str, Any] = field(default_factory=dict)
    links: list[dict[str, str]] = field(default_factory=list)
    blocks: list[dict[str, Any]] = field(default_factory=list)


def plain_label(text: str) -> str:
    """A label as it is compared: without spaces, colon, brackets of a form."""
    return SPACES.sub("", text).strip(":：【】[]").lower()


def own_fields_of(
    item: RawItem,
    target: Target,
    *,
    title: str,
    body: list[dict[str, Any]],
    notes: list[Note],
    columns: Mapping[str, int],
) -> OwnFields:
    """The fields of an item; what is wrong with one is a refusal in ``notes``, with the value and the remedy.

    ``columns`` is key and name of a column to its page, for the sections of a special.
    """
    found = OwnFields(blocks=body)
    said = {plain_label(name): value for name, value in item.facts.items()}
    loose: dict[str, Any] = {}
    for each in target.fields.values():
        raw = _raw(said, target, each.name, each.names)
        if raw in ("", None):
            continue
        try:
            value = _read(each.name, each.held, raw)
            if each.name in target.model.past_days:
                _hold_past(each, value)
        except InvalidValue as error:
            _refuse(notes, each.label, raw, error.message)
            continue
        if value is not None:
            (found.facts if each.is_stored else loose)[each.name] = value
    _years_of_title(found.facts, target, title, notes)
    for each in target.fields.values():
        if each.is_needed and each.name not in found.facts:
            message = f"{target.label}须有“{each.label}”。请在来源中补上，或在列对应中指定，或改用“文章”类型。"
            _refuse(notes, each.label, "", message)
    _fill_streams(found.facts, target, loose, item, columns=columns, notes=notes)
    for link, names in target.links.items():
        for number in NUMBERS.split(str(_raw(said, target, link, names) or "")):
            if number.strip():
                found.links.append({"type": link, "number": number.strip()[:LONGEST_NUMBER]})
    _take_tables(found, target, notes)
    return found


def _fill_streams(
    facts: dict[str, Any],
    target: Target,
    loose: Mapping[str, Any],
    item: RawItem,
    *,
    columns: Mapping[str, int],
    notes: list[Note],
) -> None:
    """Streams that are filled from single fields."""
    if target.key == "procurement" and loose:
        facts["stages"] = _stages(loose, item, notes)
    for name, kind in target.lines.items():
        facts[name] = [{"type": kind, "value": line} for line in loose.get(name, [])]
    if SECTIONS in loose:
        facts[SECTIONS] = _sections(loose[SECTIONS], columns, notes)


def _raw(said: Mapping[str, Any], target: Target, name: str, names: tuple[str, ...]) -> Any:
    for wanted in (f"{target.key}.{name}", *names):
        value = said.get(plain_label(wanted))
        if value not in ("", None):
            return value.strip() if isinstance(value, str) else value
    return ""


def _refuse(notes: list[Note], label: str, value: object, message: str) -> None:
    notes.append(Note(level=Level.REFUSAL, field=label, value=str(value), message=message))


def _read(name: str, held: models.Field[Any, Any], raw: Any) -> Any:
    """A value as JSON holds it. Raises InvalidValue."""
    if name in TEXT_STREAMS:
        return _lines(held, raw)
    if held.choices:
        return _choice(held, str(raw))
    for kind, read in _READERS:
        if isinstance(held, kind):
            return read(held, raw)
    text = " ".join(str(raw).split())
    if held.max_length and len(text) > held.max_length:
        raise InvalidValue(
            f"{held.verbose_name}有 {len(text)} 字，超过上限 {held.max_length} 字。请在来源中缩短，或改正列对应。"
        )
    return text


def _lines(held: models.Field[Any, Any], raw: Any) -> list[str]:
    """The lines of a text, without empty ones."""
    return [line.strip() for line in str(raw).splitlines() if line.strip()]


def _choice(held: models.Field[Any, Any], raw: str) -> str:
    wanted = SPACES.sub("", raw)
    for key, label in held.flatchoices:
        if key and wanted in (key, SPACES.sub("", str(label))):
            return str(key)
    known = "、".join(str(label) for key, label in held.flatchoices if key)
    raise InvalidValue(f"{held.verbose_name}“{raw}”不存在，可用：{known}。请在来源中改正。")


def _moment(held: models.Field[Any, Any], raw: Any) -> str | None:
    moment = read_moment(raw)
    return None if moment is None else moment.isoformat()


def _day(held: models.Field[Any, Any], raw: Any) -> str | None:
    day = read_day(raw)
    return None if day is None else day.isoformat()


def _digits(raw: Any) -> str:
    """A number without what people write in and after it."""
    return UNITS.sub("", SPACES.sub("", str(raw)).replace(",", "").replace("，", ""))


def _decimal(held: models.Field[Any, Any], raw: Any) -> str:
    try:
        number = Decimal(_digits(raw))
        is_right = number.is_finite() and number >= 0
    except InvalidOperation:
        is_right = False
    if not is_right:
        raise InvalidValue(f"{held.verbose_name}“{raw}”不是数。请只写数字，例如 128000.00，万元请换算成元。")
    digits = len(number.as_tuple().digits) + int(number.as_tuple().exponent or 0)
    if round(number, 2) != number or digits > 14:
        raise InvalidValue(f"{held.verbose_name}“{raw}”超过两位小数或位数太多。请核对单位。")
    return str(round(number, 2))


def _integer(held: models.Field[Any, Any], raw: Any) -> int:
    text = _digits(raw)
    most = 32767 if isinstance(held, models.PositiveSmallIntegerField) else 2**31 - 1
    if not (text.isascii() and text.isdigit()) or int(text) > most:
        raise InvalidValue(f"{held.verbose_name}“{raw}”不是不大于 {most} 的整数。请只写数字。")
    return int(text)


_READERS: tuple[tuple[type[models.Field[Any, Any]], Callable[[models.Field[Any, Any], Any], Any]], ...] = (
    (models.DateTimeField, _moment),
    (models.DateField, _day),
    (models.DecimalField, _decimal),
    (models.IntegerField, _integer),
)
TEXT_STREAMS = (*(name for streams in LINES.values() for name in streams), SECTIONS)


def _hold_past(held: TypeField, value: Any) -> None:
    if value and datetime.date.fromisoformat(value) > timezone.localdate():
        raise InvalidValue(f"{held.label}“{value}”还没有到。请核对日期，或改正列对应。")


def _sections(lines: list[str], columns: Mapping[str, int], notes: list[Note]) -> list[dict[str, Any]]:
    """The sections of a special: each line a title, after ``=`` the column whose newest items it shows."""
    entries = []
    for line in lines:
        title, mark, column = (part.strip() for part in EQUALS.sub("=", line, count=1).partition("="))
        if not title or len(title) > LONGEST_SECTION:
            _refuse(notes, "板块", line, f"板块名称“{title}”应有 1 至 {LONGEST_SECTION} 字。请写成“板块名称=栏目”。")
        elif mark and column not in columns:
            known = "、".join(key for key in columns if not key.isascii())
            _refuse(
                notes, "板块", line, f"本站没有栏目“{column}”，可用：{known}。请改正“=”后面的栏目，或只写板块名称。"
            )
        else:
            value: dict[str, Any] = {"title": title, "intro": "", "items": [], "column": None}
            value["column"] = columns[column] if mark else None
            entries.append({"type": "section", "value": value})
    return entries


def _years_of_title(facts: dict[str, Any], target: Target, title: str, notes: list[Note]) -> None:
    """A year that only the title tells, with a note; the last year is the first where nothing else is said."""
    years = sorted(set(YEAR.findall(title)))
    for name in FROM_TITLE & set(target.fields) - set(facts):
        if len(years) == 1:
            facts[name] = int(years[0])
            message = f"来源没有写{target.fields[name].label}，取自标题。请审稿时核对。"
            notes.append(Note(level=Level.NOTE, field=target.fields[name].label, value=years[0], message=message))
    if "last_year" in target.fields and "first_year" in facts:
        facts.setdefault("last_year", facts["first_year"])


def _stages(loose: Mapping[str, Any], item: RawItem, notes: list[Note]) -> list[dict[str, Any]]:
    """The stages of a procurement: by the day of each, or the one that is named, dated as the item is."""
    days = {stage: loose[f"{stage.value}_on"] for stage in Stage if loose.get(f"{stage.value}_on")}
    named = loose.get("stage")
    if named and Stage(named) not in days:
        try:
            day = read_day(item.published)
        except InvalidValue:
            day = None
        if day is None:
            message = f"阶段“{Stage(named).label}”没有日期。请在来源中写明发布时间，或写明“{Stage(named).label}日期”。"
            _refuse(notes, "阶段", named, message)
        else:
            days[Stage(named)] = day.isoformat()
    dealt = (Stage.RESULT, Stage.CONTRACT)
    bought = [str(loose[name]) for name in ("supplier", "amount") if name in loose]
    if bought and not days.keys() & set(dealt):
        message = (
            f"写了供应商或金额，而没有“{Stage.RESULT.label}”或“{Stage.CONTRACT.label}”的日期，没有导入。请补上日期。"
        )
        notes.append(Note(level=Level.NOTE, field="阶段", value=" ".join(bought), message=message))
    return [
        {
            "type": "stage",
            "value": {
                "stage": stage.value,
                "day": days[stage],
                "text": SEE_BODY,
                "supplier": loose.get("supplier", "") if stage in dealt else "",
                "amount": loose.get("amount") if stage in dealt else None,
                "file": None,
            },
        }
        for stage in Stage
        if stage in days
    ]


def _take_tables(found: OwnFields, target: Target, notes: list[Note]) -> None:
    """Tables of the body into the type's own place for them; what does not fit stays where it is."""
    stream = target.tables or (target.listed.stream if target.listed else "")
    if not stream:
        return
    held_in: Any = target.model._meta.get_field(stream)
    most = held_in.stream_block.meta.max_num
    kept: list[dict[str, Any]] = []
    for block in found.blocks:
        entries = _entries(block, target, notes) if block["type"] == "table" else []
        held = found.facts.get(stream, [])
        if not entries or (most is not None and len(held) + len(entries) > most):
            kept.append(block)
        else:
            found.facts[stream] = [*held, *entries]
    found.blocks = kept
    if target.key == "statistics":
        found.facts.setdefault("chart_column", NO_CHART)


def _entries(block: Mapping[str, Any], target: Target, notes: list[Note]) -> list[dict[str, Any]]:
    rows = rows_of(block["value"])
    if not rows:
        return []
    if target.listed is not None:
        return _listed(rows, target.listed, notes)
    wrong = hold_table(rows[0], rows[1:])
    if wrong:
        message = f"正文中的表格没有作为数据表导入，留在正文里：{wrong[0]}"
        notes.append(Note(level=Level.NOTE, field="表格", value="、".join(rows[0]), message=message))
        return []
    return [{"type": "table", "value": {**block["value"], "first_row_is_table_header": True}}]


def _listed(rows: list[list[str]], listed: Listed, notes: list[Note]) -> list[dict[str, Any]]:
    places = listed.places(rows[0])
    if not places:
        return []
    entries = []
    for number, row in enumerate(rows[1:], start=1):
        value: dict[str, Any] = {}
        for name, part in listed.parts.child_blocks.items():
            cell = row[places[name]] if name in places else ""
            try:
                value[name] = _part(part, cell)
            except InvalidValue as error:
                _refuse(notes, str(part.label), cell, f"表格第 {number} 行：{error.message}")
        entries.append({"type": listed.block, "value": value})
    return entries


def _part(part: blocks.Block, cell: str) -> Any:
    if part.required and not cell:
        raise InvalidValue(f"“{part.label}”是空的。请在来源中补上。")
    if isinstance(part, blocks.IntegerBlock):
        if not (cell.isascii() and cell.isdigit()) or int(cell) < 1:
            raise InvalidValue(f"“{part.label}”的“{cell}”不是正整数。请在来源中改正。")
        return int(cell)
    longest = part.field.max_length
    if longest and len(cell) > longest:
        raise InvalidValue(f"“{part.label}”有 {len(cell)} 字，超过上限 {longest} 字。请在来源中缩短。")
    return cell
