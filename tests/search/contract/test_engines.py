"""What both engines promise, asked through the search page."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from network.contracts import SearchPage
from network.events import entry_withdrawn, presence_changed
from search.actions import store_entries
from search.api import search_page
from tests.search.entries import DAY, make_edition, make_entry, place

pytestmark = [pytest.mark.django_db, pytest.mark.search]


@pytest.fixture
def find(engine_name: str, drain: Callable[[], int]) -> Callable[..., SearchPage]:
    """Search a site after everything written so far is visible; the engine under test must answer."""

    def ask(site: Any, text: str, **parameters: Any) -> SearchPage:
        drain()
        page = search_page({"q": text, **parameters}, site)
        assert page.engine == engine_name
        return page

    return ask


def counts(page: SearchPage, facet: str) -> dict[str, int]:
    return next(
        ({choice.value: choice.count for choice in each.choices} for each in page.facets if each.name == facet), {}
    )


def test_finds_a_word_inside_a_sentence(find: Any, guangdong: Any) -> None:
    store_entries(
        [make_entry(title="甲", body="企业应当按时公示年度报告。"), make_entry(title="乙", body="无关的内容。")]
    )
    page = find(guangdong, "年度报告")
    assert [hit.title_html for hit in page.hits] == ["甲"]
    assert page.total == 1


def test_signs_apart_from_each_other_are_no_word(find: Any, guangdong: Any) -> None:
    store_entries([make_entry(title="甲", body="相同的合法权益。")])
    assert find(guangdong, "合同").total == 0


def test_every_part_between_spaces_is_found(find: Any, guangdong: Any) -> None:
    both = make_entry(title="甲", body="广告监测。价格检查。")
    store_entries([both, make_entry(title="乙", body="广告监测。"), make_entry(title="丙", body="价格检查。")])
    assert [hit.title_html for hit in find(guangdong, "广告 价格").hits] == ["甲"]


def test_punctuation_is_no_demand(find: Any, guangdong: Any) -> None:
    store_entries([make_entry(title="甲", body="个体工商户的债务，以家庭财产承担。")])
    assert find(guangdong, "夫妻一方经营个体工商户所欠债务，谁偿还？").total == 1


def test_a_slip_of_the_pen_still_finds_the_title(find: Any, guangdong: Any) -> None:
    store_entries([make_entry(title="检察官法"), make_entry(title="价格法")])
    assert find(guangdong, "检查官法").hits[0].title_html.replace("<mark>", "").replace("</mark>", "") == "检察官法"


def test_exact_title_comes_before_texts_that_quote_it(find: Any, guangdong: Any) -> None:
    store_entries(
        [make_entry(title="价格法"), make_entry(title="培训", body="学习价格法。价格法释义。价格法问答。" * 20)]
    )
    assert find(guangdong, "价格法").hits[0].title_html == "<mark>价格法</mark>"


@pytest.mark.parametrize("written", ["工商办字〔2019〕12号", "工商办字[2019]12号", "工商办字 (2019) 12 号"])
def test_document_number_finds_its_document_first(find: Any, guangdong: Any, written: str) -> None:
    store_entries(
        [
            make_entry(title="引用者", body="根据工商办字〔2019〕12号，工商办字〔2019〕12号的规定。"),
            make_entry(title="本件", body="正文。", document_number="工商办字〔2019〕12号"),
        ]
    )
    assert find(guangdong, written).hits[0].title_html == "本件"


@pytest.mark.parametrize("typed", ["jiagefa", "jia ge fa", "jgf"])
def test_pinyin_finds_a_title(find: Any, guangdong: Any, typed: str) -> None:
    store_entries([make_entry(title="价格法"), make_entry(title="合同法")])
    assert [hit.title_html for hit in find(guangdong, typed).hits] == ["价格法"]


@pytest.mark.parametrize("text", ["税", "3.5", "ISO9001", "A"])
def test_short_words_and_numbers_are_found(find: Any, guangdong: Any, text: str) -> None:
    store_entries([make_entry(title="甲", body="税 3.5 ISO9001 A"), make_entry(title="乙", body="其他")])
    assert find(guangdong, text).total == 1


def test_own_site_comes_first(find: Any, guangdong: Any, hebei: Any) -> None:
    entries = [make_entry(origin, title="年报公示提醒", body="请按时报送。") for origin in ("hebei", "guangdong")]
    store_entries(entries)
    assert [hit.site_name for hit in find(guangdong, "年报公示").hits] == [guangdong.short_name, hebei.short_name]
    assert [hit.site_name for hit in find(hebei, "年报公示").hits] == [hebei.short_name, guangdong.short_name]


def test_newer_of_two_equal_items_comes_first(find: Any, guangdong: Any) -> None:
    old = make_entry(
        title="年报公示提醒", published_at=DAY - datetime.timedelta(days=3000), document_id="guangdong:a:1"
    )
    new = make_entry(title="年报公示提醒", document_id="guangdong:a:2")
    store_entries([old, new])
    assert [hit.url for hit in find(guangdong, "年报公示").hits] == [new.sites["guangdong"], old.sites["guangdong"]]


def test_sort_by_date_is_by_date(find: Any, guangdong: Any) -> None:
    store_entries(
        [
            make_entry(title="价格法", published_at=DAY - datetime.timedelta(days=10)),
            make_entry(title="培训", body="学习价格法。", published_at=DAY),
        ]
    )
    assert find(guangdong, "价格法", sort="date").hits[0].title_html == "培训"


def test_own_site_scope_never_shows_others(find: Any, guangdong: Any, hebei: Any) -> None:
    store_entries([make_entry("hebei", title="年报公示提醒")])
    assert find(guangdong, "年报公示").total == 1
    for tampered in ({}, {"sites": "hebei"}, {"schema": "hebei"}, {"origin": "hebei"}, {"region": "/130000/"}):
        page = find(guangdong, "年报公示", scope="site", **tampered)
        assert (page.total, list(page.hits)) == (0, [])


def test_an_edition_is_one_item_on_many_sites(find: Any, hub: Any, guangdong: Any, hebei: Any) -> None:
    edition = make_edition(on={"guangdong": "guangdong", "hebei": "hebei"}, title="全国年报公示通知")
    store_entries([edition])
    page = find(guangdong, "年报公示")
    (hit,) = page.hits
    assert (page.total, hit.url) == (1, f"/received/{edition.document_id}/")
    assert (hit.also_on_total, [name for name, _ in hit.also_on]) == (2, [hub.short_name, hebei.short_name])
    assert counts(page, "region") == {"/": 1, "/130000/": 1, "/440000/": 1}
    assert counts(page, "level") == {"national": 1}


def test_a_site_without_the_item_is_led_to_its_origin(find: Any, hub: Any, guangdong: Any) -> None:
    from network.tenancy.api import absolute_url

    edition = make_edition(title="全国年报公示通知")
    store_entries([edition])
    (hit,) = find(guangdong, "年报公示").hits
    assert hit.url == absolute_url(hub, edition.sites["national"])


def test_facets_show_alternatives_and_count_items(find: Any, guangdong: Any, guangzhou: Any, hebei: Any) -> None:
    store_entries(
        [
            make_edition(on={"guangdong": "guangdong", "guangzhou": "guangzhou"}, title="年报公示一"),
            make_entry("guangzhou", title="年报公示二", kind="news"),
            make_entry("hebei", title="年报公示三", published_at=DAY.replace(year=2022)),
        ]
    )
    page = find(guangdong, "年报公示", level="prefecture" if guangzhou.level == "prefecture" else "subprovincial")
    assert page.total == 1
    assert counts(page, "level") == {"national": 1, "province": 1, guangzhou.level: 1}
    assert counts(page, "kind") == {"news": 1}
    narrowed = find(guangdong, "年报公示", region="/440000/")
    assert narrowed.total == 2
    assert counts(narrowed, "region") == {"/": 1, "/440000/": 2, "/440000/440100/": 2, "/130000/": 1}
    assert counts(narrowed, "year") == {"2024": 2}
    assert find(guangdong, "年报公示", year=["2022", "2024"]).total == 3


def test_a_withdrawn_item_is_gone(find: Any, guangdong: Any) -> None:
    entry = make_entry(title="年报公示提醒")
    store_entries([entry])
    assert find(guangdong, "年报公示").total == 1
    entry_withdrawn.emit(entry.document_id)
    assert find(guangdong, "年报公示").total == 0


def test_withdrawal_holds_before_the_indexer_ran(find: Any, guangdong: Any) -> None:
    entry = make_entry(title="年报公示提醒")
    store_entries([entry])
    assert find(guangdong, "年报公示").total == 1
    entry_withdrawn.emit(entry.document_id)
    assert list(search_page({"q": "年报公示"}, guangdong).hits) == []


def test_a_site_that_no_longer_shows_it_loses_the_hit_at_once(find: Any, guangdong: Any, hebei: Any) -> None:
    from network.syndication.api import Delivery

    edition = make_edition(on={"guangdong": "guangdong"}, title="全国年报公示通知")
    store_entries([edition])
    assert len(find(guangdong, "年报公示", scope="site").hits) == 1
    Delivery.objects.all().delete()
    presence_changed.emit([uuid.UUID(edition.document_id)])
    assert list(search_page({"q": "年报公示", "scope": "site"}, guangdong).hits) == []


def test_a_placement_makes_it_the_sites_own(find: Any, guangdong: Any) -> None:
    edition = make_edition(title="全国年报公示通知")
    store_entries([edition])
    assert find(guangdong, "年报公示", scope="site").total == 0
    place(uuid.UUID(edition.document_id), "guangdong", "guangdong")
    presence_changed.emit([uuid.UUID(edition.document_id)])
    assert find(guangdong, "年报公示", scope="site").total == 1


def test_markup_in_texts_is_shown_as_text(find: Any, guangdong: Any) -> None:
    store_entries([make_entry(title="<script>alert(1)</script>年报", body='<img src=x onerror="x">年报<b>公示</b>')])
    (hit,) = find(guangdong, "年报").hits
    assert hit.title_html == "&lt;script&gt;alert(1)&lt;/script&gt;<mark>年报</mark>"
    assert hit.snippet_html == "&lt;img src=x onerror=&quot;x&quot;&gt;<mark>年报</mark>&lt;b&gt;公示&lt;/b&gt;"


@pytest.mark.parametrize(
    "text", ["' OR 1=1 --", "a:b & !c | (d)", '{"match_all":{}}', "年报*", "\\", "%_", "年报 AND", "a" * 97]
)
def test_no_query_breaks_the_engine(find: Any, guangdong: Any, text: str) -> None:
    store_entries([make_entry(title="甲")])
    assert find(guangdong, text + " 年报").error == ""


def test_pages_follow_each_other_without_repeats(find: Any, guangdong: Any) -> None:
    store_entries([make_entry(title=f"年报公示{number:02d}") for number in range(23)])
    pages = [find(guangdong, "年报公示", page=str(number)) for number in (1, 2, 3, 4)]
    assert [len(page.hits) for page in pages] == [10, 10, 3, 0]
    assert len({hit.url for page in pages for hit in page.hits}) == 23
    assert pages[0].pagination is not None and pages[0].pagination.total_pages == 3
