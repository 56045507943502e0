"""Yearly reports of disclosure: statutory tables, the chain of years, the archive, a form that begins blank."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from network.errors import InvalidValue
from network.tenancy.api import Site, in_site
from sites.pages.models import YearlyReportPage
from sites.pages.report_form import form_tables
from sites.pages.sources import edition_source
from sites.pages.spreadsheet_form import stored_table
from sites.pages.tables import read_spreadsheet
from tests.factories.articles import paragraph
from tests.factories.items import draft_item, reviewed_item
from tests.factories.people import client_of
from tests.sites.editing.gate_acts import refused_by_gate, run_sql
from tests.sites.pages.test_report_form import answered, filled
from tests.sites.pages.test_tables import workbook

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

ACTIVE, REQUESTS, DISPUTES = form_tables("2021")
LAST = timezone.localdate().year - 1


def report(site: Site, year: int = LAST, **traits: Any) -> YearlyReportPage:
    values: dict[str, Any] = {
        "title": f"{year}年政府信息公开工作年度报告",
        "year": year,
        "overview": "一年来主动公开信息若干条。\n\n办结申请十二件。",
        "active": stored_table(filled(ACTIVE, rules_1="2", rules_3="31")),
        "requests": stored_table(answered()),
        "disputes": stored_table(filled(DISPUTES)),
        "problems": "公开的时效有待提高。",
        "others": "无",
        "body": [],
        **traits,
    }
    return reviewed_item(site, YearlyReportPage, column="gknb", **values)


def read(site: Site, path: str) -> str:
    answer = client_of(site).get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_a_report_shows_six_parts_with_the_tables_of_the_form(guangzhou: Site, shenzhen: Site) -> None:
    page = report(guangzhou)
    shown = read(guangzhou, page.get_site_path())
    titles = re.findall(r'id="part-\d">([^<]+)</h2>', shown)
    assert [title[:2] for title in titles] == ["一、", "二、", "三、", "四、", "五、", "六、"]
    assert '<th scope="rowgroup" rowspan="8">（三）不予公开</th>' in shown
    assert '<th scope="colgroup" colspan="5">法人或其他组织</th>' in shown
    assert '<th scope="col" colspan="3">本年处理决定数量</th>' in shown
    assert "<p>办结申请十二件。</p>" in shown
    assert client_of(shenzhen).get(page.get_site_path()).status_code == 404


def test_each_table_is_to_be_had_as_a_file_that_fills_a_report_again(guangzhou: Site, shenzhen: Site) -> None:
    page = report(guangzhou)
    client = client_of(guangzhou)
    answer = client.get(f"{page.get_site_path()}?as=csv&table=2")
    assert "（三）不予公开：7.属于行政执法案卷,1,3,0,0,0,0,4" in answer.content.decode("utf-8-sig")
    book = client.get(f"{page.get_site_path()}?as=xlsx&table=2").content
    with in_site(guangzhou):
        form = form_of(guangzhou, LAST - 1, requests_file=SimpleUploadedFile("三.xlsx", book))
        assert form.is_valid(), form.errors
        assert form.save(commit=False).rows("requests") == answered()


def form_of(site: Site, year: int, **files: SimpleUploadedFile) -> Any:
    """The edit form of a draft as the admin binds it."""
    tables = {
        "active": stored_table(filled(ACTIVE)),
        "requests": stored_table(filled(REQUESTS)),
        "disputes": stored_table(filled(DISPUTES)),
    }
    texts = {"overview": "概述", "problems": "问题", "others": "无"}
    draft = draft_item(site, YearlyReportPage, column="gknb", year=year, body=[], **tables, **texts)
    page = YearlyReportPage.objects.get(pk=draft.pk)
    form_class = YearlyReportPage.edit_handler.bind_to_model(YearlyReportPage).get_form_class()
    data = {
        "title": page.title, "slug": page.slug, "year": str(year), **texts,
        "body-count": "0", "active-count": "0", "requests-count": "0", "disputes-count": "0", "source": "本局",
    }  # fmt: skip
    form = form_class(data, files, instance=page, parent_page=page.get_parent())
    form.defer_required_fields()
    return form


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("三.xlsx", b"broken", "“三.xlsx”的内容不是 XLSX 格式"),
        ("三.csv", "办理情况,人数\n一,1\n".encode(), "表头第2格是“人数”，统一格式是“自然人”"),
        ("三.xlsx", workbook(("月份", "户数"), ("一", 4)), "表头第1格是“月份”，统一格式是“办理情况”"),
    ],
)
def test_a_spreadsheet_that_is_not_the_form_is_named_beside_its_field(
    guangzhou: Site, name: str, data: bytes, sentence: str
) -> None:
    with in_site(guangzhou):
        form = form_of(guangzhou, LAST, requests_file=SimpleUploadedFile(name, data))
        assert not form.is_valid()
        assert sentence in str(form.errors["requests_file"])


def test_a_file_for_a_year_without_a_form_is_refused_not_dropped(guangzhou: Site) -> None:
    with in_site(guangzhou):
        form = form_of(guangzhou, LAST, requests_file=SimpleUploadedFile("三.xlsx", workbook(("年", "件"), (2012, 3))))
        form.data = {**form.data, "year": "2012"}
        assert not form.is_valid()
        assert "2012年度没有统一的表格" in str(form.errors["requests_file"])
        form = form_of(guangzhou, LAST)
        form.data = {**form.data, "year": ""}
        assert not form.is_valid()
        assert list(form.errors) == ["year"]


def test_a_blank_table_is_to_be_had_by_staff_and_filled_comes_back(guangzhou: Site) -> None:
    address = f"/admin/disclosure/forms/{LAST}/requests.xlsx"
    book = client_of(guangzhou, "editor").get(address)
    assert read_spreadsheet("三.xlsx", book.content) == REQUESTS.blank()
    for wrong in ("2012/requests", f"{LAST}/nothing"):
        assert client_of(guangzhou, "editor").get(f"/admin/disclosure/forms/{wrong}.xlsx").status_code == 404
    assert client_of(guangzhou).get(address).status_code == 302


def test_a_new_report_begins_with_the_blank_tables_of_last_year(guangzhou: Site) -> None:
    with in_site(guangzhou):
        form_class = YearlyReportPage.edit_handler.bind_to_model(YearlyReportPage).get_form_class()
        form = form_class(instance=YearlyReportPage())
    assert form.initial["year"] == LAST
    assert form.initial["title"] == f"{LAST}年政府信息公开工作年度报告"
    assert form.initial["requests"][0].value["data"] == REQUESTS.blank()


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"year": LAST + 1}, "year", f"年度“{LAST + 1}”不在2008至{LAST}之内"),
    ({"year": 2007}, "year", "年度“2007”不在2008"),
    ({"overview": " "}, "overview", "请填写“总体情况”"),
    ({"others": ""}, "others", "请填写“其他需要报告的事项”"),
    ({"disputes": []}, "disputes", "请填写表格"),
    ({"requests": stored_table(filled(REQUESTS, new_1="5"))}, "requests", "各列相加是5"),
    ({"requests": stored_table(filled(REQUESTS, new_1=""))}, "requests", "还有1格没有填写"),
    ({"active": stored_table([["年", "件"], ["2012", "3"]])}, "active", "表头第1格是“年”"),
    ({"year": 2012, "body": paragraph("正文")}, "active", "2012年度没有统一的表格"),
    ({"year": 2012, "active": [], "requests": [], "disputes": []}, "body", "2012年度没有统一的表格，请填写正文"),
]


@pytest.mark.parametrize(("change", "field", "sentence"), REFUSED, ids=[sentence for _c, _f, sentence in REFUSED])
def test_a_report_that_cannot_be_is_refused(guangzhou: Site, change: dict[str, Any], field: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as caught:
        report(guangzhou, **change)
    assert sentence in " ".join(caught.value.message_dict[field])
    with in_site(guangzhou):
        assert not YearlyReportPage.objects.exists()


def test_a_year_is_reported_once_and_goes_on_where_the_year_before_ended(guangzhou: Site) -> None:
    report(guangzhou, LAST - 1)
    other = answered()
    other[1][7], other[2][7] = "13", "0"
    other[1][1], other[2][1] = "10", "0"
    with pytest.raises(ValidationError, match=f"上年结转的总计是0，{LAST - 1}年度报告结转下年度的总计是1"):
        report(guangzhou, requests=stored_table(other))
    report(guangzhou)
    with pytest.raises(ValidationError, match=f"{LAST}年度的报告《{LAST}年政府信息公开工作年度报告》已经登载"):
        report(guangzhou)


def test_reports_of_years_without_a_form_stand_in_the_archive_with_the_others(guangzhou: Site, shenzhen: Site) -> None:
    old = report(guangzhou, 2012, active=[], requests=[], disputes=[], body=paragraph("统计表见附件。"))
    new = report(guangzhou)
    column = read(guangzhou, "/gknb/")
    assert re.findall(r'gs-years__year">(\d+)<', column) == [str(LAST), "2012"]
    assert column.count(f'href="{new.get_site_path()}"') == 1
    shown = read(guangzhou, old.get_site_path())
    assert "统计表见附件。" in shown
    assert f'href="{new.get_site_path()}">{LAST}</a>' in shown
    assert 'aria-current="page">2012</a>' in shown
    assert "gs-years" not in read(shenzhen, "/gknb/")


def test_a_report_does_not_change_on_line_without_a_review_nor_travels(hub: Site) -> None:
    page = report(hub)
    with refused_by_gate(hub):
        run_sql("UPDATE sites_pages_yearlyreportpage SET requests = '[]' WHERE page_ptr_id = %s", [page.pk])
    with in_site(hub), pytest.raises(InvalidValue, match="只说明本站，不能下发"):
        edition_source(page.pk)
    assert "属于行政执法案卷" in read(hub, page.get_site_path())
