"""Items become pages of the type that is chosen, with its own fields; what a type demands and a row lacks is told."""

from __future__ import annotations

import csv
import datetime
import io
from decimal import Decimal
from typing import Any

import pytest
from django.test import override_settings
from django.utils import translation

from network.errors import InvalidValue
from network.tenancy.api import Site, in_site
from sites.accounts.models import Staff
from sites.importing.actions import ask_undo
from sites.importing.models import ImportBatch
from sites.importing.page_types import target_named
from sites.pages.models import (
    ArticlePage,
    BudgetPage,
    InterpretationPage,
    LawPage,
    PersonnelPage,
    PlanPage,
    ProcurementPage,
    StatisticsPage,
    WarningPage,
)
from tests.factories.articles import review
from tests.factories.importing import OLD, TEXT, imported, packed, page, read, received, rows_of, work

pytestmark = pytest.mark.django_db

TABLE = "<table><tr>{head}</tr><tr>{row}</tr></table>"


def rows(*lines: dict[str, str]) -> bytes:
    """A table with a column for every name that a line uses."""
    whole = [{"正文": TEXT, "发布时间": "2011-03-04", "栏目": "通知公告", **line} for line in lines]
    names = list(dict.fromkeys(name for line in whole for name in line))
    text = io.StringIO()
    csv.writer(text).writerows([names, *([line.get(name, "") for name in names] for line in whole)])
    return text.getvalue().encode()


def grid(head: list[str], row: list[str]) -> str:
    cells = "".join(f"<th>{name}</th>" for name in head), "".join(f"<td>{cell}</td>" for cell in row)
    return TABLE.format(head=cells[0], row=cells[1])


def told(site: Site, batch: ImportBatch) -> list[tuple[str, str]]:
    """Outcome of each row with all its remarks."""
    return [(row.outcome, " ".join(note["message"] for note in row.notes)) for row in rows_of(site, batch)]


def test_documents_carry_their_number_dates_and_validity_and_go_through_review(guangzhou: Site) -> None:
    line = {
        "标题": "关于规范登记工作的意见",
        "文号": "穗工商字〔2011〕7号",
        "发文机关": "广州市工商行政管理局",
        "文件种类": "规范性文件",
        "成文日期": "2011年3月1日",
        "施行日期": "2011-04-01",
        "有效性": "已废止",
        "有效性说明": "2019年1月1日起由穗市监规字〔2019〕1号废止",
    }
    batch = imported(guangzhou, rows(line), "table", type="law")
    assert told(guangzhou, batch) == [("written", "")]
    with in_site(guangzhou):
        law = LawPage.objects.get(title="关于规范登记工作的意见")
        assert (law.document_number, law.issuing_body, law.rank) == (
            "穗工商字〔2011〕7号",
            "广州市工商行政管理局",
            "normative",
        )
        assert (law.adopted_on, law.effective_date) == (datetime.date(2011, 3, 1), datetime.date(2011, 4, 1))
        assert (law.live, law.validity) == (False, "repealed")
        draft = law.get_latest_revision_as_object()
        assert (type(draft), draft.effective_date) == (LawPage, datetime.date(2011, 4, 1))
        review(law, by="webmaster")
        assert LawPage.objects.get(pk=law.pk).live


