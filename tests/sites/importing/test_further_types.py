"""Leaders, the organisation, specials, registers, the catalogue's fields, procurements told in several rows."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from network.tenancy.api import Site, in_site
from sites.importing.actions import ask_undo
from sites.importing.models import ImportBatch, ImportedItem
from sites.media.models import SiteDocument
from sites.pages.models import (
    ArticlePage,
    ColumnPage,
    LeaderPage,
    OrganisationPage,
    ProcurementPage,
    RegisterPage,
    SpecialPage,
)
from sites.pages.register import HEADER
from tests.factories.articles import review
from tests.factories.importing import OLD, TEXT, imported, packed, page, picture, read, rows_of, work
from tests.sites.importing.test_types import grid, rows, told
from tests.sites.media.test_files import address_of, status

pytestmark = pytest.mark.django_db

TENDER = {"标题": "办公设备采购", "项目编号": "GZ-2012-7", "采购人": "市局办公室", "采购公告日期": "2012-05-01"}
RESULT = {
    "标题": "办公设备采购结果",
    "项目编号": "GZ-2012-7",
    "中标（成交）公告日期": "2012-05-20",
    "中标供应商": "某公司",
    "中标金额": "11900",
    "正文": "某公司以最低价成交。",
}


def read_file(held: SiteDocument) -> str:
    with held.file.open("rb") as file:
        return str(file.read().decode())


def refusals(site: Site, batch: ImportBatch) -> list[tuple[str, str]]:
    """(field, message) of every refusal."""
    return [
        (note["field"], note["message"])
        for row in rows_of(site, batch)
        for note in row.notes
        if note["level"] == "refusal"
    ]


def test_each_further_type_is_filled_and_goes_through_review(guangzhou: Site) -> None:
    departments = grid(["机构", "职责", "负责人", "电话"], ["注册处", "登记注册", "处长", "020-00000000"])
    record = grid(list(HEADER), ["样例", "1000001", "样例公司", "30", "茶", "2012-01-01", "2015-01-01"])
    batch = imported(
        guangzhou,
        rows(
            {"标题": "张样例", "页面类型": "领导信息", "职务": "局长", "工作分工": "主持全面工作",
             "简历": "1990年参加工作。\n2010年任现职。"},
            {"标题": "机构职能", "页面类型": "机构职能", "主要职责": "登记注册\n监督管理", "办公地址": "样例路3号",
             "办公时间": "周一至周五", "联系电话": "020-00000000", "正文": f"<p>{TEXT}</p>{departments}"},
            {"标题": "诚信兴商", "页面类型": "专题", "开设日期": "2012-03-01", "摘要": "主题。",
             "板块": "最新动态=工作动态\n通知＝tzgg"},
            {"标题": "名录", "页面类型": "著名商标名录", "认定机关": "市局", "正文": f"<p>{TEXT}</p>{record}"},
        ),
        "table",
    )  # fmt: skip
    assert [outcome for outcome, _words in told(guangzhou, batch)] == ["written"] * 4, told(guangzhou, batch)
    with in_site(guangzhou):
        leader, organisation = LeaderPage.objects.get(), OrganisationPage.objects.get()
        special, register = SpecialPage.objects.get(), RegisterPage.objects.get()
        assert (leader.post, [child.value for child in leader.resume]) == (
            "局长",
            ["1990年参加工作。", "2010年任现职。"],
        )
        assert [child.value for child in organisation.duties] == ["登记注册", "监督管理"]
        assert [child.value["name"] for child in organisation.departments] == ["注册处"]
        columns = [ColumnPage.objects.get(key=key).pk for key in ("gzdt", "tzgg")]
        assert [(child.value["title"], child.value["column"].pk) for child in special.sections] == [
            ("最新动态", columns[0]),
            ("通知", columns[1]),
        ]
        assert register.rows()[1][1] == "1000001"
        for page in (leader, organisation, special, register):
            assert not page.live
            review(page, by="webmaster")
            assert type(page).objects.get(pk=page.pk).live, page


@pytest.mark.parametrize(
    ("line", "field", "words"),
    [
        ({"页面类型": "领导信息"}, "职务", "领导信息须有“职务”"),
        ({"页面类型": "领导信息", "职务": "局长", "排序": "零"}, "排序", "“零”不是不大于 32767 的整数"),
        ({"页面类型": "机构职能", "邮政编码": "51000"}, "邮政编码", "邮政编码“51000”不是六位数字"),
        ({"页面类型": "专题", "板块": "动态=没有的栏目"}, "板块", "本站没有栏目“没有的栏目”，可用："),
        ({"页面类型": "专题", "开设日期": "2012-03-01", "归档日期": "2011-03-01"}, "归档日期", "2011-03-01"),
        ({"主题分类": "天文"}, "主题分类", "主题分类“天文”不在规定的分类里，可用："),
        ({"体裁": "诗歌"}, "体裁", "体裁“诗歌”不在规定的分类里，可用："),
        ({"公开方式": "半公开"}, "公开方式", "可用：主动公开、依申请公开、不予公开"),
        ({"创建日期": "2099-01-01"}, "生成日期", "生成日期“2099-01-01”还没有到"),
        ({"创建日期": "二月三十"}, "生成日期", "二月三十"),
        ({"索引号": "9" * 101}, "索引号", "“索引号”有 101 字，超过上限 100 字"),
    ],
)
def test_a_wrong_value_is_told_with_its_remedy_and_the_rest_goes_on(
    guangzhou: Site, line: dict[str, str], field: str, words: str
) -> None:
    batch = read(guangzhou, rows({"标题": "有错的", **line}, {"标题": "没错的", "页面类型": ""}), "table")
    assert [row.outcome for row in rows_of(guangzhou, batch)] == ["refused", "new"]
    ((told_of, message),) = refusals(guangzhou, batch)
    assert (told_of, words in message, message.endswith("。")) == (field, True, True), message


def test_a_register_is_held_line_by_line(guangzhou: Site) -> None:
    record = grid(list(HEADER), ["样例", "1000001", "样例公司", "99", "茶", "2012-01-01", "2015-01-01"])
    batch = read(guangzhou, rows({"标题": "名录", "页面类型": "register", "正文": f"<p>{TEXT}</p>{record}"}), "table")
    assert refusals(guangzhou, batch) == [("名录", "第1行的类别“99”不是1至45的数。")]


def test_a_site_has_one_organisation(guangzhou: Site) -> None:
    line = {"页面类型": "机构职能", "主要职责": "登记"}
    batch = read(guangzhou, rows({"标题": "职能一", **line}, {"标题": "职能二", **line}), "table")
    assert [row.outcome for row in rows_of(guangzhou, batch)] == ["new", "refused"]
    assert refusals(guangzhou, batch) == [("机构职能", "本站只能有一页“机构职能”，第 1 行已是一页，请合并成一行。")]


def test_the_catalogues_fields_are_taken_over_an_old_index_number_is_kept_apart(guangzhou: Site) -> None:
    line = {
        "标题": "编过目的",
        "主题": "市场监管、安全生产监管",
        "体裁": "通知",
        "公开方式": "主动公开",
        "责任部门": "登记处",
        "创建日期": "2011年3月1日",
        "索引号": "006939748/2011-00012",
    }
    batch = imported(guangzhou, rows(line), "table")
    with in_site(guangzhou):
        page = ArticlePage.objects.get()
        assert (page.subject, page.document_form, page.openness, page.department, page.created_on) == (
            "market",
            "notice",
            "open",
            "登记处",
            datetime.date(2011, 3, 1),
        )
        assert page.get_latest_revision_as_object().subject == "market"
        assert ImportedItem.objects.get().legacy_number == "006939748/2011-00012"
    ((outcome, words),) = told(guangzhou, batch)
    assert (outcome, "首次发布时编新的索引号" in words) == ("written", True)


def test_rows_of_one_project_become_one_page(guangzhou: Site) -> None:
    other = {"标题": "另一个项目", "项目编号": "GZ-2012-8", "采购公告日期": "2012-06-01"}
    batch = imported(guangzhou, rows(TENDER, other, RESULT), "table", type="procurement")
    outcomes = told(guangzhou, batch)
    assert [outcome for outcome, _words in outcomes] == ["written", "written", "skipped"]
    assert "与第 1 行是同一项目，“中标（成交）公告”已并入那一行。" in outcomes[2][1]
    with in_site(guangzhou):
        project = ProcurementPage.objects.get(number="GZ-2012-7")
        assert [(child.value["stage"], child.value["supplier"]) for child in project.stages] == [
            ("tender", ""),
            ("result", "某公司"),
        ]
        assert project.stages[1].value["text"] == "某公司以最低价成交。"
        assert ProcurementPage.objects.count() == 2
    again = read(guangzhou, rows(TENDER, other, RESULT), "table", type="procurement")
    assert [row.outcome for row in rows_of(guangzhou, again)] == ["same", "same", "skipped"]
    with in_site(guangzhou):
        ask_undo(batch, acting_user=batch.person)
    work(guangzhou, batch)
    with in_site(guangzhou):
        assert not ProcurementPage.objects.exists()


def test_stages_join_whatever_the_order_of_their_rows(guangzhou: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = imported(guangzhou, rows(RESULT, TENDER), "table", type="procurement")
    assert [outcome for outcome, _words in told(guangzhou, batch)] == ["written", "skipped"]
    with in_site(guangzhou):
        project = ProcurementPage.objects.get()
        assert [child.value["stage"] for child in project.stages] == ["tender", "result"]
        assert project.buyer == "市局办公室"


def test_stages_join_across_chunks(guangzhou: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from sites.importing import reading

    monkeypatch.setattr(reading, "CHUNK", 1)
    batch = imported(guangzhou, rows(TENDER, RESULT), "table", type="procurement")
    assert [outcome for outcome, _words in told(guangzhou, batch)] == ["written", "skipped"]
    with in_site(guangzhou):
        assert [child.value["stage"] for child in ProcurementPage.objects.get().stages] == ["tender", "result"]


def test_files_of_joined_rows_stay_with_their_stages(
    guangzhou: Site, shenzhen: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sites.importing import reading

    monkeypatch.setattr(reading, "CHUNK", 1)
    body = (
        '<p>某公司以最低价成交，见<a href="result.txt">结果</a>、<a href="list.txt">清单</a>。</p>'
        '<p><img src="seal.png" alt="印章"></p><p><a href="lost.txt">评审意见</a></p>'
    )
    tender, result = (
        {name: value for name, value in line.items() if name not in ("标题", "正文")} for line in (TENDER, RESULT)
    )
    source = packed({
        "1.html": page("办公设备采购", body='<p>招标。</p><p><a href="tender.txt">招标文件</a></p>', **tender),
        "2.html": page("办公设备采购结果", body=body, **result), "tender.txt": "招标文件".encode(),
        "result.txt": "结果公告".encode(), "list.txt": "成交清单".encode(), "seal.png": picture(),
    })  # fmt: skip
    batch = imported(guangzhou, source, "pages", type="procurement", base=OLD)
    (first, words), (joined, remark) = told(guangzhou, batch)
    assert (first, joined) == ("written", "skipped"), (words, remark)
    assert "“中标（成交）公告”及其附件（4 个）已并入那一行。" in remark
    assert "lost.txt" in words
    with in_site(guangzhou):
        project = ProcurementPage.objects.get()
        asked, given = project.stages
        assert (asked.value["file"], read_file(given.value["file"])) == (None, "结果公告")
        kinds = [child.block_type for child in project.body]
        assert kinds[-3:] == ["heading", "attachment", "picture"], kinds
        assert str(project.body[len(kinds) - 3].value) == "中标（成交）公告附件"
        assert read_file(project.body[len(kinds) - 2].value) == "成交清单"
        assert "招标文件" in {read_file(held) for held in SiteDocument.objects.all()}
        review(project, by="webmaster")
        assert ProcurementPage.objects.get(pk=project.pk).live
        held = given.value["file"]
    assert status(guangzhou, address_of(held)) == 200
    assert status(shenzhen, address_of(held)) == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"采购公告日期": "2012-05-02", "中标（成交）公告日期": ""}, "而且都写了“采购公告”，只导入先出现的一行"),
        ({"中标（成交）公告日期": "", "中标供应商": "", "中标金额": ""}, "而没有写阶段。请写明阶段或各阶段的日期"),
    ],
)
def test_a_row_that_adds_no_stage_is_refused(guangzhou: Site, changes: dict[str, Any], words: str) -> None:
    batch = read(guangzhou, rows(TENDER, {**RESULT, **changes}), "table", type="procurement")
    assert [row.outcome for row in rows_of(guangzhou, batch)] == ["new", "refused"]
    ((label, message),) = refusals(guangzhou, batch)
    assert (label, words in message) == ("项目编号", True), message
