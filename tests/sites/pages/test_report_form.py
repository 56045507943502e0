"""The statutory tables of the yearly report: fitted to the form, every cell and sum checked, laid out as the form."""

from __future__ import annotations

import pytest

from network.errors import InvalidValue
from sites.pages.report_form import FormTable, form_tables, plain_layout

ACTIVE, REQUESTS, DISPUTES = form_tables("2021")


def filled(table: FormTable, **cells: str) -> list[list[str]]:
    """The blank table with zeros, but for ``key_column="value"`` by row key and number of the column from 1."""
    header, *rows = table.blank()
    rows = [[row[0], *(cell or "0" for cell in row[1:])] for row in rows]
    keys = [row.key for row in table.rows]
    for name, value in cells.items():
        key, column = name.rsplit("_", 1)
        rows[keys.index(key)][int(column)] = value
    return [header, *rows]


def answered(table: FormTable = REQUESTS) -> list[list[str]]:
    """Twelve new requests and one of the year before: eight granted, four refused, one carried out."""
    return filled(
        table, new_1="9", new_2="3", new_7="12", carried_in_1="1", carried_in_7="1", granted_1="8", granted_7="8",
        case_1="1", case_2="3", case_7="4", handled_1="9", handled_2="3", handled_7="12",
        carried_out_1="1", carried_out_7="1",
    )  # fmt: skip


def test_the_form_has_the_rows_and_columns_of_the_circular() -> None:
    assert (len(ACTIVE.rows), len(REQUESTS.rows), len(DISPUTES.rows)) == (6, 25, 3)
    assert REQUESTS.header[-1] == DISPUTES.header[-1] == "总计"
    assert [row.name for row in REQUESTS.rows][4] == "（三）不予公开：1.属于国家秘密"
    for table in (ACTIVE, REQUESTS, DISPUTES):
        assert len({row.name for row in table.rows}) == len(table.rows)
        assert table.faults(table.blank()) == []
        assert table.faults(filled(table)) == []
        assert table.missing(filled(table)) == []


def test_a_blank_cell_is_missing_and_a_dash_says_no_number() -> None:
    assert REQUESTS.missing(filled(REQUESTS, new_1="", granted_7="—")) == [
        "还有2格没有填写，第一格是“一、本年新收政府信息公开申请数量—自然人”；没有的填0。"
    ]
    assert ACTIVE.missing(ACTIVE.blank()) != []


def test_sums_that_agree_are_accepted_with_thousands_and_money() -> None:
    assert REQUESTS.faults(answered()) == []
    assert ACTIVE.faults(filled(ACTIVE, licences_4="1,204", fees_5="12.35")) == []


WRONG = [
    (REQUESTS, {"new_1": "9"}, "“一、本年新收政府信息公开申请数量”的总计是0，各列相加是9"),
    (REQUESTS, {"new_1": "2", "new_7": "2"}, "合计2，“（七）总计”与“四、结转下年度继续办理”合计0，两者应相等"),
    (REQUESTS, {"granted_1": "1", "granted_7": "1"}, "“自然人”一列：“（一）予以公开”至“（六）其他处理：3.其他”合计1"),
    (REQUESTS, {"new_3": "-1"}, "“科研机构”是“-1”，应为不小于零的整数"),
    (REQUESTS, {"new_3": "两件"}, "“科研机构”是“两件”，应为不小于零的整数"),
    (REQUESTS, {"new_3": "1.5"}, "“科研机构”是“1.5”，应为不小于零的整数"),
    (ACTIVE, {"fees_5": "12元"}, "“本年收费金额（单位：万元）”是“12元”，应为不小于零的数"),
    (ACTIVE, {"licences_1": "3"}, "“行政许可”没有“本年制发件数”这一项，请删去“3”"),
    (DISPUTES, {"review_1": "2", "review_5": "3"}, "“行政复议”的总计是3，各列相加是2"),
]


@pytest.mark.parametrize(("table", "cells", "sentence"), WRONG, ids=[sentence for _t, _c, sentence in WRONG])
def test_a_cell_or_a_sum_that_cannot_be_is_named(table: FormTable, cells: dict[str, str], sentence: str) -> None:
    assert sentence in " ".join(table.faults(filled(table, **cells)))


def test_other_brackets_and_spaces_are_fitted_other_rows_refused() -> None:
    rows = filled(REQUESTS)
    typed = [[cell.replace("（", "(").replace("）", ") ") for cell in row] for row in rows]
    assert REQUESTS.fitted(typed) == rows
    with pytest.raises(InvalidValue, match="首列第2格是“（一）予以公开”，统一格式是“二、上年结转"):
        REQUESTS.fitted([*rows[:2], *rows[3:]])
    with pytest.raises(InvalidValue, match="表头第2格是“人数”，统一格式是“自然人”"):
        REQUESTS.fitted([[rows[0][0], "人数", *rows[0][2:]], *rows[1:]])
    with pytest.raises(InvalidValue, match="表头第1格是“”"):
        REQUESTS.fitted([])


def widths(rows: object) -> set[int]:
    """How wide the rows of a layout are, cells that hang down from above counted."""
    found, hanging = set(), []
    for row in rows:  # type: ignore[attr-defined]
        found.add(sum(cell.colspan for cell in row) + sum(width for width, _left in hanging))
        hanging = [(width, left - 1) for width, left in hanging if left > 1]
        hanging += [(cell.colspan, cell.rowspan - 1) for cell in row if cell.rowspan > 1]
    return found


@pytest.mark.parametrize(("table", "width"), [(ACTIVE, 4), (REQUESTS, 9), (DISPUTES, 7)])
def test_every_row_of_a_layout_is_equally_wide(table: FormTable, width: int) -> None:
    layout = table.layout(filled(table))
    assert widths([*layout.head, *layout.body]) == {width}
    names = [cell.text for row in layout.body for cell in row if cell.scope == "row"]
    assert names == [row.label for row in table.rows]


def test_a_table_that_does_not_fit_is_drawn_as_it_is_stored() -> None:
    rows = [["年", "件"], ["2012", "3"]]
    assert REQUESTS.layout(rows) == plain_layout(rows)
    assert [cell.text for cell in plain_layout(rows).body[0]] == ["2012", "3"]


def test_a_form_without_a_file_is_an_error_of_the_rules() -> None:
    with pytest.raises(LookupError, match="没有数据文件"):
        form_tables("1999")
