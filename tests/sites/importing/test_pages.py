"""A folder of old HTML pages becomes drafts: labels, encodings, pictures, links between pages."""

from __future__ import annotations

import pytest

from network.tenancy.api import Site, in_site
from sites.importing.models import ImportedItem
from sites.media.models import SiteDocument, SiteImage
from sites.pages.models import ArticlePage
from tests.factories.importing import OLD, TEXT, imported, packed, page, picture, read, rows_of

pytestmark = pytest.mark.django_db


def test_pages_become_drafts_by_their_labels(guangzhou: Site) -> None:
    files = {
        "2009/1.html": page("甲通知", encoding="gb18030", declared="gb2312"),
        "2009/2.htm": page("乙通知", Author="张某", Keywords="登记 公开", Description="摘要。", ColumnName="工商动态"),
    }
    batch = imported(guangzhou, packed(files), "pages", base=OLD, column="tzgg")
    assert (batch.state, batch.counts["written"], batch.total) == ("done", 2, 2)
    with in_site(guangzhou):
        first, second = ArticlePage.objects.filter(title__in=["甲通知", "乙通知"]).order_by("title").reverse()
        assert (first.live, first.owner.username, first.source) == (False, "webmaster", "市局办公室")
        assert first.first_published_at.isoformat() == "2009-03-04T02:20:00+00:00"
        assert first.get_parent().specific.key == "tzgg"
        assert [(block.block_type, str(block.value)) for block in first.body] == [("paragraph", f"<p>{TEXT}</p>")]
        assert first.get_latest_revision_as_object().title == "甲通知"
        assert (second.author, second.keywords, second.summary) == ("张某", "登记 公开", "摘要。")
        assert ImportedItem.objects.get(page_id=first.pk).old_path == "/2009/1.html"


def test_a_picture_and_an_attachment_come_along(guangzhou: Site) -> None:
    body = (
        '<p>　　一　见图。<img src="../img/a.png" alt="办事窗口"></p><p>附件：<a href="f.pdf">登记表</a></p>'
        '<p>详见<a href="f.pdf">登记表</a>说明。</p>'
    )
    files = {"a/1.html": page(body=body), "img/a.png": picture(), "a/f.pdf": b"%PDF-1.4 form"}
    batch = imported(guangzhou, packed(files), "pages", base=OLD)
    with in_site(guangzhou):
        draft = ArticlePage.objects.get(title="关于规范登记工作的通知")
        image, document = SiteImage.objects.get(), SiteDocument.objects.get()
        assert (image.alt_text, image.width, document.file_size) == ("办事窗口", 32, 13)
        assert [block.block_type for block in draft.body] == ["paragraph", "picture", "attachment", "paragraph"]
        assert (draft.body[1].value["image"], draft.body[2].value) == (image, document)
        assert draft.body[3].value.source == f'<p>详见<a linktype="document" id="{document.pk}">登记表</a>说明。</p>'
    assert [row.notes for row in rows_of(guangzhou, batch)] == [[]]


def test_links_between_pages_lead_to_the_drafts_even_in_a_circle(guangzhou: Site) -> None:
    files = {
        "a/1.html": page("甲", body=f'<p>{TEXT}见<a href="/b/2.html">乙</a>。</p>'),
        "b/2.html": page(
            "乙", body=f'<p>{TEXT}见<a href="{OLD}a/1.html">甲</a>和<a href="http://x.gov.cn/a/1.html">外</a></p>'
        ),
    }
    imported(guangzhou, packed(files), "pages", base=OLD)
    with in_site(guangzhou):
        first, second = (ArticlePage.objects.get(title=title) for title in ("甲", "乙"))
        assert f'<a linktype="page" id="{second.pk}">乙</a>' in first.body[0].value.source
        assert f'<a linktype="page" id="{first.pk}">甲</a>' in second.body[0].value.source
        assert '<a href="http://x.gov.cn/a/1.html">外</a>' in second.body[0].value.source


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("utf-8", "gb18030"), ("gbk", "utf-8"), ("big5", "utf-8-sig"), ("iso-8859-1", "gb18030"), ("utf-16", "utf-16")],
)
def test_the_bytes_count_not_what_they_say_of_themselves(guangzhou: Site, declared: str, encoding: str) -> None:
    data = packed({"1.html": page("镕琤𬭎的通知", encoding=encoding, declared=declared)})
    (row,) = rows_of(guangzhou, read(guangzhou, data, "pages", base=OLD))
    assert (row.title, row.outcome) == ("镕琤𬭎的通知", "new")


