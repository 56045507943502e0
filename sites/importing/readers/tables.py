"""Tables: CSV in any encoding, XLSX, with a mapping of their columns to fields."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from network.errors import InvalidValue
from network.spreadsheets import FORMULA_STARTS
from sites.importing.catalogue import CATALOGUE
from sites.importing.encodings import transcode
from sites.importing.items import Level, Note, RawItem
from sites.importing.page_types import targets, type_columns
from sites.media.containers import DAMAGED, hold_xml, open_zip

FIELDS = {
    "title": ("标题", "题名", "文章标题", "articletitle", "title"),
    "body": ("正文", "内容", "正文内容", "body", "content"),
    "published": ("发布时间", "发布日期", "日期", "时间", "pubdate", "date", "published"),
    "column": ("栏目", "栏目名称", "分类", "类别", "columnname", "column", "category"),
    "source": ("来源", "稿件来源", "信息来源", "contentsource", "source"),
    "author": ("作者", "责任编辑", "author"),
    "department": ("责任部门", "部门", "发布机构", "department"),
    "keywords": ("关键词", "主题词", "keywords", "tags"),
    "summary": ("摘要", "简介", "导语", "description", "summary"),
    "document_number": ("文号", "发文字号", "document_number"),
    "address": ("网址", "原网址", "链接", "地址", "url", "link", "address"),
    "key": ("编号", "稿件编号", "id", "key"),
    "kind": ("信息类别", "kind"),
    "type": ("页面类型", "type"),
    **CATALOGUE,
}
"""Field of an item to the names that a table's column for it often has, compared without case."""

NEEDED = ("title", "body")
DAYS = ("published", "created_on")
MOST_ROWS = 100_000
MOST_COLUMNS = 200
MOST_CELL = 2_000_000
"""Characters of one cell: csv refuses longer ones, XLSX cannot hold more than 32,767."""

MOST_CSV_BYTES = 512 * 1024**2
HEAD_BYTES = 64 * 1024
DELIMITERS = ",\t;|"
XLSX_START = b"PK\x03\x04"


def suggested(columns: Sequence[str]) -> dict[str, str]:
    """Field to the column that its name suggests."""
    by_name = {column.strip().lower(): column for column in reversed(columns)}
    found = {}
    for field, names in fields_with_names().items():
        for name in names:
            if name.lower() in by_name:
                found[field] = by_name[name.lower()]
                break
    return found


def fields_with_names() -> dict[str, tuple[str, ...]]:
    """Every field that a column may fill, those of page types as ``type.field``, to the names that it often has."""
    own = {field: names for field, (_label, names) in type_columns(set(targets())).items()}
    return {**FIELDS, **own}


def hold_field(field: str) -> None:
    """Raises InvalidValue for what is no field of an item."""
    if field not in fields_with_names():
        kind = field.partition(".")[0]
        known = sorted(type_columns({kind})) if kind in targets() else [*FIELDS, *(f"{key}.…" for key in targets())]
        raise InvalidValue(f"列对应中的“{field}”不是稿件的字段，可用：{'、'.join(known)}。", field=field)


