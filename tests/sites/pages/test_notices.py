"""Warnings with their products, procurements with their stages: own and received."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from network.tenancy.api import Site, in_site
from sites.pages.models import ProcurementPage, WarningPage
from tests.factories.articles import dispatch
from tests.factories.deliveries import placements, work_off
from tests.factories.items import reviewed_item, stream
from tests.factories.people import client_of
from tests.sites.editing.gate_acts import refused_by_gate, run_sql

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

PRODUCT = {
    "product": "样例牌电热水壶",
    "brand": "样例",
    "producer": "某电器厂",
    "seller": "",
    "model": "1.5L",
    "batch": "=20120101",
    "problem": "接地措施",
}


def warning(site: Site, **traits: Any) -> WarningPage:
    values: dict[str, Any] = {
        "title": "电热水壶抽检不合格",
        "field": "goods",
        "advice": "停止使用并保留凭证。",
        "checked_by": "某检验所",
        "products": stream(("product", PRODUCT)),
        **traits,
    }
    return reviewed_item(site, WarningPage, column="xfjs", **values)


def stage(kind: str, day: str, **facts: Any) -> tuple[str, dict[str, Any]]:
    value = {"stage": kind, "day": day, "text": f"{kind}的内容。", "supplier": "", "amount": None, "file": None}
    return "stage", {**value, **facts}


TENDER = stage("tender", "2012-03-01")
RESULT = stage("result", "2012-04-01", supplier="某公司", amount="98000.50")


def procurement(site: Site, *stages: tuple[str, dict[str, Any]], **traits: Any) -> ProcurementPage:
    values: dict[str, Any] = {
        "title": "登记档案数字化项目",
        "number": "GZ-2012-01",
        "buyer": "本局",
        "budget": "100000",
        "stages": stream(*(stages or (TENDER, RESULT))),
        **traits,
    }
    return reviewed_item(site, ProcurementPage, column="tzgg", **values)


def read(site: Site, path: str) -> str:
    answer = client_of(site).get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_a_warning_lists_its_products_with_advice_here_and_where_it_arrives(hub: Site, guangzhou: Site) -> None:
    page = warning(hub)
    dispatch(hub, page)  # type: ignore[arg-type]
    work_off()
    (placed,) = placements(guangzhou, page.translation_key)
    for site, path in ((hub, page.get_site_path()), (guangzhou, placed.get_site_path())):
        shown = read(site, path)
        for words in ("停止使用并保留凭证。", "某检验所", "接地措施", "某电器厂", "商品质量"):
            assert words in shown, words
        text = client_of(site).get(f"{path}?as=csv").content.decode("utf-8-sig")
        assert "'=20120101" in text
    with in_site(guangzhou):
        assert not WarningPage.objects.exists()


def test_a_warning_of_a_practice_needs_no_product(guangzhou: Site) -> None:
    page = warning(guangzhou, products=[], checked_by="")
    assert "gs-downloads" not in read(guangzhou, page.get_site_path())
    assert client_of(guangzhou).get(f"{page.get_site_path()}?as=csv")["Content-Type"].startswith("text/html")


def test_a_procurement_goes_on_under_one_address(hub: Site, guangzhou: Site) -> None:
    page = procurement(hub)
    dispatch(hub, page)  # type: ignore[arg-type]
    work_off()
    (placed,) = placements(guangzhou, page.translation_key)
    for site, path in ((hub, page.get_site_path()), (guangzhou, placed.get_site_path())):
        shown = read(site, path)
        names = re.findall(r'gs-stages__name">(\S+) <time', shown)
        assert names == ["采购公告", "中标（成交）公告"]
        assert "98,000.50" in shown
        assert "100,000.00" in shown


WRONG_STAGES = [
    ((RESULT,), "“中标（成交）公告”之前须有“采购公告”"),
    ((TENDER, stage("correction", "2012-02-01")), "早于前一阶段“2012-03-01”"),
    ((TENDER, stage("result", "2012-04-01")), "“中标（成交）公告”须写明供应商和金额"),
    ((TENDER, stage("ended", "2012-04-01"), RESULT), "“终止公告”之后不能再有"),
    (
        (stage("tender", (timezone.localdate() + datetime.timedelta(days=2)).isoformat()),),
        "还没有到，请核对",
    ),
]


@pytest.mark.parametrize(("stages", "sentence"), WRONG_STAGES, ids=[sentence for _s, sentence in WRONG_STAGES])
def test_stages_that_cannot_follow_are_refused(
    guangzhou: Site, stages: tuple[tuple[str, dict[str, Any]], ...], sentence: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        procurement(guangzhou, *stages)
    assert sentence in " ".join(caught.value.message_dict["stages"])
    with in_site(guangzhou):
        assert not ProcurementPage.objects.exists()


def test_a_project_has_one_page(guangzhou: Site) -> None:
    procurement(guangzhou)
    with pytest.raises(ValidationError, match="项目编号“GZ-2012-01”已用于“登记档案数字化项目”"):
        procurement(guangzhou, title="另一页")


WRONG_WARNINGS: list[tuple[dict[str, Any], str, str]] = [
    ({"advice": ""}, "advice", "请写明消费者应当怎样做"),
    ({"checked_by": ""}, "checked_by", "列了产品，请写明由哪个机构检验"),
    ({"products": stream(("product", PRODUCT), ("product", PRODUCT))}, "products", "写了两次，请合并为一行"),
    ({"products": stream(("product", {**PRODUCT, "producer": ""}))}, "products", "没有写生产者或经营者"),
]


@pytest.mark.parametrize(("change", "field", "sentence"), WRONG_WARNINGS, ids=[s for _c, _f, s in WRONG_WARNINGS])
def test_a_warning_that_cannot_be_is_refused(
    guangzhou: Site, change: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        warning(guangzhou, **change)
    assert sentence in " ".join(caught.value.message_dict[field])
    with in_site(guangzhou):
        assert not WarningPage.objects.exists()


def test_products_and_stages_do_not_change_on_line_without_a_review(guangzhou: Site) -> None:
    first, second = warning(guangzhou), procurement(guangzhou)
    with refused_by_gate(guangzhou):
        run_sql("UPDATE sites_pages_warningpage SET products = '[]' WHERE page_ptr_id = %s", [first.pk])
    with refused_by_gate(guangzhou):
        run_sql("UPDATE sites_pages_procurementpage SET budget = 1 WHERE page_ptr_id = %s", [second.pk])
