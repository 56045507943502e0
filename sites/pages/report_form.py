"""The statutory tables of the yearly report of disclosure, as a data file says them: blank, read, checked, laid out.

Which file holds for a year is a rule (``disclosure.report_form``). A stored table is flat: a header, then one row
for every row of the form in its order, cells that the form does not have a dash.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from network.errors import InvalidValue
from network.rules.api import site_rule
from network.tenancy.api import Site
from sites.pages.tables import number_of

DATA = Path(__file__).parent / "data"
RULE = "disclosure.report_form"
NONE = "—"
NOT_USED = ("", "-", NONE)
SAME = str.maketrans({"(": "（", ")": "）", ":": "：", "．": ".", '"': "“"})
SPACES = re.compile(r"\s+")
SHOWN_FAULTS = 20


class Row(NamedTuple):
    """A row of a form. ``name`` is its first cell in a flat table: the group is part of it."""

    key: str
    label: str
    name: str
    columns: Sequence[str]


class Cell(NamedTuple):
    """A cell as the public page lays it out; ``scope`` is empty for a number."""

    text: str
    scope: str = ""
    colspan: int = 1
    rowspan: int = 1


@dataclass(frozen=True, kw_only=True)
class Group:
    """Rows that stand together: below a line across the table, or beside a cell that names them."""

    heading: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Row]


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A table as the public page draws it."""

    head: Sequence[Sequence[Cell]]
    body: Sequence[Sequence[Cell]]


