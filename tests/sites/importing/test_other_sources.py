"""WordPress exports, feeds, Word documents: what they bring, what they are refused for."""

from __future__ import annotations

import io
import zipfile

import pytest

from network.errors import InvalidValue
from network.tenancy.api import Site, in_site
from sites.importing.models import ImportBatch
from sites.media.models import SiteImage
from sites.pages.models import ArticlePage
from tests.factories.importing import imported, packed, picture, read, received, rows_of

pytestmark = pytest.mark.django_db
WXR = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>旧站</title>{items}</channel></rss>"""
POST = """<item><title>{title}</title><link>http://www.old.gov.cn/?p={number}</link><dc:creator>张某</dc:creator>
<category domain="category" nicename="a"><![CDATA[通知公告]]></category>
<category domain="post_tag" nicename="b"><![CDATA[登记]]></category>
<content:encoded><![CDATA[{body}]]></content:encoded><excerpt:encoded><![CDATA[摘要。]]></excerpt:encoded>
<wp:post_id>{number}</wp:post_id><wp:post_date>2009-03-04 10:20:00</wp:post_date><wp:status>{status}</wp:status>
<wp:post_type>{kind}</wp:post_type></item>"""
ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>市局动态</title>
<entry><id>tag:old,2009:1</id><title>甲动态</title><link href="http://www.old.gov.cn/a/1.html"/>
<published>2009-03-04T02:20:00Z</published><category term="工商动态"/>
<content type="html">&lt;p&gt;全文。&lt;/p&gt;</content>
</entry><entry><id>tag:old,2009:2</id><title>乙动态</title><summary>只有摘要。</summary>
<published>{date}</published></entry></feed>"""
NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = """<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="png" ContentType="image/png"/><Override PartName="/word/document.xml"
ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
RELS = """<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
Target="word/document.xml"/></Relationships>"""


def post(number: int, body: str = "第一段\n第二行\n\n第二段", **changes: str) -> str:
    values = {"title": f"第{number}号通知", "status": "publish", "kind": "post", **changes}
    return POST.format(number=number, body=body, **values)


def wxr(*posts: str) -> bytes:
    return WXR.format(items="".join(posts)).encode()


def document(*paragraphs: str, extra: dict[str, bytes] | None = None, head: str = "") -> bytes:
    """A docx of these paragraphs."""
    text = "".join(f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>" for words in paragraphs)
    body = f'{head}<w:document xmlns:w="{NAMESPACE}"><w:body>{text}</w:body></w:document>'
    parts = {"[Content_Types].xml": TYPES, "_rels/.rels": RELS, "word/document.xml": body}
    return packed({**{name: part.encode() for name, part in parts.items()}, **(extra or {})})


def outcomes(site: Site, batch: ImportBatch) -> list[tuple[str, str, list[str]]]:
    return [(row.title, row.outcome, [note["field"] for note in row.notes]) for row in rows_of(site, batch)]


def test_posts_of_wordpress_become_drafts(guangzhou: Site) -> None:
    data = wxr(
        post(1),
        post(2, kind="attachment"),
        post(3, body='<p>文</p>[gallery ids="1"]', kind="page"),
        post(4, status="draft"),
        post(5, body='[caption id="x"]<img src="http://www.old.gov.cn/a.png" alt="图"> 说明[/caption]'),
        post(6, title="控制\x0b字符"),
    )
    batch = imported(guangzhou, data, "wordpress")
    assert outcomes(guangzhou, batch) == [
        ("第1号通知", "written", []),
        ("第3号通知", "written", ["body"]),
        ("第4号通知", "skipped", ["status"]),
        ("第5号通知", "written", ["图片"]),
        ("控制�字符", "written", ["title"]),
    ]
    with in_site(guangzhou):
        draft = ArticlePage.objects.get(title="第1号通知")
        assert [block.value.source for block in draft.body] == ["<p>第一段<br/>第二行</p>", "<p>第二段</p>"]
        assert (draft.author, draft.keywords, draft.summary) == ("张某", "登记", "摘要。")
        assert rows_of(guangzhou, batch)[0].old_path == "/?p=1"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (wxr(), "里没有 WordPress 的文章或页面"),
        (wxr(post(1))[:-30], "不是完好的 XML"),
        (b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss><channel>&b;</channel></rss>', "实体声明"),
        (b"not xml", "不是完好的 XML"),
    ],
)
def test_a_broken_export_is_refused(guangzhou: Site, data: bytes, words: str) -> None:
    try:
        told = read(guangzhou, data, "wordpress").problem
    except InvalidValue as error:
        told = error.message
    assert words in told
    with in_site(guangzhou):
        assert not ArticlePage.objects.filter(title="第1号通知").exists()


def test_entries_of_a_feed_become_drafts(guangzhou: Site) -> None:
    data = ATOM.format(date="2099-01-01T00:00:00Z").encode()
    batch = imported(guangzhou, data, "feed", column="tzgg")
    assert outcomes(guangzhou, batch) == [
        ("甲动态", "written", ["column"]),
        ("乙动态", "refused", ["body", "published"]),
    ]
    with in_site(guangzhou):
        draft = ArticlePage.objects.get(title="甲动态")
        assert (draft.source, draft.first_published_at.isoformat()) == ("市局动态", "2009-03-04T02:20:00+00:00")
    again = read(guangzhou, ATOM.format(date="2010-01-01").encode(), "feed", column="tzgg")
    assert [outcome for _title, outcome, _notes in outcomes(guangzhou, again)] == ["same", "new"]


@pytest.mark.parametrize(
    "data", [b"<html><p>no feed</p></html>", b'<!DOCTYPE rss [<!ENTITY a "b">]><rss/>', b"\xff\xfe\x00"]
)
def test_what_is_no_feed_is_refused(guangzhou: Site, data: bytes) -> None:
    with pytest.raises(InvalidValue, match="订阅|实体声明"):
        received(guangzhou, data, "feed")


def test_word_documents_become_drafts(guangzhou: Site) -> None:
    files = {
        "通知公告/关于登记的通知.docx": document("第一段。", "第二段。"),
        "通知公告/旧.doc": b"\xd0\xcf\x11\xe0",
        "通知公告/坏.docx": document("x")[:-50],
        "通知公告/炸弹.docx": document("x", extra={"word/media/a.png": b"\x00" * (2 * 1024**2)}),
        "通知公告/实体.docx": document("x", head='<!DOCTYPE x [<!ENTITY a "b">]>'),
        "通知公告/~$锁.docx": b"lock",
    }
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as target:
        for name, data in files.items():
            target.writestr(name, data)
    batch = imported(guangzhou, held.getvalue(), "word")
    found = {title: (outcome, fields) for title, outcome, fields in outcomes(guangzhou, batch)}
    assert found == {
        "关于登记的通知": ("written", ["published"]),
        **dict.fromkeys(["旧", "坏", "炸弹", "实体"], ("refused", ["file"])),
    }
    with in_site(guangzhou):
        draft = ArticlePage.objects.get(title="关于登记的通知")
        assert [block.value.source for block in draft.body] == ["<p>第一段。</p>", "<p>第二段。</p>"]


def test_pictures_of_a_word_document_come_along(guangzhou: Site) -> None:
    drawing = (
        '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        '<wp:docPr id="1" name="a" descr="办事窗口"/><a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        '<a:graphicData><pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill>'
        '<a:blip r:embed="r9" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/>'
        "</pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )
    relations = (
        RELS.replace('Id="r1"', 'Id="r9"')
        .replace('officeDocument"', 'image"')
        .replace("word/document.xml", "media/a.png")
    )
    plain = document(
        "文字。", extra={"word/_rels/document.xml.rels": relations.encode(), "word/media/a.png": picture()}
    )
    source, target = zipfile.ZipFile(io.BytesIO(plain)), io.BytesIO()
    with source, zipfile.ZipFile(target, "w") as copy:
        for info in source.infolist():
            data = source.read(info)
            copy.writestr(info, data.replace(b"</w:body>", drawing.encode() + b"</w:body>"))
    batch = imported(guangzhou, target.getvalue(), "word", column="tzgg", file_name="通知.docx")
    (row,) = rows_of(guangzhou, batch)
    with in_site(guangzhou):
        draft = ArticlePage.objects.get(pk=row.page_id)
        assert [block.block_type for block in draft.body] == ["paragraph", "picture"]
        assert SiteImage.objects.get().alt_text == "办事窗口"
