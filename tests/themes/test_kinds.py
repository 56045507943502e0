"""Page kinds that have a frame before they have a model, with what the home page makes of its sections."""

from __future__ import annotations

import re

import pytest

from network.contracts import NavigationItem
from tests.themes import kind_samples, samples
from tests.themes.rendering import ROOT, render
from themes.components.home_layout import picture_slides, service_groups


@pytest.mark.parametrize(
    ("validity", "word", "is_warned"),
    [("valid", "有效", False), ("amended", "已修改", False), ("repealed", "已废止", True), ("expired", "已失效", True)],
)
def test_a_document_says_whether_it_is_in_force(validity, word, is_warned):
    page = render("public/document.html", kind_samples.document(validity=validity))
    assert f'data-validity="{validity}">{word}</span>' in page
    assert (f"本文件{word}，仅供查阅" in page) is is_warned


def test_a_document_shows_its_data_table_and_its_relations():
    page = render("public/document.html", kind_samples.document())
    facts = re.findall(r'facts__label">([^<]+)</dt>', page)
    assert facts == ["索引号", "主题分类", "发文机关", "文号", "成文日期", "施行日期", "有效性"]
    assert re.findall(r'gs-relations__label">([^<]+)<', page) == ["政策解读", "废止文件", "修改文件"]


def test_a_document_carries_the_labels_of_an_article():
    page = render("public/document.html", kind_samples.document())
    for name in ("ArticleTitle", "PubDate", "ContentSource", "ColumnName"):
        assert page.count(f'<meta name="{name}"') == 1


def test_a_special_that_is_over_says_so():
    assert "data-archived" not in render("public/special.html", kind_samples.special())
    page = render("public/special.html", kind_samples.special(is_archived=True))
    assert "data-archived" in page
    assert "内容归档备查" in page


def test_a_leader_without_a_portrait_has_a_drawing_that_says_nothing():
    page = render("public/leaders.html", kind_samples.leaders())
    assert page.count('alt="样例一的照片"') == 1
    assert page.count('alt="" width="240" height="320" data-portrait="none"') == 2


def test_a_sifted_column_marks_what_is_chosen_and_leads_back():
    page = render("public/column.html", kind_samples.sifted_column())
    chosen = re.findall(r'aria-current="true">([^<]+)<span class="gs-sift__count">(\d+)', page)
    assert chosen == [("公告", "88"), ("2012年", "18"), ("3月", "9")]
    assert 'href="/tzgg/">取消全部筛选' in page
    nothing = kind_samples.sifted_column() | {"items": []}
    assert "没有符合条件的信息。" in render("public/column.html", nothing)


def test_the_strip_of_pictures_is_a_plain_list_without_script():
    page = render("public/home.html", samples.home())
    strip = page.partition("data-gs-carousel-strip>")[2].partition("</ul>")[0]
    assert strip.count("<li") == strip.count("<figcaption") == 3
    assert re.search(r"data-gs-carousel-pause hidden>", page)
    places = re.findall(r'href="#(slide-\d)"', page)
    assert places == ["slide-1", "slide-2", "slide-3"]
    assert all(f'id="{place}"' in strip for place in places)


def test_headlines_without_a_picture_stand_under_different_drawings():
    slides = picture_slides(
        [samples.ListItem(title=str(number), url=f"/{number}/", kind="news") for number in range(4)]
    )
    assert len({slide.image_url for slide in slides}) == 4
    assert {slide.image_alt for slide in slides} == {""}
    for slide in slides:
        name = slide.image_url.rpartition("/")[2]
        assert (ROOT / "themes" / "static" / "themes" / "pictures" / name).is_file()


def test_own_pictures_come_before_drawings():
    items = [samples.ListItem(title="一", url="/1/"), samples.ListItem(title="二", url="/2/", image_url="/p.png")]
    assert [slide.title for slide in picture_slides(items)] == ["二", "一"]


def test_services_are_grouped_by_whom_they_serve():
    columns = [
        NavigationItem(title=title, url="/x/", user_type=user)
        for title, user in (("登记注册", "企业"), ("消费维权", "消费者"), ("表格下载", "全部"))
    ]
    groups = service_groups(columns)
    assert [(group.title, [entry.title for entry in group.entries]) for group in groups] == [
        ("个人办事", ["消费维权", "表格下载"]),
        ("法人办事", ["登记注册", "表格下载"]),
    ]
    assert service_groups([NavigationItem(title="登记注册", url="/x/")]) == []


def test_a_policy_names_its_interpretation_beside_it():
    page = render("public/home.html", samples.home())
    assert '<a class="gs-tag gs-tag--relation" href="/zcjd/0/">解读<span class="gs-visually-hidden">' in page
