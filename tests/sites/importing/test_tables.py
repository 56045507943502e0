"""Tables become drafts; whatever is wrong with a row is told on that row, and the others go on."""

from __future__ import annotations

import datetime
import io
from typing import Any

import openpyxl
import pytest

from network.errors import InvalidValue
from network.tenancy.api import Site, in_site
from sites.importing.models import ImportBatch
from sites.pages.models import ArticlePage
from tests.factories.importing import HEAD, TEXT, imported, line, read, received, rows_of, table

pytestmark = pytest.mark.django_db


def notes_of(site: Site, batch: ImportBatch) -> list[tuple[int, str, list[str]]]:
    return [(row.number, row.outcome, [note["field"] for note in row.notes]) for row in rows_of(site, batch)]


def workbook(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_rows_become_drafts_with_the_mapping_their_names_suggest(guangzhou: Site, encoding: str) -> None:
    data = table([line(1), line(2, 标题="𬭎号通知"), line(3, 正文="<p>网页</p><p>正文</p>")], encoding=encoding)
    batch = imported(guangzhou, data, "table")
    assert batch.options["mapping"]["published"] == "发布时间"
    assert batch.counts == {"written": 3, "noted": 0}
    with in_site(guangzhou):
        titles = ArticlePage.objects.filter(live=False, title__contains="号通知").values_list("title", flat=True)
        assert set(titles) == {"第1号通知", "𬭎号通知", "第3号通知"}
        assert len(ArticlePage.objects.get(title="第3号通知").body) == 2


def test_every_fault_stays_on_its_row(guangzhou: Site) -> None:
    rows = [
        line(1),
        line(2, 发布时间="2099-01-01"),
        line(3, 发布时间="2010-02-30"),
        line(4, 发布时间="40179"),
        line(5, 标题=""),
        line(6, 标题="长" * 256),
        line(7, 栏目="没有的栏目"),
        line(8, 正文=" "),
        line(9, 来源="源" * 101),
        [*line(10), "多出一格"],
        line(11)[:3],
        line(12, 编号="n1"),
        line(13, 正文="前\x07后"),
        line(14, 标题='=HYPERLINK("http://x","点")'),
        line(15, 发布时间=""),
    ]
    batch = read(guangzhou, table(rows), "table")
    assert notes_of(guangzhou, batch) == [
        (1, "new", []),
        (2, "refused", ["published"]),
        (3, "refused", ["published"]),
        (4, "refused", ["published"]),
        (5, "refused", ["title"]),
        (6, "refused", ["title"]),
        (7, "refused", ["column"]),
        (8, "refused", ["body"]),
        (9, "refused", ["source"]),
        (10, "refused", ["row"]),
        (11, "refused", ["row"]),
        (12, "refused", ["key"]),
        (13, "new", ["body"]),
        (14, "new", ["标题"]),
        (15, "new", ["published"]),
    ]
    second = rows_of(guangzhou, batch)[1].notes[0]
    assert second["value"] == "2099-01-01"
    assert second["message"].startswith("发布时间“2099-01-01”在将来。")
    with in_site(guangzhou):
        assert not ArticlePage.objects.filter(title__contains="号通知").exists()


def test_columns_go_where_the_person_said(guangzhou: Site) -> None:
    rows = [line(1, 栏目="旧动态"), line(2, 栏目="别的")]
    batch = imported(guangzhou, table(rows), "table", column="tzgg", columns={"旧动态": "xwdt"})
    with in_site(guangzhou):
        keys = [ArticlePage.objects.get(pk=row.page_id).get_parent().specific.key for row in rows_of(guangzhou, batch)]
    assert keys == ["xwdt", "tzgg"]
    assert notes_of(guangzhou, batch)[1] == (2, "written", ["column"])


def test_a_column_deeper_than_this_sites_tree_is_told_and_its_items_find_a_place(guangzhou: Site) -> None:
    rows = [
        line(1, 栏目="首页 > 政务公开 > 通知公告 > 2010年 > 五月"),
        line(2, 栏目="首页/旧动态/图片"),
        line(3, 栏目="首页/没有/这样的"),
    ]
    batch = read(guangzhou, table(rows), "table", columns={"旧动态": "xwdt"})
    assert notes_of(guangzhou, batch) == [(1, "new", ["column"]), (2, "new", ["column"]), (3, "refused", ["column"])]
    first, second, third = rows_of(guangzhou, batch)
    assert "有 5 层，本站栏目只有一层，放入“通知公告”" in first.notes[0]["message"]
    assert second.notes[0]["value"] == "首页/旧动态/图片"
    assert "在本站没有对应的栏目。请在导入设置中指定" in third.notes[0]["message"]
    imported(guangzhou, table(rows), "table", columns={"旧动态": "xwdt"})
    with in_site(guangzhou):
        assert {page.depth for page in ArticlePage.objects.filter(title__contains="号通知")} == {4}


def test_a_document_number_that_the_site_has_is_told(guangzhou: Site) -> None:
    head = [*HEAD, "文号"]
    imported(guangzhou, table([[*line(1), "穗工商〔2010〕5号"]], head=head), "table")
    rows = [[*line(2), "穗工商〔2010〕5号"], [*line(3), "穗工商〔2010〕6号"]]
    batch = read(guangzhou, table(rows, head=head), "table")
    assert notes_of(guangzhou, batch) == [(1, "new", ["document_number"]), (2, "new", [])]
    assert "本站已有同一文号的稿件“第1号通知”" in rows_of(guangzhou, batch)[0].notes[0]["message"]


def test_a_malformed_address_costs_its_row_the_redirect_and_no_other_row_anything(guangzhou: Site) -> None:
    head = ["网址", *HEAD[1:]]
    rows = [["http://[bad/1.html", *line(1)[1:]], ["http://www.old.gov.cn/2.html", *line(2)[1:]]]
    batch = imported(guangzhou, table(rows, head=head), "table")
    assert notes_of(guangzhou, batch) == [(1, "written", ["address"]), (2, "written", [])]
    assert [row.old_path for row in rows_of(guangzhou, batch)] == ["", "/2.html"]


def test_a_spreadsheet_is_read_with_its_dates_and_its_formulas_are_refused(guangzhou: Site) -> None:
    morning = datetime.datetime(2011, 6, 30, 9)  # noqa: DTZ001  spreadsheets hold no time zone
    rows: list[list[Any]] = [
        list(HEAD),
        ["a1", "甲表", TEXT, morning, "通知公告", "市局"],
        ["a2", "=A2&B2", TEXT, datetime.date(2011, 6, 30), "通知公告", "市局"],
        [3, "丙表", TEXT, "2011年6月30日", "通知公告", None],
    ]
    batch = imported(guangzhou, workbook(rows), "table", file_name="old.xlsx")
    assert notes_of(guangzhou, batch) == [(1, "written", []), (2, "refused", ["标题"]), (3, "written", [])]
    assert "B3" in rows_of(guangzhou, batch)[1].notes[0]["message"]
    with in_site(guangzhou):
        assert ArticlePage.objects.get(title="甲表").first_published_at.isoformat() == "2011-06-30T01:00:00+00:00"


@pytest.mark.parametrize(
    ("data", "options", "words"),
    [
        (b"", {}, "是空的"),
        (table([]), {}, "只有列名"),
        (table([["1", "2", "3"]], head=["甲", "", "乙"]), {}, "B 列没有列名"),
        (table([["1", "2"]], head=["甲", "甲"]), {}, "两列都叫“甲”"),
        (table([["1", "2"]], head=["甲", "乙"]), {}, "没有指定“标题、正文”取自哪一列"),
        (table([line(1)]), {"mapping": {"title": "题", "body": "正文"}}, "没有“题”这一列"),
        (table([line(1)]), {"mapping": {"heading": "标题"}}, "不是稿件的字段"),
        (table([line(1)]), {"mapping": {"title": "标题", "body": "正文", "law.rnk": "来源"}}, "可用：law.adopted_on"),
        (table([line(1)]), {"column": "nowhere"}, "本站没有栏目“nowhere”"),
        (table([line(1)]), {"kind": "gossip"}, "信息类别“gossip”不存在"),
        (table([line(1)]), {"base": "ftp://old"}, "须以 http:// 或 https:// 开头"),
        (b"PK\x03\x04 not a zip at all", {}, "不是 zip 文件"),
        (b"\x00\x01\x02binary", {}, "零字节"),
    ],
)
def test_a_source_that_cannot_be_read_is_refused_as_a_whole(
    guangzhou: Site, data: bytes, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(InvalidValue) as refusal:
        received(guangzhou, data, "table", **options)
    assert words in refusal.value.message
    with in_site(guangzhou):
        assert not ImportBatch.objects.exists()