def test_each_row_becomes_the_type_that_its_column_names(guangzhou: Site) -> None:
    posts = grid(["单位", "职位", "人数", "条件"], ["市局", "科员", "2", "本科以上"])
    figures = grid(["季度", "户数"], ["一季度", "1,204"])
    batch = imported(
        guangzhou,
        rows(
            {
                "标题": "办公设备采购",
                "页面类型": "政府采购",
                "项目编号": "GZ-2011-04",
                "采购单位": "市局办公室",
                "采购预算": "128,000元",
                "采购公告日期": "2011-03-01",
                "中标（成交）公告日期": "2011-03-20",
                "中标供应商": "某办公设备公司",
                "中标金额": "119000.50",
            },
            {"标题": "招录公告", "页面类型": "人事信息", "正文": f"<p>{TEXT}</p>{posts}", "报名截止": "2011-04-01"},
            {"标题": "2011年工作计划", "页面类型": "plan"},
            {
                "标题": "一季度登记情况",
                "页面类型": "统计数据",
                "统计期间": "2011年第一季度",
                "正文": f"<p>{TEXT}</p>{figures}",
            },
            {"标题": "提醒消费者", "页面类型": "消费警示", "给消费者的提示": "看清标签。"},
            {"标题": "市局2010年决算", "页面类型": "预算决算", "种类": "部门决算", "年度": "2010"},
            {"标题": "普通文章", "页面类型": ""},
        ),
        "table",
    )
    assert [outcome for outcome, _words in told(guangzhou, batch)] == ["written"] * 7
    with in_site(guangzhou):
        procurement = ProcurementPage.objects.get(number="GZ-2011-04")
        assert (procurement.buyer, procurement.budget) == ("市局办公室", Decimal("128000.00"))
        stages = [(child.value["stage"], child.value["day"], child.value["amount"]) for child in procurement.stages]
        assert stages == [
            ("tender", datetime.date(2011, 3, 1), None),
            ("result", datetime.date(2011, 3, 20), Decimal("119000.50")),
        ]
        assert procurement.stages[1].value["supplier"] == "某办公设备公司"
        personnel = PersonnelPage.objects.get(title="招录公告")
        assert [(post.value["unit"], post.value["number"]) for post in personnel.posts] == [("市局", 2)]
        assert "table" not in {block.block_type for block in personnel.body}
        plan = PlanPage.objects.get(title="2011年工作计划")
        assert (plan.first_year, plan.last_year) == (2011, 2011)
        statistics = StatisticsPage.objects.get(period="2011年第一季度")
        assert (statistics.rows(), statistics.chart_column) == ([["季度", "户数"], ["一季度", "1,204"]], 0)
        assert WarningPage.objects.get(title="提醒消费者").advice == "看清标签。"
        assert BudgetPage.objects.get(year=2010).form == "accounts"
        assert ArticlePage.objects.filter(title="普通文章").exists()
    words = dict(enumerate(words for _outcome, words in told(guangzhou, batch)))
    assert "取自标题" in words[2]
    assert "送审前须补上：请填写数据截至哪一日。" in words[3]
    assert "送审前须补上：请填写收入总计" in words[5]


@pytest.mark.parametrize(
    ("kind", "line", "field", "words"),
    [
        ("law", {"文件种类": "小道消息"}, "文件种类", "文件种类“小道消息”不存在，可用：法律"),
        ("law", {"成文日期": "2099-01-01"}, "成文日期", "“2099-01-01”还没有到"),
        ("law", {"施行日期": "择日"}, "施行日期", "不是有效的日期"),
        ("law", {"成文日期": "2011-05-01", "施行日期": "2011-04-01"}, "施行日期", "早于"),
        ("law", {"制定机关": "局" * 201}, "制定机关", "超过上限 200 字"),
        ("procurement", {}, "项目编号", "政府采购须有“项目编号”"),
        ("procurement", {"项目编号": "1", "预算金额（元）": "12万"}, "预算金额（元）", "“12万”不是数"),
        ("procurement", {"项目编号": "1", "合同公告日期": "2011-01-01"}, "阶段", "之前须有“中标（成交）公告”"),
        ("procurement", {"项目编号": "1", "阶段": "采购公告", "发布时间": ""}, "阶段", "没有日期"),
        ("plan", {}, "起始年度", "规划总结须有“起始年度”"),
        ("plan", {"起始年度": "2012", "终止年度": "2011"}, "终止年度", "早于起始年度"),
        ("statistics", {}, "统计期间", "统计数据须有“统计期间”"),
        ("budget", {"年度": "1900"}, "年度", "年度“1900”不对"),
    ],
)
def test_what_a_type_cannot_take_is_told_with_value_and_remedy_and_the_rest_goes_on(
    guangzhou: Site, kind: str, line: dict[str, str], field: str, words: str
) -> None:
    good = {
        "标题": "好的一行",
        "项目编号": "9",
        "年度": "2010",
        "统计期间": "2010年",
        "终止年度": "2010",
        "起始年度": "2010",
    }
    good |= {name: "" for name in line if name not in good} | {"制定机关": "市局"}
    batch = read(guangzhou, rows({"标题": "坏的一行", **line}, good), "table", type=kind)
    bad, fine = rows_of(guangzhou, batch)
    assert (bad.outcome, fine.outcome) == ("refused", "new")
    assert any(note["field"] == field and words in note["message"] for note in bad.notes), bad.notes


def test_a_number_is_used_once_in_a_batch_and_once_at_the_site(guangzhou: Site) -> None:
    first = {"标题": "甲文", "文号": "穗工商字[2011]7号", "制定机关": "市局", "公布日期": "2011-01-01"}
    data = rows(
        first,
        {**first, "标题": "乙文", "文号": "穗工商字〔2011〕 7号"},
        {**first, "标题": "隔年另编的文", "公布日期": "2012-01-01"},
    )
    batch = imported(guangzhou, data, "table", type="law")
    outcomes = told(guangzhou, batch)
    assert [outcome for outcome, _words in outcomes] == ["written", "refused", "written"]
    assert "与第 1 行的“穗工商字〔2011〕7号 市局 2011”相同" in outcomes[1][1]
    assert [outcome for outcome, _words in told(guangzhou, read(guangzhou, data, "table", type="law"))] == [
        "same",
        "refused",
        "same",
    ]
    other = read(guangzhou, rows({**first, "标题": "丙文"}), "table", type="law")
    ((outcome, words),) = told(guangzhou, other)
    assert outcome == "refused"
    assert "文号“穗工商字[2011]7号”已用于《甲文》" in words


