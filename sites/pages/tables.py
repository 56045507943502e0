"""Tables of an item: read from a spreadsheet, checked, offered again as xlsx and csv."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import InvalidFileException

from network.errors import InvalidValue
from network.spreadsheets import harmless
from sites.media.containers import DAMAGED, hold_xml, open_zip

MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 2000, 30, 500
MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 40 * 1024 * 1024
"""A workbook is a zip archive: what its parts say they unpack to."""

SPREADSHEETS = ("xlsx", "csv")
NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
NO_NUMBER = ("", "-", "—", "…", "…")
PARAMETER, NUMBER_PARAMETER = "as", "table"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, kw_only=True)
class Table:
    """A header with rows of text cells, all of one width."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]


def number_of(cell: str) -> float | int | None:
    """The number that a cell says, thousands separated by commas or not; None for one that says none.

    Raises:
        InvalidValue: the cell holds something else.
    """
    text = cell.strip().replace("，", ",")
    if text in NO_NUMBER:
        return None
    if not NUMBER.fullmatch(text):
        raise InvalidValue(_("“%(cell)s”不是数。请只写数字，单位写在表头或单位栏。") % {"cell": cell}, cell=cell)
    value = float(text.replace(",", ""))
    return int(value) if value.is_integer() else value


def rows_of(value: Any) -> list[list[str]]:
    """The cells of a table block as text, the header first."""
    return [[str(cell if cell is not None else "").strip() for cell in row] for row in (value or {}).get("data") or []]


def first_table(blocks: Iterable[Any] | None) -> list[list[str]]:
    """The cells of the first table of a stream as text, the header first; empty while there is none."""
    for child in blocks or ():
        return rows_of(child.value)
    return []


def hold_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Why a table cannot be published; empty when it can."""
    faults = []
    if not header or not rows:
        return [_("表格须有表头和至少一行数据。")]
    empty = [str(number) for number, name in enumerate(header, start=1) if not name.strip()]
    if empty:
        faults.append(_("第%(columns)s列没有表头，请补写。") % {"columns": "、".join(empty)})
    twice = sorted({name for name in header if name.strip() and list(header).count(name) > 1})
    if twice:
        faults.append(_("表头“%(names)s”出现两次，请改为不同的名称。") % {"names": "、".join(twice)})
    for number, row in enumerate(rows, start=1):
        if len(row) != len(header):
            values = {"number": number, "cells": len(row), "columns": len(header)}
            faults.append(_("第%(number)s行有%(cells)s格，表头有%(columns)s列，请补齐。") % values)
    if len(rows) > MOST_ROWS or len(header) > MOST_COLUMNS:
        values = {"rows": len(rows), "columns": len(header), "most_rows": MOST_ROWS, "most_columns": MOST_COLUMNS}
        sentence = _("表格有%(rows)s行%(columns)s列，最多%(most_rows)s行%(most_columns)s列，请拆成几份发布。")
        faults.append(sentence % values)
    return faults


def read_spreadsheet(name: str, data: bytes) -> list[list[str]]:
    """The rows of the first sheet of an xlsx, or of a csv (UTF-8 or GB 18030), as text without empty rows.

    Raises:
        InvalidValue: another kind of file, a broken or inflated one, too many cells.
    """
    if len(data) > MOST_BYTES:
        values = {"name": name, "size": len(data) // 1024 // 1024, "most": MOST_BYTES // 1024 // 1024}
        raise InvalidValue(_("“%(name)s”有%(size)s MB，最多%(most)s MB，请删去多余的工作表和图片。") % values)
    if name.lower().endswith(".csv"):
        rows = _csv_rows(name, data)
    elif name.lower().endswith(".xlsx"):
        rows = _xlsx_rows(name, data)
    else:
        raise InvalidValue(_("“%(name)s”不是 xlsx 或 csv 文件，请另存为其中一种。") % {"name": name})
    while rows and not any(rows[-1]):
        rows.pop()
    filled = [row for row in rows if any(row)]
    width = max((number for row in filled for number, cell in enumerate(row, start=1) if cell), default=0)
    return [[*row[:width], *[""] * (width - len(row))] for row in filled]


def _csv_rows(name: str, data: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _bounded(name, csv.reader(io.StringIO(text, newline="")))
    raise InvalidValue(_("“%(name)s”的编码不是 UTF-8 或 GB 18030，请另存为 UTF-8。") % {"name": name})


def _xlsx_rows(name: str, data: bytes) -> list[list[str]]:
    broken = InvalidValue(_("“%(name)s”打不开，可能已损坏，请重新另存为 xlsx。") % {"name": name})
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise broken
    try:
        with open_zip(io.BytesIO(data), name=name) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
            if unpacked > MOST_UNPACKED:
                raise InvalidValue(_("“%(name)s”解开后过大，请删去多余的内容。") % {"name": name})
            hold_xml(parts, name)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        try:
            return _bounded(name, book.worksheets[0].iter_rows(values_only=True))
        finally:
            book.close()
    except (*DAMAGED, InvalidFileException, KeyError, IndexError, ValueError, OSError) as error:
        raise broken from error


def _bounded(name: str, rows: Any) -> list[list[str]]:
    """At most as many cells as a table may have; a cell is its text."""
    found = []
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS + 1 or len(row) > MOST_COLUMNS * 4:
            values = {"name": name, "rows": MOST_ROWS, "columns": MOST_COLUMNS}
            raise InvalidValue(_("“%(name)s”超过%(rows)s行或%(columns)s列，请拆成几份。") % values)
        found.append([_text(cell)[:LONGEST_CELL] for cell in row])
    return found


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if hasattr(cell, "date") and hasattr(cell, "hour"):
        return str(cell.date() if (cell.hour, cell.minute) == (0, 0) else cell)
    return str(cell).strip()


def table_answer(request: HttpRequest, tables: Sequence[Table]) -> HttpResponse | None:
    """The table as the file that ``?as=xlsx`` or ``?as=csv&table=2`` asks for; None when none is asked for."""
    wanted, number = request.GET.get(PARAMETER), request.GET.get(NUMBER_PARAMETER, "1")
    if wanted not in ("xlsx", "csv") or not number.isdecimal() or int(number) not in range(1, len(tables) + 1):
        return None
    return file_answer(tables[int(number) - 1], wanted)


def file_answer(table: Table, kind: str) -> HttpResponse:
    """A table as an ``xlsx`` or ``csv`` to take along."""
    data, content_type = (as_xlsx(table), XLSX) if kind == "xlsx" else (as_csv(table), "text/csv; charset=utf-8")
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{table.title[:60]}.{kind}')}"
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Robots-Tag"] = "noindex"
    return response


def _value(cell: str) -> str | float | int:
    """A number as one, anything else as text that no spreadsheet runs."""
    try:
        number = number_of(cell)
    except InvalidValue:
        number = None
    return harmless(cell) if number is None else number


def as_csv(table: Table) -> bytes:
    """UTF-8 with the mark by which spreadsheets know it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([harmless(cell) for cell in table.header])
    writer.writerows([[_value(cell) for cell in row] for row in table.rows])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def as_xlsx(table: Table) -> bytes:
    """One sheet; text cells are text by their type, too."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("数据")
    for row in (table.header, *table.rows):
        cells = []
        for cell in row:
            value = harmless(cell) if row is table.header else _value(cell)
            written = WriteOnlyCell(sheet, value=value)
            if isinstance(value, str):
                written.data_type = "s"
            cells.append(written)
        sheet.append(cells)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()