class TableReader:
    """The rows of a table under its line of column names. Row 1 is the first under it."""

    def __init__(self, path: Path, *, name: str, base: str, mapping: Mapping[str, str] | None) -> None:
        """``mapping`` is field to name of column; None to look at the columns only. Raises InvalidValue."""
        self._name, self._base = name, base
        with path.open("rb") as file:
            is_xlsx = file.read(len(XLSX_START)) == XLSX_START
        self._rows: _Rows = _Spreadsheet(path, name) if is_xlsx else _Csv(path, name)
        self.columns: Sequence[str] = _hold_columns(self._rows.head(), name)
        self._place = {field: self._find(field, column) for field, column in (mapping or {}).items() if column}
        lacking = [FIELDS[field][0] for field in NEEDED if field not in self._place]
        if mapping is not None and lacking:
            raise InvalidValue(
                f"没有指定“{'、'.join(lacking)}”取自哪一列，“{name}”的列有：{'、'.join(self.columns)}。请在列对应中选择。",
                fields=lacking,
            )
        if next(iter(self._rows.lines()), None) is None:
            raise InvalidValue(f"“{name}”只有列名，没有数据行。请检查导出的文件。", name=name)

    @property
    def total(self) -> int:
        """Counted anew each time: a table has to be read through for it. Raises InvalidValue for too many."""
        found = self._rows.count()
        if found > MOST_ROWS:
            raise InvalidValue(f"“{self._name}”有 {found} 行，超过上限 {MOST_ROWS} 行。请分成几个文件导入。")
        return found

    def _find(self, field: str, column: str) -> int:
        hold_field(field)
        if column not in self.columns:
            raise InvalidValue(
                f"“{self._name}”没有“{column}”这一列，它的列有：{'、'.join(self.columns)}。请改正列对应。",
                column=column,
            )
        return self.columns.index(column)

    def items(self, start: int, count: int) -> Iterator[RawItem]:
        for number, cells in enumerate(islice(self._rows.lines(), start, start + count), start=start + 1):
            yield self._item(number, cells)

    def sample(self, count: int) -> list[list[str]]:
        """The first rows as text, for whoever chooses the mapping."""
        return [[str(cell) for cell in cells[: len(self.columns)]] for cells in islice(self._rows.lines(), count)]

    def _item(self, number: int, cells: Sequence[Any]) -> RawItem:
        item = RawItem(number=number, base=self._base, is_plain=True)
        width = len(self.columns)
        if len(cells) > width and any(cell not in ("", None) for cell in cells[width:]):
            message = (
                f"这一行有 {len(cells)} 格，而列名只有 {width} 个，文字里可能有没加引号的分隔符。请改正后重新导出。"
            )
            item.notes.append(Note(level=Level.REFUSAL, field="row", value=str(cells[-1]), message=message))
        for place in dict.fromkeys(self._place.values()):
            self._hold_formula(item, cells[place] if place < len(cells) else "", place, number)
        for field, place in self._place.items():
            cell = cells[place] if place < len(cells) else ""
            if "." in field:
                item.facts[field] = cell if isinstance(cell, datetime.date) else str(cell if cell is not None else "")
            elif field in DAYS and isinstance(cell, datetime.date):
                setattr(item, field, cell)
            else:
                setattr(item, field, "" if cell is None else str(cell).strip())
        missing = [self.columns[place] for place in dict.fromkeys(self._place.values()) if place >= len(cells)]
        if missing and isinstance(self._rows, _Csv):  # a spreadsheet leaves out empty cells at the end of a row
            message = f"这一行只有 {len(cells)} 格，缺“{'、'.join(missing)}”。请补齐后重新导出。"
            item.notes.append(Note(level=Level.REFUSAL, field="row", message=message))
        if isinstance(item.body, str) and _looks_like_html(item.body):
            item.is_plain = False
        return item

    def _hold_formula(self, item: RawItem, cell: Any, place: int, number: int) -> None:
        column = self.columns[place]
        if isinstance(cell, _Formula):
            where = f"{get_column_letter(place + 1)}{number + 1}"
            message = f"单元格 {where}（{column}）是公式，其中没有文字。请在表格中复制、选择性粘贴为值，再导入。"
            item.notes.append(Note(level=Level.REFUSAL, field=column, value=str(cell), message=message))
        elif isinstance(cell, str) and cell.startswith(FORMULA_STARTS) and len(cell) > 1:
            message = f"“{column}”以“{cell[0]}”开头，表格软件会当作公式。已按文字导入，请审稿时核对。"
            item.notes.append(Note(level=Level.NOTE, field=column, value=cell, message=message))

    def open_file(self, address: str) -> bytes | None:
        return None

    def has_file(self, address: str) -> bool:
        return False

    def close(self) -> None:
        self._rows.close()


def _hold_columns(head: Sequence[Any], name: str) -> list[str]:
    columns = [str(cell if cell is not None else "").strip() for cell in head]
    while columns and not columns[-1]:
        columns.pop()
    if not columns:
        raise InvalidValue(f"“{name}”的第一行没有列名。请在第一行写列名，例如：标题、正文、发布时间、栏目。", name=name)
    if len(columns) > MOST_COLUMNS:
        raise InvalidValue(f"“{name}”有 {len(columns)} 列，超过上限 {MOST_COLUMNS} 列。请删去不用的列。", name=name)
    blank = [get_column_letter(place + 1) for place, column in enumerate(columns) if not column]
    if blank:
        raise InvalidValue(f"“{name}”的 {'、'.join(blank)} 列没有列名。请补上列名，或删去这些列。", name=name)
    twice = sorted({column for column in columns if columns.count(column) > 1})
    if twice:
        raise InvalidValue(f"“{name}”有两列都叫“{'、'.join(twice)}”。请改成不同的列名。", name=name)
    return columns


