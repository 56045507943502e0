"""Supervision, emergencies, personnel, budgets, plans: what each shows, refuses, keeps behind the gate, sends."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from network.tenancy.api import Site, in_site
from sites.content.base import ContentPage
from sites.pages.models import BudgetPage, EmergencyPage, PersonnelPage, PlanPage, SupervisionPage
from sites.pages.spreadsheet_form import stored_table
from tests.factories.articles import dispatch
from tests.factories.deliveries import placements, work_off
from tests.factories.items import reviewed_item, stream
from tests.factories.people import client_of
from tests.sites.editing.gate_acts import refused_by_gate, run_sql

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

DAY = datetime.date
MOMENT = datetime.datetime(2012, 3, 1, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PRODUCT = {"product": "样例花生油", "producer": "样例油厂", "problem": "酸价", "batch": "20120101"}


@dataclass(frozen=True)
class Case:
    """A type with values that hold, what its page then says, a column that the gate must keep."""

    model: type[ContentPage]
    column: str
    values: dict[str, Any]
    words: tuple[str, ...]
    gated: str
    takes_along: str = ""
    refused: list[tuple[dict[str, Any], str, str]] = field(default_factory=list)


CASES = [
    Case(
        model=SupervisionPage,
        column="tzgg",
        values={
            "field": "food",
            "begun_on": DAY(2012, 2, 1),
            "ended_on": DAY(2012, 2, 20),
            "looked_at": 120,
            "failed": 3,
            "checked_by": "样例检验所",
            "handled": "责令下架。",
            "products": stream(("product", PRODUCT)),
        },
        words=("120 批次", "3 批次", "样例油厂", "酸价", "食品安全", "2012-02-01 — 2012-02-20"),
        gated="failed = 0",
        takes_along="样例花生油",
        refused=[
            ({"failed": 121}, "failed", "不合格数“121”大于检查数“120”"),
            ({"failed": 0}, "products", "列了1条，不合格数是0"),
            ({"ended_on": DAY(2012, 1, 1)}, "ended_on", "早于检查开始"),
            ({"handled": ""}, "handled", "有不合格的，请写明怎样处理"),
            ({"checked_by": ""}, "checked_by", "请填写检查或检验机构"),
        ],
    ),
    Case(
        model=EmergencyPage,
        column="tzgg",
        values={
            "level": "orange",
            "event": "market",
            "area": "样例区",
            "began_at": MOMENT,
            "advice": "暂停食用。",
            "hotline": "12315",
        },
        words=("二级（橙色）", "样例区", "暂停食用。", "12315", 'data-emergency="orange"', "2012-03-01 08:00"),
        gated="level = 'blue'",
        refused=[
            ({"lifted_at": MOMENT}, "lifted_at", "解除时间“2012-03-01 08:00”不晚于生效时间"),
            ({"area": ""}, "area", "请填写影响范围"),
            ({"advice": ""}, "advice", "请填写公众应当怎样做"),
        ],
    ),
    Case(
        model=PersonnelPage,
        column="rsxx",
        values={
            "step": "recruiting",
            "apply_from": DAY(2012, 3, 1),
            "apply_to": DAY(2012, 3, 10),
            "phone": "020-00000000",
            "posts": stream(("post", {"unit": "登记处", "post": "科员", "number": 2, "needs": "法学"})),
        },
        words=("招录公告", "2012-03-01 — 2012-03-10", "登记处", "科员", "法学"),
        gated="phone = ''",
        takes_along="登记处,科员,2,法学",
        refused=[
            ({"apply_to": DAY(2012, 2, 1)}, "apply_to", "报名截止“2012-02-01”早于报名开始“2012-03-01”"),
            ({"posts": []}, "posts", "招录公告须列出职位"),
            ({"step": "before", "shown_from": None}, "shown_to", "公示须写明起止日期"),
            ({"step": "before", "phone": ""}, "phone", "公示须写明监督电话"),
        ],
    ),
    Case(
        model=BudgetPage,
        column="ghcw",
        values={
            "form": "accounts",
            "year": 2011,
            "income": "1200.50",
            "spending": "1100",
            "receptions": "12.3",
            "tables": stored_table([["项目", "金额"], ["基本支出", "900"], ["项目支出", "200"]]) * 2,
        },
        words=("部门决算", "1,200.50 万元", "12.30 万元", "基本支出", "table=2"),
        gated="spending = 1",
        takes_along="项目支出,200",
        refused=[
            ({"year": timezone.localdate().year}, "year", "年度还没有结束，不会有决算"),
            ({"year": 1900}, "year", "年度“1900”不对"),
            ({"receptions": "1100.01"}, "receptions", "大于支出总计“1100"),
            ({"income": None}, "income", "请填写收入总计，没有的填0"),
            ({"tables": []}, "tables", "请填写表格，或者在正文中附上文件"),
            ({"tables": stored_table([["项目", "金额"], ["甲"]])}, "tables", "第1张表：第1行有1格"),
        ],
    ),
    Case(
        model=PlanPage,
        column="ghcw",
        values={
            "form": "report",
            "first_year": 2011,
            "last_year": 2012,
            "tasks": stream(("task", {"task": "网上登记", "unit": "登记处", "due": "年底", "progress": "已完成"})),
        },
        words=("工作总结", "2011—2012", "网上登记", "已完成"),
        gated="last_year = 2013",
        takes_along="网上登记,登记处,年底,已完成",
        refused=[
            ({"last_year": 2010}, "last_year", "终止年度“2010”早于起始年度“2011”"),
            (
                {"tasks": stream(("task", {"task": "网上登记", "unit": "登记处", "due": "", "progress": ""}))},
                "tasks",
                "任务“网上登记”没有写完成情况",
            ),
        ],
    ),
]
NAMES = [case.model.__name__ for case in CASES]
REFUSALS = [(case, *refused) for case in CASES for refused in case.refused]


def publish(site: Site, case: Case, **changes: Any) -> ContentPage:
    return reviewed_item(site, case.model, column=case.column, **{**case.values, **changes})


def read(site: Site, path: str) -> str:
    answer = client_of(site).get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_a_type_shows_its_fields_here_and_where_it_arrives_and_nowhere_else(
    hub: Site, guangzhou: Site, hebei: Site, case: Case
) -> None:
    page = publish(hub, case)
    assert client_of(hebei).get(page.get_site_path()).status_code == 404
    dispatch(hub, page)  # type: ignore[arg-type]
    work_off()
    (placed,) = placements(guangzhou, page.translation_key)
    for site, path in ((hub, page.get_site_path()), (guangzhou, placed.get_site_path())):
        shown = read(site, path)
        for words in case.words:
            assert words in shown, (site.slug, words)
        if case.takes_along:
            assert case.takes_along in client_of(site).get(f"{path}?as=csv").content.decode("utf-8-sig")
    with in_site(hub):
        case.model.objects.get(pk=page.pk).full_clean()


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_a_type_does_not_change_on_line_without_a_review(guangzhou: Site, case: Case) -> None:
    page = publish(guangzhou, case)
    table = case.model._meta.db_table
    with refused_by_gate(guangzhou):
        run_sql(f"UPDATE {table} SET {case.gated} WHERE page_ptr_id = %s", [page.pk])


@pytest.mark.parametrize(
    ("case", "change", "name", "sentence"), REFUSALS, ids=[sentence for _c, _v, _n, sentence in REFUSALS]
)
def test_what_cannot_be_is_refused_with_value_and_remedy(
    guangzhou: Site, case: Case, change: dict[str, Any], name: str, sentence: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        publish(guangzhou, case, **change)
    assert sentence in " ".join(caught.value.message_dict[name])
    with in_site(guangzhou):
        assert not case.model.objects.exists()


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_a_form_left_blank_is_answered_field_by_field(guangzhou: Site, case: Case) -> None:
    with in_site(guangzhou), pytest.raises(ValidationError) as caught:
        case.model().full_clean()
    assert "title" in caught.value.message_dict


def test_an_emergency_that_is_over_says_so(guangzhou: Site) -> None:
    case = next(case for case in CASES if case.model is EmergencyPage)
    page = publish(guangzhou, case, lifted_at=MOMENT + datetime.timedelta(hours=5))
    shown = read(guangzhou, page.get_site_path())
    assert 'data-emergency="lifted"' in shown
    assert "2012-03-01 13:00" in shown
    still = publish(guangzhou, case, lifted_at=timezone.now() + datetime.timedelta(days=1))
    assert 'data-emergency="orange"' in read(guangzhou, still.get_site_path())


def test_a_year_has_one_budget_and_one_account(guangzhou: Site) -> None:
    case = next(case for case in CASES if case.model is BudgetPage)
    publish(guangzhou, case, title="2011年决算")
    with pytest.raises(ValidationError, match="2011年度的部门决算已有“2011年决算”"):
        publish(guangzhou, case)
    publish(guangzhou, case, form="budget")
    publish(guangzhou, case, year=2010)


def test_each_table_of_a_page_is_taken_along_by_its_number(guangzhou: Site) -> None:
    case = next(case for case in CASES if case.model is BudgetPage)
    tables = stored_table([["甲", "金额"], ["一", "1"]]) + stored_table([["乙", "金额"], ["二", "2"]])
    page = publish(guangzhou, case, tables=tables)
    client = client_of(guangzhou)
    for number, words in ((1, "甲,金额"), (2, "乙,金额")):
        answer = client.get(f"{page.get_site_path()}?as=csv&table={number}")
        assert words in answer.content.decode("utf-8-sig")
    assert client.get(f"{page.get_site_path()}?as=csv&table=3")["Content-Type"].startswith("text/html")