@dataclass(frozen=True, kw_only=True)
class FormTable:
    """One table of a form. ``total`` is the column that sums up the others; ``balances`` are equal sums of rows."""

    key: str
    label: str
    columns: Sequence[str]
    groups: Sequence[Group]
    decimals: frozenset[str] = frozenset()
    spans: Sequence[tuple[str, Sequence[str]]] = ()
    total: str = ""
    balances: Sequence[tuple[Sequence[str], Sequence[str]]] = ()

    @property
    def header(self) -> list[str]:
        return [self.label, *self.columns]

    @property
    def rows(self) -> list[Row]:
        return [row for group in self.groups for row in group.rows]

    def blank(self) -> list[list[str]]:
        """The table to fill in, the header first."""
        return [
            self.header,
            *([row.name, *("" if name in row.columns else NONE for name in self.columns)] for row in self.rows),
        ]

    def fitted(self, rows: Sequence[Sequence[str]]) -> list[list[str]]:
        """What somebody filled in, in the very words of the form; brackets, spaces may differ.

        Raises InvalidValue that names the first head or row that is not the form's.
        """
        header, *records = rows or [[]]
        self._hold_names(_("表头"), self.header, header)
        self._hold_names(_("首列"), [row.name for row in self.rows], [record[0] for record in records if record])
        return [self.header, *([row.name, *record[1:]] for row, record in zip(self.rows, records, strict=True))]

    def _hold_names(self, place: str, wanted: Sequence[str], held: Sequence[str]) -> None:
        for number in range(max(len(wanted), len(held))):
            right = wanted[number] if number < len(wanted) else ""
            wrong = held[number] if number < len(held) else ""
            if _plain(right) != _plain(wrong):
                values = {"place": place, "number": number + 1, "held": wrong, "wanted": right}
                raise InvalidValue(
                    _("%(place)s第%(number)s格是“%(held)s”，统一格式是“%(wanted)s”，请照统一格式的次序填写。") % values
                )

    def faults(self, rows: Sequence[Sequence[str]]) -> list[str]:
        """Why a table of this form cannot be: other names, cells that are no number, sums that do not agree."""
        try:
            _header, *records = self.fitted(rows)
        except InvalidValue as error:
            return [error.message]
        numbers: dict[str, dict[str, float]] = {}
        wrong: list[str] = []
        for row, record in zip(self.rows, records, strict=True):
            numbers[row.key] = {}
            if len(record) != len(self.header):
                values = {"row": row.name, "cells": len(record), "columns": len(self.header)}
                wrong.append(_("“%(row)s”有%(cells)s格，应有%(columns)s格，请补齐。") % values)
                continue
            for column, cell in zip(self.columns, record[1:], strict=True):
                try:
                    value = self._number(row, column, cell)
                except InvalidValue as error:
                    wrong.append(error.message)
                    continue
                if value is not None:
                    numbers[row.key][column] = value
        return (wrong or [*self._sum_faults(numbers)])[:SHOWN_FAULTS]

    def missing(self, rows: Sequence[Sequence[str]]) -> list[str]:
        """Cells of the form that say nothing yet."""
        found = [
            f"{row.name}—{column}"
            for row, record in zip(self.rows, rows[1:], strict=False)
            for column, cell in zip(self.columns, record[1:], strict=False)
            if column in row.columns and cell.strip() in NOT_USED
        ]
        if not found:
            return []
        values = {"count": len(found), "first": found[0]}
        return [_("还有%(count)s格没有填写，第一格是“%(first)s”；没有的填0。") % values]

    def number_at(self, rows: Sequence[Sequence[str]], key: str, column: str) -> float | None:
        """The number of one cell; None while it says none."""
        place = next(number for number, row in enumerate(self.rows) if row.key == key)
        try:
            return self._number(self.rows[place], column, rows[place + 1][self.header.index(column)])
        except (IndexError, InvalidValue):
            return None

    def _number(self, row: Row, column: str, cell: str) -> float | None:
        """A whole number not below nothing, a decimal where the form counts money. Raises InvalidValue."""
        values = {"row": row.name, "column": column, "cell": cell}
        if column not in row.columns:
            if cell.strip() not in NOT_USED:
                raise InvalidValue(_("“%(row)s”没有“%(column)s”这一项，请删去“%(cell)s”。") % values)
            return None
        try:
            value = number_of(cell)
        except InvalidValue:
            value = -1
        is_fit = value is None or (value >= 0 and (isinstance(value, int) or column in self.decimals))
        if not is_fit:
            kind = _("不小于零的数") if column in self.decimals else _("不小于零的整数")
            raise InvalidValue(_("“%(row)s”的“%(column)s”是“%(cell)s”，应为%(kind)s。") % {**values, "kind": kind})
        return value

    def _sum_faults(self, numbers: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
        """Sums that do not agree; a row or column with an empty cell is not summed up yet."""
        parts = [name for name in self.columns if name != self.total]
        for row in self.rows if self.total else ():
            held = numbers[row.key]
            if len(held) == len(self.columns) and sum(held[name] for name in parts) != held[self.total]:
                values = {"row": row.name, "total": held[self.total], "sum": sum(held[name] for name in parts)}
                yield _("“%(row)s”的总计是%(total)s，各列相加是%(sum)s，请核对。") % values
        names = {row.key: row.name for row in self.rows}
        for left, right in self.balances:
            for column in self.columns:
                if any(column not in numbers[key] for key in (*left, *right)):
                    continue
                sums = [sum(numbers[key][column] for key in side) for side in (left, right)]
                if sums[0] != sums[1]:
                    yield _("“%(column)s”一列：%(left)s合计%(one)s，%(right)s合计%(other)s，两者应相等，请核对。") % {
                        "column": column,
                        "left": _side(names, left),
                        "right": _side(names, right),
                        "one": sums[0],
                        "other": sums[1],
                    }

    def layout(self, rows: Sequence[Sequence[str]]) -> Layout:
        """The table as the form draws it, from a stored one; one that does not fit is drawn as it is stored."""
        if len(rows) != len(self.rows) + 1 or any(len(row) != len(self.header) for row in rows):
            return plain_layout(rows)
        records = dict(zip((row.key for row in self.rows), rows[1:], strict=True))
        is_narrow = all(group.columns == self.columns for group in self.groups)
        width = max(len(group.columns) for group in self.groups)
        beside = 2 if any(group.title for group in self.groups) else 1
        body: list[list[Cell]] = []
        for group in self.groups:
            if group.heading:
                body.append([Cell(group.heading, "colgroup", colspan=width + beside)])
            if not is_narrow:
                body.append([Cell(self.label, "col", colspan=beside), *_spread(group.columns, width, "col")])
            for number, row in enumerate(group.rows):
                names = [Cell(row.label, "row", colspan=1 if group.title else beside)]
                if group.title and number == 0:
                    names.insert(0, Cell(group.title, "rowgroup", rowspan=len(group.rows)))
                held = dict(zip(self.columns, records[row.key][1:], strict=True))
                body.append([*names, *_spread([held[name] for name in group.columns], width, "")])
        return Layout(head=self._head(beside) if is_narrow else (), body=body)

    def _head(self, beside: int) -> list[list[Cell]]:
        if not self.spans:
            return [[Cell(self.label, "col", colspan=beside), *(Cell(name, "col") for name in self.columns)]]
        first, second = [Cell(self.label, "col", colspan=beside, rowspan=2)], []
        spanned = {name: title for title, names in self.spans for name in names}
        for name in self.columns:
            if name not in spanned:
                first.append(Cell(name, "col", rowspan=2))
                continue
            if not any(cell.text == spanned[name] for cell in first):
                width = sum(title == spanned[name] for title in spanned.values())
                first.append(Cell(spanned[name], "colgroup", colspan=width))
            second.append(Cell(name, "col"))
        return [first, second]


def plain_layout(rows: Sequence[Sequence[str]]) -> Layout:
    """A table as it is stored, the header first."""
    header, *records = rows
    body = [[Cell(text, "" if place else "row") for place, text in enumerate(record)] for record in records]
    return Layout(head=[[Cell(text, "col") for text in header]], body=body)


def _plain(text: str) -> str:
    return SPACES.sub("", text).translate(SAME).replace("”", "“")


def _side(names: Mapping[str, str], keys: Sequence[str]) -> str:
    """Rows of one side of a sum; a long run by its ends."""
    if len(keys) > 2:
        return _("“%(first)s”至“%(last)s”") % {"first": names[keys[0]], "last": names[keys[-1]]}
    return _("与").join(f"“{names[key]}”" for key in keys)


def _spread(texts: Sequence[str], width: int, scope: str) -> list[Cell]:
    """Cells that fill a width, the last one the widest."""
    cells = [Cell(text, scope) for text in texts]
    cells[-1] = cells[-1]._replace(colspan=width - len(texts) + 1)
    return cells


@lru_cache(maxsize=8)
def form_tables(name: str) -> tuple[FormTable, ...]:
    """The tables of a form in their order. Raises LookupError for one that there is no file of."""
    path = DATA / f"yearly_report_{name}.toml"
    if not name.isdecimal() or not path.is_file():
        raise LookupError(f"规则“{RULE}”指名的表式“{name}”没有数据文件 {path.name}。")
    return tuple(_table(entry) for entry in tomllib.loads(path.read_text(encoding="utf-8"))["table"])


def _table(entry: dict[str, Any]) -> FormTable:
    columns = tuple(entry["columns"])
    return FormTable(
        key=entry["key"],
        label=entry["label"],
        columns=columns,
        groups=tuple(_group(group, columns) for group in entry["group"]),
        decimals=frozenset(entry.get("decimals", ())),
        spans=tuple((span["title"], tuple(span["columns"])) for span in entry.get("spans", ())),
        total=entry.get("total", ""),
        balances=tuple((tuple(pair["left"]), tuple(pair["right"])) for pair in entry.get("balances", ())),
    )


def _group(entry: dict[str, Any], columns: tuple[str, ...]) -> Group:
    title, used = entry.get("title", ""), tuple(entry.get("columns", columns))
    return Group(
        heading=entry.get("heading", ""),
        title=title,
        columns=used,
        rows=tuple(
            Row(
                key=row["key"],
                label=row["label"],
                name=f"{title}：{row['label']}" if title else row["label"],
                columns=used,
            )
            for row in entry["rows"]
        ),
    )


def form_of_year(site: Site, year: int) -> str:
    """The form that a report on a year has to take: the one in force as the year ends; empty where none was."""
    try:
        return str(site_rule(site, RULE, on=datetime.date(year, 12, 31)).value)
    except LookupError:
        return ""