def _looks_like_html(text: str) -> bool:
    head = text[:2000].lower()
    return any(
        mark in head for mark in ("<p", "<div", "<br", "<table", "<span", "<img", "<ul", "<h2", "<font", "&nbsp;")
    )


class _Formula(str):
    """A cell that holds a formula."""

    __slots__ = ()


class _Csv:
    """A CSV file, written as UTF-8 beside itself once, then read line by line."""

    def __init__(self, path: Path, name: str) -> None:
        size = path.stat().st_size
        if size > MOST_CSV_BYTES:
            raise InvalidValue(f"“{name}”有 {size} 字节，超过上限 {MOST_CSV_BYTES} 字节。请分成几个文件导入。")
        self._name = name
        self._text = path.with_suffix(".utf8")
        if not self._text.exists():
            with path.open("rb") as source:
                head = source.read(HEAD_BYTES)
            if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
                raise InvalidValue(f"“{name}”不是 CSV 或 XLSX 表格（含有零字节）。请另存为其中一种再上传。", name=name)
            beside = self._text.with_suffix(".part")
            transcode(path, beside, name=name)
            beside.rename(self._text)
        with self._text.open(encoding="utf-8", newline="") as file:
            first = file.readline(64 * 1024)
        self._delimiter = max(DELIMITERS, key=first.count) if any(mark in first for mark in DELIMITERS) else ","

    def _read(self) -> Iterator[list[str]]:
        csv.field_size_limit(MOST_CELL)
        with self._text.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file, delimiter=self._delimiter)
            while True:
                try:
                    yield next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    raise InvalidValue(
                        f"“{self._name}”第 {reader.line_num} 行读不下去：{error}。请检查这一行的引号。", name=self._name
                    ) from error

    def head(self) -> list[str]:
        return next(self._read(), [])

    def lines(self) -> Iterator[list[str]]:
        return (line for line in islice(self._read(), 1, None) if any(cell.strip() for cell in line))

    def count(self) -> int:
        return sum(1 for _line in self.lines())

    def close(self) -> None:
        """Nothing is held open."""


class _Spreadsheet:
    """The first sheet of an XLSX file, read row by row."""

    def __init__(self, path: Path, name: str) -> None:
        self._name = name
        with open_zip(path, name=name) as held:
            if "xl/workbook.xml" not in held.namelist():
                raise InvalidValue(f"“{name}”不是 XLSX 表格。请用表格软件另存为 .xlsx 或 .csv。", name=name)
            hold_xml(held, name)
        # By the open file: openpyxl would go by the name's extension, which people get wrong.
        self._file = path.open("rb")
        try:
            self._book = openpyxl.load_workbook(self._file, read_only=True, data_only=False, keep_links=False)
            self._sheet = self._book.worksheets[0]
            # What the file says of its own size may be wrong; the rows themselves tell.
            self._sheet.reset_dimensions()
        except (InvalidFileException, KeyError, ValueError, IndexError, ParseError, *DAMAGED) as error:
            self._file.close()
            raise InvalidValue(f"“{name}”打不开：{error}。请用表格软件另存为 .xlsx 后再上传。", name=name) from error

    def _read(self) -> Iterator[list[Any]]:
        try:
            for cells in self._sheet.iter_rows():
                yield [_value(cell) for cell in cells]
        except (ValueError, KeyError, ParseError, *DAMAGED) as error:
            raise InvalidValue(f"“{self._name}”的工作表已损坏：{error}。请用表格软件另存后再上传。") from error

    def head(self) -> list[Any]:
        return next(self._read(), [])

    def lines(self) -> Iterator[list[Any]]:
        return (line for line in islice(self._read(), 1, None) if any(cell not in ("", None) for cell in line))

    def count(self) -> int:
        return sum(1 for _line in self.lines())

    def close(self) -> None:
        self._book.close()
        self._file.close()


_Rows = _Csv | _Spreadsheet


def _value(cell: Any) -> Any:
    if cell.data_type == "f":
        return _Formula(cell.value)
    if isinstance(cell.value, float) and cell.value.is_integer():
        return int(cell.value)
    return "" if cell.value is None else cell.value
