"""Tables: read from spreadsheets as people save them, refused when broken, offered without formulas."""

from __future__ import annotations

import csv
import io
import random
import zipfile

import pytest
from openpyxl import Workbook, load_workbook

from network.errors import InvalidValue
from sites.pages import tables
from sites.pages.tables import Table, as_csv, as_xlsx, hold_table, number_of, read_spreadsheet


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


@pytest.mark.parametrize(
    ("cell", "number"),
    [("12", 12), ("1,234", 1234), ("1，234.5", 1234.5), ("-3", -3), ("", None), ("—", None), (" 7 ", 7)],
)
def test_a_cell_says_its_number(cell: str, number: float | None) -> None:
    assert number_of(cell) == number


@pytest.mark.parametrize("cell", ["12万", "1,23", "5.3%", "=1+1", "１２a", "1e9"])
def test_a_cell_that_says_something_else_is_named(cell: str) -> None:
    with pytest.raises(InvalidValue, match="不是数。请只写数字"):
        number_of(cell)


def test_a_workbook_is_read_as_text_without_its_empty_edges() -> None:
    data = workbook(("月份", "户数", None), (None, None, None), ("1月", 1200, None), ("2月", 13.5, None))
    assert read_spreadsheet("数据.XLSX", data) == [["月份", "户数"], ["1月", "1200"], ["2月", "13.5"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_in_the_encodings_of_its_time(encoding: str) -> None:
    text = '月份,户数\r\n1月,"1,200"\r\n'
    assert read_spreadsheet("a.csv", text.encode(encoding)) == [["月份", "户数"], ["1月", "1,200"]]


def bomb() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as parts:
        # Not so even that its ratio alone would give it away.
        piece = random.Random(1).randbytes(2000) + bytes(98_000)
        parts.writestr("xl/workbook.xml", piece * (tables.MOST_UNPACKED // len(piece) + 1))
    return data.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.xls", b"x", "不是 xlsx 或 csv 文件"),
        ("a.xlsx", b"not a zip", "打不开，可能已损坏"),
        ("a.xlsx", b"", "打不开，可能已损坏"),
        ("a.csv", b"\xff\xff\xff", "编码不是 UTF-8 或 GB 18030"),
        ("a.csv", b"x" * (tables.MOST_BYTES + 1), "最多5 MB"),
        ("a.csv", b"1\n" * (tables.MOST_ROWS + 2), "超过2000行"),
    ],
)
def test_a_file_that_is_no_table_is_refused_by_name(name: str, data: bytes, sentence: str) -> None:
    with pytest.raises(InvalidValue, match=sentence) as caught:
        read_spreadsheet(name, data)
    assert name in caught.value.message


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked() -> None:
    with pytest.raises(InvalidValue, match="解开后过大"):
        read_spreadsheet("a.xlsx", bomb())


def test_a_workbook_of_noughts_is_taken_for_a_bomb() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", bytes(2 * 1024**2))
    with pytest.raises(InvalidValue, match="疑为压缩炸弹"):
        read_spreadsheet("a.xlsx", data.getvalue())


@pytest.mark.parametrize(
    ("header", "rows", "sentence"),
    [
        ([], [], "须有表头和至少一行数据"),
        (["月份", ""], [["1月", "2"]], "第2列没有表头"),
        (["月份", "月份"], [["1月", "2"]], "表头“月份”出现两次"),
        (["月份", "户数"], [["1月"]], "第1行有1格，表头有2列"),
        (["月份"], [["1月"]] * 2001, "表格有2001行1列，最多2000行30列"),
    ],
)
def test_a_crooked_table_is_refused_with_its_place(header: list[str], rows: list[list[str]], sentence: str) -> None:
    assert sentence in "".join(hold_table(header, rows))


def test_a_straight_table_is_not_refused() -> None:
    assert hold_table(["月份", "户数"], [["1月", "2"]]) == []


def test_what_is_taken_along_runs_nothing_and_keeps_its_numbers() -> None:
    table = Table(title="表", header=["=cmd", "户数"], rows=[["@SUM(A1)", "1,200"], ["+1月", "-3"], ["甲", "—"]])
    lines = list(csv.reader(io.StringIO(as_csv(table).decode("utf-8-sig"))))
    assert lines == [["'=cmd", "户数"], ["'@SUM(A1)", "1200"], ["'+1月", "-3"], ["甲", "—"]]
    sheet = load_workbook(io.BytesIO(as_xlsx(table))).active
    assert sheet is not None
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["'=cmd", "户数"],
        ["'@SUM(A1)", 1200],
        ["'+1月", -3],
        ["甲", "—"],
    ]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s", "n"}
