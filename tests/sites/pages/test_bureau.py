"""The bureau's own pages: overview with departments, leaders, in the column of the bureau."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from network.errors import InvalidValue
from network.tenancy.api import Site, in_site
from sites.pages.models import ArticlePage, LeaderPage, OrganisationPage
from sites.pages.sources import edition_source, local_items
from tests.factories.articles import reviewed_article
from tests.factories.items import reviewed_item, stream
from tests.factories.people import client_of
from tests.sites.editing.gate_acts import refused_by_gate, run_sql

pytestmark = [pytest.mark.gate, pytest.mark.django_db]


def overview(site: Site, **traits: Any) -> OrganisationPage:
    department = {"name": "企业登记处", "duties": "办理企业登记。", "head": "样例", "phone": "020-00000000", "room": ""}
    values: dict[str, Any] = {
        "title": "机构职能",
        "duties": stream(("duty", "负责市场主体登记。"), ("duty", "负责消费维权。")),
        "departments": stream(("department", department)),
        "address": "样例路1号",
        "post_code": "510000",
        "hours": "周一至周五",
        "phone": "020-00000000",
        "body": [],
        **traits,
    }
    return reviewed_item(site, OrganisationPage, column="jggk", **values)


def leader(site: Site, **traits: Any) -> LeaderPage:
    values: dict[str, Any] = {
        "title": "样例一",
        "post": "局长",
        "charge": "主持全面工作。",
        "resume": stream(("paragraph", "历任样例处处长。")),
        "body": [],
        **traits,
    }
    return reviewed_item(site, LeaderPage, column="jggk", **values)


def read(site: Site, path: str) -> str:
    answer = client_of(site).get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_the_bureaus_column_shows_duties_departments_and_leaders_in_order(guangzhou: Site, shenzhen: Site) -> None:
    overview(guangzhou)
    second = leader(guangzhou, title="样例二", post="副局长", place=2)
    first = leader(guangzhou)
    other = reviewed_article(guangzhou, column="jggk", title="办公时间调整的公告")
    page = read(guangzhou, "/jggk/")
    for words in ("负责市场主体登记。", "企业登记处", "样例路1号", "510000", other.title):
        assert words in page, words
    assert page.index(f'href="{first.get_site_path()}"') < page.index(f'href="{second.get_site_path()}"')
    assert page.count(f'href="{first.get_site_path()}"') == 1, "A leader is no line of the list besides."
    elsewhere = read(shenzhen, "/jggk/")
    assert "负责市场主体登记。" not in elsewhere
    assert "样例一" not in elsewhere


def test_a_leaders_page_shows_resume_and_what_was_done(guangzhou: Site) -> None:
    page = leader(guangzhou)
    done = reviewed_article(guangzhou, column="gzdt", kind="news", title="调研基层登记窗口", keywords="调研 样例一")
    shown = read(guangzhou, page.get_site_path())
    for words in ("局长", "主持全面工作。", "历任样例处处长。", f'href="{done.get_site_path()}"'):
        assert words in shown, words
    with in_site(guangzhou):
        ArticlePage.objects.get(pk=done.pk).unpublish()
    assert done.title not in read(guangzhou, page.get_site_path())


def test_the_bureaus_own_pages_do_not_travel(hub: Site) -> None:
    pages = (overview(hub), leader(hub))
    article = reviewed_article(hub)
    with in_site(hub):
        for page in pages:
            with pytest.raises(InvalidValue, match=f"“{page.title}”是“.+”，只说明本站，不能下发"):
                edition_source(page.pk)
        assert [item.pk for item in local_items()] == [article.pk]
        edition_source(article.pk)


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"post_code": "51000"}, "post_code", "邮政编码“51000”不是六位数字"),
    ({"phone": ""}, "phone", "请填写联系电话，公众据此办事"),
    ({"duties": []}, "duties", "请逐条填写主要职责"),
    (
        {"departments": stream(*[("department", {"name": "登记处", "duties": "登记。"})] * 2)},
        "departments",
        "内设机构“登记处”写了两次",
    ),
]


@pytest.mark.parametrize(("change", "field", "sentence"), REFUSED, ids=[field for _c, field, _s in REFUSED])
def test_an_overview_that_cannot_be_is_refused(
    guangzhou: Site, change: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        overview(guangzhou, **change)
    assert sentence in " ".join(caught.value.message_dict[field])
    with in_site(guangzhou):
        assert not OrganisationPage.objects.exists()


def test_two_leaders_do_not_stand_in_one_place(guangzhou: Site) -> None:
    leader(guangzhou)
    with pytest.raises(ValidationError, match="排序“1”已由样例一使用"):
        leader(guangzhou, title="样例二", post="副局长")
    with pytest.raises(ValidationError, match="样例一（局长）已经登载"):
        leader(guangzhou, place=2)
    leader(guangzhou, title="样例二", post="副局长", place=2)


def test_duties_do_not_change_on_line_without_a_review(guangzhou: Site) -> None:
    page, person = overview(guangzhou), leader(guangzhou)
    with refused_by_gate(guangzhou):
        run_sql("UPDATE sites_pages_organisationpage SET phone = '1' WHERE page_ptr_id = %s", [page.pk])
    with refused_by_gate(guangzhou):
        run_sql("UPDATE sites_pages_leaderpage SET post = '2' WHERE page_ptr_id = %s", [person.pk])
    assert "020-00000000" in read(guangzhou, "/jggk/")