def test_interpretations_and_later_documents_find_the_document_they_name(guangzhou: Site) -> None:
    data = rows(
        {"标题": "解读", "页面类型": "政策解读", "解读的文件": "穗工商字[2011]7号"},
        {"标题": "旧文", "页面类型": "法规文件", "文号": "穗工商字〔2011〕7号"},
        {
            "标题": "新文",
            "页面类型": "法规文件",
            "文号": "穗工商字〔2015〕1号",
            "废止的文件": "穗工商字〔2011〕7号、没有的文号",
        },
    )
    batch = imported(guangzhou, data, "table")
    with in_site(guangzhou):
        old = LawPage.objects.get(title="旧文")
        (link,) = InterpretationPage.objects.get(title="解读").documents
        assert (link.block_type, link.value.pk) == ("explains", old.pk)
        (ends,) = LawPage.objects.get(title="新文").relations
        assert (ends.block_type, ends.value.pk) == ("repeals", old.pk)
    assert "没有文号为“没有的文号”的法规文件" in told(guangzhou, batch)[2][1]


def test_pages_tell_the_facts_of_a_document_by_labels_and_beside_the_body(guangzhou: Site) -> None:
    facts = (
        "<table><tr><td><b>索 引 号：</b></td><td>1</td><td>发文机关：</td><td>市局</td></tr>"
        "<tr><td>发文字号：</td><td>穗工商字〔2009〕3号</td><td>成文日期：</td><td>2009年03月02日</td></tr></table>"
    )
    data = page("登记办法", 施行日期="2009-05-01").replace(b'<div id="zoom">', f'{facts}<div id="zoom">'.encode())
    imported(guangzhou, packed({"1.html": data}), "pages", base=OLD, types={"tzgg": "law"})
    with in_site(guangzhou):
        law = LawPage.objects.get(title="登记办法")
        assert (law.document_number, law.issuing_body) == ("穗工商字〔2009〕3号", "市局")
        assert (law.adopted_on, law.effective_date) == (datetime.date(2009, 3, 2), datetime.date(2009, 5, 1))
        assert "发文字号" not in str(law.body)


def test_a_changed_row_updates_its_draft_but_never_turns_it_into_another_type(guangzhou: Site) -> None:
    line = {"编号": "1", "标题": "甲文", "制定机关": "市局"}
    first = imported(guangzhou, rows(line), "table", type="law")
    again = imported(guangzhou, rows({**line, "制定机关": "省局"}), "table", type="law")
    assert told(guangzhou, again)[0][0] == "updated"
    other = imported(guangzhou, rows({**line, "制定机关": "国家局"}), "table")
    ((outcome, words),) = told(guangzhou, other)
    assert (outcome, "类型不能改" in words) == ("kept", True)
    with in_site(guangzhou):
        assert LawPage.objects.get(title="甲文").issuing_body == "省局"
        assert not ArticlePage.objects.filter(title="甲文").exists()
        ask_undo(first, acting_user=Staff.objects.get(username="webmaster"))
    work(guangzhou, first)
    with in_site(guangzhou):
        assert not LawPage.objects.filter(title="甲文").exists()


def test_the_other_site_gets_none_of_it(guangzhou: Site, shenzhen: Site) -> None:
    line = {"标题": "甲文", "文号": "穗工商字〔2011〕7号", "制定机关": "市局"}
    imported(guangzhou, rows(line), "table", type="law")
    with in_site(shenzhen):
        assert not LawPage.objects.filter(title="甲文").exists()
    assert told(shenzhen, read(shenzhen, rows(line), "table", type="law"))[0][0] == "new"


@pytest.mark.parametrize("options", [{"type": "gossip"}, {"types": {"tzgg": "gossip"}}, {"types": {"nowhere": "law"}}])
def test_an_unknown_type_is_refused_at_the_door(guangzhou: Site, options: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue, match="gossip|nowhere"):
        received(guangzhou, rows({"标题": "甲文"}), "table", **options)
    with in_site(guangzhou):
        assert not ImportBatch.objects.exists()


@override_settings(LANGUAGE_CODE="zh-hans")
def test_types_are_known_by_their_chinese_names_to_whoever_reads_the_admin_in_english(guangzhou: Site) -> None:
    with translation.override("en"):
        found = target_named("法规文件")
        batch = read(guangzhou, rows({"标题": "甲文", "页面类型": "法规文件", "有效性": "已废止"}), "table")
    assert found is not None
    (row,) = rows_of(guangzhou, batch)
    assert row.content["facts"]["validity"] == "repealed"
