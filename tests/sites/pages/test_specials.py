"""Specials: sections of chosen and newest items, own navigation, archived when over."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from network.tenancy.api import Site, in_site
from sites.pages.models import ArticlePage, ColumnPage, SpecialPage
from tests.factories.articles import dispatch, reviewed_article
from tests.factories.deliveries import placements, work_off
from tests.factories.items import reviewed_item, stream
from tests.factories.people import client_of

pytestmark = [pytest.mark.gate, pytest.mark.django_db]


def column(site: Site, key: str) -> int:
    with in_site(site):
        return int(ColumnPage.objects.get(key=key).pk)


def section(title: str, *, items: tuple[int, ...] = (), of: int | None = None) -> tuple[str, dict[str, Any]]:
    chosen = [{"type": "item", "value": key, "id": str(key)} for key in items]
    return "section", {"title": title, "intro": "", "items": chosen, "column": of}


def special(site: Site, *sections: tuple[str, dict[str, Any]], **traits: Any) -> SpecialPage:
    values: dict[str, Any] = {
        "title": "“3·15”专题",
        "summary": "消费维权。",
        "opened_on": datetime.date(2012, 3, 1),
        "sections": stream(*sections),
        "body": [],
        **traits,
    }
    return reviewed_item(site, SpecialPage, column="ztzl", **values)


def read(site: Site, path: str) -> str:
    answer = client_of(site).get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def body(page: str) -> str:
    """What stands between the special's head and the group navigation."""
    return page.partition('class="gs-special-nav"')[2].partition("</main>")[0]


def test_a_special_shows_chosen_items_first_then_the_newest_of_a_column(
    hub: Site, guangzhou: Site, shenzhen: Site
) -> None:
    chosen = reviewed_article(guangzhou, title="选定的通知")
    newest = reviewed_article(guangzhou, column="gzdt", kind="news", title="最新的动态")
    sent = reviewed_article(hub, title="总局的通知")
    dispatch(hub, sent)
    work_off()
    (placed,) = placements(guangzhou, sent.translation_key)
    page = special(
        guangzhou,
        section("提示", items=(placed.pk, chosen.pk), of=column(guangzhou, "tzgg")),
        section("动态", of=column(guangzhou, "gzdt")),
    )
    path = page.get_site_path()
    shown = body(read(guangzhou, path))
    places = [shown.index(title) for title in ("总局的通知", "选定的通知", "最新的动态")]
    assert places == sorted(places)
    assert shown.count("选定的通知") == 1, "Chosen and newest at once is listed once."
    alone = body(read(guangzhou, f"{path}?section=2"))
    assert "最新的动态" in alone
    assert "选定的通知" not in alone
    assert f'href="{path}?section=2" aria-current="page"' in alone
    for wrong in ("0", "3", "x", ""):
        assert client_of(guangzhou).get(f"{path}?section={wrong}").status_code == 404, wrong
    assert client_of(shenzhen).get(path).status_code == 404
    with in_site(guangzhou):
        ArticlePage.objects.get(pk=chosen.pk).unpublish()
    assert "选定的通知" not in body(read(guangzhou, path))
    assert newest.title in body(read(guangzhou, path))


def test_a_special_that_is_over_says_so_everywhere_and_leaves_the_home_page(guangzhou: Site) -> None:
    today = timezone.localdate()
    going = special(guangzhou, section("动态", of=column(guangzhou, "gzdt")), title="进行中的专题")
    over = special(guangzhou, section("动态", of=column(guangzhou, "gzdt")), title="过去的专题", archived_on=today)
    assert "data-archived" in read(guangzhou, over.get_site_path())
    assert "data-archived" not in read(guangzhou, going.get_site_path())
    listed = read(guangzhou, "/ztzl/")
    assert "已归档" in listed
    assert over.title in listed
    home = read(guangzhou, "/")
    cards = home.partition('class="gs-specials')[2].partition("</section>")[0]
    assert going.title in cards
    assert over.title not in cards


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"archived_on": datetime.date(2012, 2, 1)}, "archived_on", "归档日期“2012-02-01”早于开设日期“2012-03-01”"),
    ({"summary": ""}, "summary", "请用摘要说明专题的主题"),
    ({"sections": []}, "sections", "专题须有板块"),
    ({"sections": stream(section("空的"))}, "sections", "板块“空的”既没有选定信息，也没有选栏目"),
    ({"sections": stream(section("同名"), section("同名"))}, "sections", "板块“同名”出现两次"),
]


@pytest.mark.parametrize(("change", "field", "sentence"), REFUSED, ids=[sentence for _c, _f, sentence in REFUSED])
def test_what_cannot_be_is_refused(guangzhou: Site, change: dict[str, Any], field: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as caught:
        special(guangzhou, section("动态", of=column(guangzhou, "gzdt")), **change)
    assert sentence in " ".join(caught.value.message_dict[field])
    with in_site(guangzhou):
        assert not SpecialPage.objects.exists()
