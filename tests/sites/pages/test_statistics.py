"""Releases of statistics: from a spreadsheet to the chart on the home page, own or received."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from network.audit.models import AuditEntry
from network.tenancy.api import Site, in_site
from sites.pages.models import StatisticsPage
from sites.pages.spreadsheet_form import stored_table
from tests.factories import uploads
from tests.factories.articles import dispatch
from tests.factories.deliveries import placements, work_off
from tests.factories.items import draft_item, reviewed_item
from tests.factories.people import client_of
from tests.sites.editing.gate_acts import refused_by_gate, run_sql
from tests.sites.pages.test_tables import workbook

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

ROWS = [["月份", "户数", "增长"], ["1月", "1,200", "3.1"], ["2月", "900", "-2.5"], ["3月", "1,500", "=1+1"]]


def release(site: Site, rows: list[list[str]] | None = None, **traits: Any) -> StatisticsPage:
    values: dict[str, Any] = {
        "title": "新登记市场主体",
        "period": "2012年第一季度",
        "as_of": datetime.date(2012, 3, 31),
        "unit": "户",
        "counted_by": "企业登记处",
        "table": stored_table(ROWS if rows is None else rows),
        **traits,
    }
    return reviewed_item(site, StatisticsPage, column="sjfb", **values)


def read(site: Site, path: str) -> str:
    answer = client_of(site).get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def drawn(page: str) -> list[str]:
    return re.findall(r'gs-chart__value"[^>]*>([^<]+)<', page)


def test_a_release_is_drawn_with_the_whole_table_below_and_as_files(guangzhou: Site, shenzhen: Site) -> None:
    page = release(guangzhou)
    path = page.get_site_path()
    shown = read(guangzhou, path)
    assert drawn(shown) == ["1200", "900", "1500"]
    assert "<td>-2.5</td>" in shown
    assert "2012年第一季度" in shown
    client = client_of(guangzhou)
    answer = client.get(f"{path}?as=csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "3月,1500,'=1+1" in answer.content.decode("utf-8-sig")
    assert client.get(f"{path}?as=xlsx").content[:2] == b"PK"
    assert "gs-chart" in client.get(f"{path}?as=exe").content.decode()
    for address in (path, f"{path}?as=csv"):
        assert client_of(shenzhen).get(address).status_code == 404
    with in_site(guangzhou):
        StatisticsPage.objects.get(pk=page.pk).unpublish()
    assert client.get(f"{path}?as=csv").status_code == 404


def test_the_home_page_draws_the_newest_that_is_drawn(guangzhou: Site, shenzhen: Site) -> None:
    assert drawn(read(guangzhou, "/")) == []
    first = release(guangzhou)
    assert drawn(read(guangzhou, "/")) == ["1200", "900", "1500"]
    second = release(guangzhou, [["年", "户"], ["2010", "7"], ["2011", "8"]], title="又一批")
    release(guangzhou, title="不画图的", chart_column=0, unit="")
    home = read(guangzhou, "/")
    assert drawn(home) == ["7", "8"]
    assert f'<a href="{second.get_site_path()}">又一批</a>' in home
    assert drawn(read(shenzhen, "/")) == []
    with in_site(guangzhou):
        StatisticsPage.objects.get(pk=second.pk).unpublish()
    assert drawn(read(guangzhou, "/")) == ["1200", "900", "1500"]
    assert first.get_site_path() in read(guangzhou, "/")


def test_a_received_release_is_drawn_alike(hub: Site, guangzhou: Site) -> None:
    page = release(hub)
    dispatch(hub, page)  # type: ignore[arg-type]
    work_off()
    (placed,) = placements(guangzhou, page.translation_key)
    shown = read(guangzhou, placed.get_site_path())
    assert drawn(shown) == drawn(read(guangzhou, "/")) == ["1200", "900", "1500"]
    answer = client_of(guangzhou).get(f"{placed.get_site_path()}?as=csv")
    assert "3月,1500,'=1+1" in answer.content.decode("utf-8-sig")


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"chart_column": 3}, "table", "第3行：“=1+1”不是数"),
    ({"rows": [["月", "数"], ["1", "-2"]]}, "chart_column", "第2列有小于零的数“-2”"),
    ({"rows": [["月", "数"], ["1", "—"]]}, "chart_column", "第2列没有数"),
    ({"chart_column": 4}, "chart_column", "画图的列“4”不在第2列至第3列之内"),
    ({"chart_column": 1}, "chart_column", "画图的列“1”不在第2列至第3列之内"),
    ({"rows": [["月", "数"], ["1"]]}, "table", "第1行有1格，表头有2列"),
    ({"unit": ""}, "unit", "画图须写明单位"),
    ({"as_of": None}, "as_of", "请填写数据截至哪一日"),
    ({"table": []}, "table", "请填写数据表"),
]


@pytest.mark.parametrize(("change", "field", "sentence"), REFUSED, ids=[sentence for _c, _f, sentence in REFUSED])
def test_what_cannot_be_is_refused_with_place_and_remedy(
    guangzhou: Site, change: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        release(guangzhou, **change)
    assert sentence in " ".join(caught.value.message_dict[field])
    with in_site(guangzhou):
        assert not StatisticsPage.objects.exists()


def test_the_table_does_not_change_on_line_without_a_review(guangzhou: Site) -> None:
    page = release(guangzhou)
    with refused_by_gate(guangzhou):
        run_sql("UPDATE sites_pages_statisticspage SET \"table\" = '[]' WHERE page_ptr_id = %s", [page.pk])
    assert drawn(read(guangzhou, page.get_site_path())) == ["1200", "900", "1500"]


def form_of(site: Site, upload: SimpleUploadedFile) -> Any:
    """The edit form of a draft as the admin binds it, with a spreadsheet."""
    draft = draft_item(
        site,
        StatisticsPage,
        column="sjfb",
        period="2012年",
        as_of=datetime.date(2012, 1, 1),
        unit="户",
        table=stored_table([["月", "数"], ["1", "2"]]),
    )
    page = StatisticsPage.objects.get(pk=draft.pk)
    form_class = StatisticsPage.edit_handler.bind_to_model(StatisticsPage).get_form_class()
    data = {
        "title": page.title,
        "slug": page.slug,
        "period": "2012年",
        "as_of": "2012-01-01",
        "unit": "户",
        "chart_column": "2",
        "body-count": "0",
        "table-count": "0",
        "source": "本局",
    }
    return form_class(data, {"spreadsheet": upload}, instance=page, parent_page=page.get_parent())


def test_a_spreadsheet_fills_the_table(guangzhou: Site) -> None:
    with in_site(guangzhou):
        form = form_of(guangzhou, SimpleUploadedFile("数据.xlsx", workbook(("季度", "户数"), ("一", 40), ("二", 50))))
        assert form.is_valid(), form.errors
        page = form.save(commit=False)
        assert page.rows() == [["季度", "户数"], ["一", "40"], ["二", "50"]]


def test_a_broken_spreadsheet_is_named_beside_its_field(guangzhou: Site) -> None:
    with in_site(guangzhou):
        form = form_of(guangzhou, SimpleUploadedFile("数据.xlsx", b"broken"))
        assert not form.is_valid()
        assert "“数据.xlsx”的内容不是 XLSX 格式" in str(form.errors["spreadsheet"])


def test_a_spreadsheet_passes_the_scanner_and_what_was_typed_stays(
    guangzhou: Site, settings: Any, clamd_address: str
) -> None:
    """The file is read and not kept; refused, it leaves the table as it was."""
    sound = workbook(("季度", "户数"), ("一", 40))
    hostile = io.BytesIO(sound)
    with zipfile.ZipFile(hostile, "a") as parts:
        parts.writestr("xl/media/a.bin", uploads.eicar())
    settings.UNSCANNED_ALLOWED = False
    with in_site(guangzhou):
        for scanner, data, words in (
            (clamd_address, hostile.getvalue(), "Eicar-Test-Signature"),
            ("tcp://127.0.0.1:9", sound, "没有经过病毒扫描"),
        ):
            settings.SCANNER = scanner
            form = form_of(guangzhou, SimpleUploadedFile("数据.xlsx", data))
            assert not form.is_valid()
            assert words in str(form.errors["spreadsheet"])
            assert form["title"].value()
            assert StatisticsPage.objects.get(pk=form.instance.pk).rows() == [["月", "数"], ["1", "2"]]
        settings.SCANNER = clamd_address
        form = form_of(guangzhou, SimpleUploadedFile("数据.xlsx", sound))
        assert form.is_valid(), form.errors
    assert AuditEntry.objects.filter(act="upload.refuse", object_title="数据.xlsx").count() == 2
