"""The register of well-known trademarks: records from a spreadsheet, row by row refused, looked up by readers."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from network.tenancy.api import Site, in_site
from sites.pages.looking_up import ON_PAGE
from sites.pages.models import RegisterPage
from sites.pages.register import HEADER
from sites.pages.spreadsheet_form import stored_table
from tests.factories.articles import dispatch
from tests.factories.deliveries import placements, work_off
from tests.factories.items import draft_item, reviewed_item
from tests.factories.people import client_of
from tests.sites.editing.gate_acts import refused_by_gate, run_sql
from tests.sites.pages.test_tables import workbook

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

RECORD = ["样例牌", "1000001", "样例食品厂", "30", "面条", "2011-03-01", "2014-02-28"]


def records(count: int) -> list[list[str]]:
    return [[f"样例{number}", str(2000000 + number), f"第{number}厂", "1", "肥料", "", ""] for number in range(count)]


def register(site: Site, rows: list[list[str]] | None = None, **traits: Any) -> RegisterPage:
    values: dict[str, Any] = {
        "title": "著名商标名录",
        "recognised_by": "本局",
        "table": stored_table([list(HEADER), *([RECORD] if rows is None else rows)]),
        "body": [],
        **traits,
    }
    return reviewed_item(site, RegisterPage, column="tzgg", **values)


def read(site: Site, path: str) -> str:
    answer = client_of(site).get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_readers_look_up_records_here_and_where_the_register_arrives(hub: Site, guangzhou: Site) -> None:
    page = register(hub, [RECORD, *records(ON_PAGE + 5)])
    dispatch(hub, page)  # type: ignore[arg-type]
    work_off()
    (placed,) = placements(guangzhou, page.translation_key)
    for site, path in ((hub, page.get_site_path()), (guangzhou, placed.get_site_path())):
        whole = read(site, path)
        assert whole.count('<th scope="row">') == ON_PAGE
        assert read(site, f"{path}?page=2").count('<th scope="row">') == 6
        found = read(site, f"{path}?q=样例食品 1000001")
        assert found.count('<th scope="row">') == 1
        assert "找到 1 条" in found
        none = read(site, f"{path}?q=<b>没有</b>")
        assert "&lt;b&gt;没有" in none
        assert none.count('<th scope="row">') == 0
        for wrong in ("0", "3", "x"):
            assert client_of(site).get(f"{path}?page={wrong}").status_code == 404, wrong
        lines = client_of(site).get(f"{path}?as=csv&q=没有").content.decode("utf-8-sig").splitlines()
        assert len(lines) == ON_PAGE + 7, "The file holds every record."


WRONG: list[tuple[list[str], str]] = [
    (["", *RECORD[1:]], "第2行缺商标、注册号或者注册人"),
    (RECORD, "第2行的注册号“1000001”与第1行相同"),
    ([*RECORD[:1], "7", *RECORD[2:3], "46", *RECORD[4:]], "第2行的类别“46”不是1至45的数"),
    ([*RECORD[:1], "7", *RECORD[2:5], "2011/3/1", ""], "第2行的认定日期“2011/3/1”应写作"),
    ([*RECORD[:1], "7", *RECORD[2:5], "2011-03-01", "2010-01-01"], "第2行的有效期至“2010-01-01”早于认定日期"),
]


@pytest.mark.parametrize(("record", "sentence"), WRONG, ids=[sentence for _r, sentence in WRONG])
def test_a_record_that_cannot_be_is_named_by_its_row(guangzhou: Site, record: list[str], sentence: str) -> None:
    with pytest.raises(ValidationError) as caught:
        register(guangzhou, [RECORD, record])
    assert sentence in " ".join(caught.value.message_dict["table"])
    with in_site(guangzhou):
        assert not RegisterPage.objects.exists()


def test_other_columns_are_refused_with_those_that_are_wanted(guangzhou: Site) -> None:
    with pytest.raises(ValidationError, match="表头应为“商标、注册号、注册人、类别、核定商品、认定日期、有效期至”"):
        register(guangzhou, table=stored_table([["名称"], ["样例"]]))


def test_a_workbook_becomes_the_register(guangzhou: Site) -> None:
    draft = draft_item(
        guangzhou, RegisterPage, column="tzgg", recognised_by="本局", table=stored_table([list(HEADER), RECORD])
    )
    with in_site(guangzhou):
        page = RegisterPage.objects.get(pk=draft.pk)
        form_class = RegisterPage.edit_handler.bind_to_model(RegisterPage).get_form_class()
        data = {
            "title": page.title,
            "slug": page.slug,
            "recognised_by": "本局",
            "body-count": "0",
            "table-count": "0",
            "source": "本局",
        }
        upload = SimpleUploadedFile("名录.xlsx", workbook(HEADER, tuple(RECORD), *map(tuple, records(3))))
        form = form_class(data, {"spreadsheet": upload}, instance=page, parent_page=page.get_parent())
        assert form.is_valid(), form.errors
        assert len(form.save(commit=False).rows()) == 5


def test_a_record_does_not_change_on_line_without_a_review(guangzhou: Site) -> None:
    page = register(guangzhou)
    with refused_by_gate(guangzhou):
        run_sql("UPDATE sites_pages_registerpage SET \"table\" = '[]' WHERE page_ptr_id = %s", [page.pk])
    assert "样例食品厂" in read(guangzhou, page.get_site_path())