def test_list_pages_are_skipped_and_pages_without_labels_are_noted(guangzhou: Site) -> None:
    plain = f"<html><title>无标签</title><body><div class=x><p>{TEXT}</p></div></body></html>".encode()
    files = {
        "index.html": page("", body="<ul><li>甲</li></ul>", PubDate="", ArticleTitle=""),
        "plain.html": plain,
        "empty.html": page("空", body=""),
    }
    rows = rows_of(guangzhou, read(guangzhou, packed(files), "pages", base=OLD, column="tzgg"))
    found = {row.old_path: (row.outcome, [note["field"] for note in row.notes]) for row in rows}
    assert found == {
        "/index.html": ("skipped", ["ArticleTitle"]),
        "/plain.html": ("new", ["ArticleTitle", "body", "published"]),
        "/empty.html": ("refused", ["body"]),
    }


def test_what_cannot_be_shown_is_left_out_and_told(guangzhou: Site) -> None:
    body = (
        f'<p onclick="x()">{TEXT}<script>alert(1)</script><a href="javascript:alert(1)">按此</a></p>'
        '<iframe src="http://video"></iframe><div style="display: none">暗链<a href="http://bad.example/">赌</a></div>'
        '<table><tr><td colspan="2">合并</td></tr><tr><td>1</td><td>2</td></tr></table><p>造字\ue81e</p>'
    )
    batch = imported(guangzhou, packed({"1.html": page(body=body)}), "pages", base=OLD)
    (row,) = rows_of(guangzhou, batch)
    assert [note["value"] for note in row.notes[:-1]] == ["javascript:alert(1)", "合并单元格", "嵌入的网页"]
    assert "U+E81E" in row.notes[-1]["message"]
    with in_site(guangzhou):
        draft = ArticlePage.objects.get(pk=row.page_id)
        stored = str(draft.body.raw_data[:])
        assert not any(word in stored for word in ("script", "onclick", "iframe", "赌", "暗链"))
        assert draft.body[1].value["data"] == [["合并", ""], ["1", "2"]]


def test_addresses_that_a_page_writes_wrongly_cost_it_only_those(guangzhou: Site) -> None:
    wrong = page("甲", Url="http://[bad/1.html", body=f"<p>{TEXT}</p>").replace(b"<title>", b'<base href="//["><title>')
    body = '<p>文<a href="http://[bad">链</a><img src="http://[bad/p.png" alt="图"></p>'
    files = {"1.html": wrong, "2.html": page("乙", body=body), "3.html": page("丙")}
    first, second, third = rows_of(guangzhou, imported(guangzhou, packed(files), "pages", base=OLD))
    assert [row.outcome for row in (first, second, third)] == ["written"] * 3
    assert [note["field"] for note in first.notes] == ["Url", "base"]
    assert [note["value"] for note in second.notes] == ["http://[bad", "http://[bad/p.png"]
    assert (first.old_path, third.notes) == ("/1.html", [])


def test_a_picture_that_is_missing_is_told_and_the_item_enters(guangzhou: Site) -> None:
    body = f'<p>{TEXT}<img src="no.png" alt="办事窗口"></p>'
    (row,) = rows_of(guangzhou, imported(guangzhou, packed({"1.html": page(body=body)}), "pages", base=OLD))
    assert (row.outcome, [note["value"] for note in row.notes]) == ("written", [f"{OLD}no.png"])
    assert "来源里没有文件" in row.notes[0]["message"]
    with in_site(guangzhou):
        assert [block.block_type for block in ArticlePage.objects.get(pk=row.page_id).body] == ["paragraph"]
