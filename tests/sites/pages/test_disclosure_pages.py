"""Guide and system of disclosure: their fields, their columns, the head over all parts of the platform."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.models import Page

from network.blocks.actions import add_block
from network.errors import InvalidValue
from network.tenancy.api import Site, in_site
from sites.pages.models import ColumnPage, GuidePage, SystemPage
from sites.pages.sources import edition_source
from tests.factories.articles import reviewed_article
from tests.factories.items import reviewed_item, stream
from tests.factories.people import client_of, staff
from tests.sites.editing.gate_acts import refused_by_gate, run_sql
from tests.sites.media.test_files import status
from tests.sites.transfer.rich_site import document

pytestmark = [pytest.mark.gate, pytest.mark.django_db]


def guide(site: Site, **traits: Any) -> GuidePage:
    with in_site(site):
        column = ColumnPage.objects.get(key="jggk").pk
    classes = [
        {"name": "机构职能", "covers": "职责和内设机构。", "column": column},
        {"name": "财政", "covers": "预算。"},
    ]
    values: dict[str, Any] = {
        "title": "政府信息公开指南",
        "updated_on": datetime.date(2026, 1, 5),
        "classes": stream(*[("class", {"column": None, **value}) for value in classes]),
        "arrangement": "按主题和年份编排。",
        "ways": stream(("way", {"name": "网站", "how": "在目录中查找。"})),
        "organ": "办公室",
        "address": "样例路1号",
        "hours": "周一至周五",
        "phone": "020-00000000",
        "fax": "020-00000001",
        "email": "gk@example.gov.cn",
        "steps": stream(("step", {"name": "提出申请", "what": "填写申请表。", "term": ""})),
        "body": [],
        **traits,
    }
    return reviewed_item(site, GuidePage, column="gkzn", **values)


def system(site: Site, *entries: dict[str, Any], **traits: Any) -> SystemPage:
    blank = {"number": "", "issued_on": None, "page": None, "address": ""}
    held = stream(*[("entry", {**blank, **entry}) for entry in entries])
    values = {"title": "政府信息公开制度", "entries": held, "body": [], **traits}
    return reviewed_item(site, SystemPage, column="gkzd", **values)


OUTSIDE = {
    "rank": "regulation", "title": "政府信息公开条例", "number": "国务院令第711号", "body": "国务院",
    "issued_on": "2019-04-03", "address": "https://www.example.com/711",
}  # fmt: skip


def read(site: Site, path: str) -> str:
    answer = client_of(site).get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def parts(page: str) -> list[tuple[str, str]]:
    """Address and name of the parts in the head of the platform."""
    return re.findall(r'class="gs-disclosure__link[^"]*" href="([^"]+)"[^>]*>([^<]+)<', page)


def test_the_column_of_the_guide_shows_it_whole(guangzhou: Site, shenzhen: Site) -> None:
    form = document(guangzhou, "申请表")
    page = guide(guangzhou, request_form=form)
    for path in ("/gkzn/", page.get_site_path()):
        shown = read(guangzhou, path)
        for words in ("办公室", "样例路1号", "020-00000001", "gk@example.gov.cn", "2026-01-05", "填写申请表。"):
            assert words in shown, (path, words)
        assert 'href="/jggk/"' in shown
        assert f"/files/{form.sha256}/" in shown
    assert read(guangzhou, "/gkzn/").count(page.get_site_path()) == 0, "It is no line of its own list."
    assert status(guangzhou, f"/files/{form.sha256}/a.txt") == 200
    assert "样例路1号" not in read(shenzhen, "/gkzn/")
    assert client_of(shenzhen).get(page.get_site_path()).status_code == 404


def test_the_head_leads_to_every_part_that_is_on_line(guangzhou: Site, hub: Site) -> None:
    wanted = [("/gkzn/", "指南"), ("/gkzd/", "制度"), ("/gkml/", "目录"), ("/gknb/", "年报")]
    for path, name in wanted:
        page = read(guangzhou, path)
        assert parts(page) == wanted, path
        assert (
            re.findall(r'aria-current="page">([^<]+)</a></li>\s*', page.partition("gs-disclosure__parts")[2])[0] == name
        )
    assert parts(read(guangzhou, "/tzgg/")) == []
    with in_site(guangzhou):
        Page.objects.filter(slug="gkzd").update(live=False)
    with in_site(hub):
        add_block(
            acting_user=staff(hub, "manager"), authority=hub, site=guangzhou, path="/gknb/", covers_below=True,
            reason="内容有误",
        )  # fmt: skip
    assert parts(read(guangzhou, "/gkml/")) == [wanted[0], wanted[2]]


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"fax": ""}, "fax", "请填写传真号码，条例第十二条要求指南写明"),
    ({"email": "不是邮箱"}, "email", "Email"),
    ({"classes": []}, "classes", "请填写信息分类，条例第十二条"),
    (
        {"classes": stream(*[("class", {"name": "财政", "covers": "预算。", "column": None})] * 2)},
        "classes",
        "写了两次",
    ),
    ({"steps": []}, "steps", "请逐步写明怎样申请公开"),
    ({"updated_on": None}, "updated_on", "请填写更新日期"),
    ({"post_code": "51"}, "post_code", "邮政编码“51”不是六位数字"),
]


@pytest.mark.parametrize(("change", "field", "sentence"), REFUSED, ids=[sentence for _c, _f, sentence in REFUSED])
def test_a_guide_that_lacks_what_the_regulation_names_is_refused(
    guangzhou: Site, change: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        guide(guangzhou, **change)
    assert sentence in " ".join(caught.value.message_dict[field])
    with in_site(guangzhou):
        assert not GuidePage.objects.exists()


def test_a_guide_is_not_updated_in_the_future(guangzhou: Site) -> None:
    from sites.screening.actions import TextRefused

    with pytest.raises(TextRefused, match="更新日期"):
        guide(guangzhou, updated_on=timezone.localdate() + datetime.timedelta(days=1))


def test_texts_lead_to_the_page_here_or_by_the_notice_elsewhere(guangzhou: Site, shenzhen: Site) -> None:
    kept = reviewed_article(guangzhou, column="gfxwj", title="保密审查办法")
    own = {"rank": "own", "title": "保密审查办法", "body": "本局", "page": kept.pk}
    page = system(guangzhou, own, OUTSIDE)
    for path in ("/gkzd/", page.get_site_path()):
        shown = read(guangzhou, path)
        assert re.search(rf'href="{kept.get_site_path()}"[^>]*>保密审查办法<', shown), path
        assert re.search(r'href="[^"]*/leave/\?[^"]+"[^>]*>政府信息公开条例<', shown), path
        assert shown.index("行政法规、地方性法规") < shown.index("本机关制度"), "The highest rank stands first."
    with in_site(guangzhou):
        Page.objects.filter(pk=kept.pk).update(live=False)
    assert f'href="{kept.get_site_path()}"' not in read(guangzhou, "/gkzd/")
    assert "政府信息公开条例" not in read(shenzhen, "/gkzd/")


WRONG = [
    ([{**OUTSIDE, "address": ""}], "《政府信息公开条例》没有可以打开的地方"),
    ([OUTSIDE, OUTSIDE], "《政府信息公开条例》写了两次"),
    ([{**OUTSIDE, "address": "javascript:alert(1)"}], "“javascript:alert(1)”应以 https"),
    ([], "请列出法律、法规和本机关的制度"),
]


@pytest.mark.parametrize(("entries", "sentence"), WRONG, ids=[sentence for _e, sentence in WRONG])
def test_a_list_that_leads_nowhere_is_refused(guangzhou: Site, entries: list[dict[str, Any]], sentence: str) -> None:
    with pytest.raises(ValidationError) as caught:
        system(guangzhou, *entries)
    assert sentence in " ".join(caught.value.message_dict["entries"])
    with in_site(guangzhou):
        assert not SystemPage.objects.exists()


def test_neither_changes_on_line_without_a_review_nor_travels(hub: Site) -> None:
    pages = (guide(hub), system(hub, OUTSIDE))
    for page, statement in zip(pages, ("guidepage SET phone = '1'", "systempage SET entries = '[]'"), strict=True):
        with refused_by_gate(hub):
            run_sql(f"UPDATE sites_pages_{statement} WHERE page_ptr_id = %s", [page.pk])
        with in_site(hub), pytest.raises(InvalidValue, match="只说明本站，不能下发"):
            edition_source(page.pk)
    assert "020-00000000" in read(hub, "/gkzn/")
