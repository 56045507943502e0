"""Archives that somebody crafted, files that are not what they say: told, with nothing stored."""

from __future__ import annotations

import io
import stat
import zipfile
from typing import Any

import pytest

from network.errors import InvalidValue
from network.tenancy.api import Site, in_site
from sites.importing.models import ImportBatch
from sites.media import containers
from sites.media.models import SiteDocument, SiteImage
from sites.pages.models import ArticlePage
from tests.factories.importing import OLD, imported, packed, page, picture, read, received, rows_of

pytestmark = pytest.mark.django_db
BOMB = b"\x00" * (2 * 1024**2)


def with_link() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as target:
        target.writestr("1.html", page())
        info = zipfile.ZipInfo("2.html")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        target.writestr(info, "/etc/passwd")
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"not a zip", "不是 zip 文件"),
        (packed({"a.txt": b"text"}), "里没有网页"),
        (packed({"1.html": page(), "bomb.png": BOMB}), "疑为压缩炸弹"),
        (packed({"1.html": page()})[:-40], "不是 zip 文件，或已损坏"),
    ],
)
def test_an_archive_that_is_none_is_refused_as_a_whole(guangzhou: Site, data: bytes, words: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        received(guangzhou, data, "pages")
    assert words in refusal.value.message
    with in_site(guangzhou):
        assert not ImportBatch.objects.exists()


def test_an_archive_of_too_many_or_too_large_entries_is_refused(guangzhou: Site, monkeypatch: Any) -> None:
    data = packed({"1.html": page(), "2.html": page()})
    for name, bound in (("MOST_ENTRIES", 1), ("MOST_BYTES", 100)):
        with monkeypatch.context() as patch:
            patch.setattr(containers, name, bound)
            with pytest.raises(InvalidValue, match="请分成几包导入"):
                received(guangzhou, data, "pages")
    assert received(guangzhou, data, "pages").state == "received"


def test_a_link_and_a_name_that_leads_out_are_told_on_their_rows(guangzhou: Site) -> None:
    (first, second) = rows_of(guangzhou, read(guangzhou, with_link(), "pages", base=OLD))
    assert (first.outcome, second.outcome) == ("new", "refused")
    assert "可能是符号链接" in second.notes[0]["message"]
    files = {"1.html": page(body='<p>图<img src="../../etc/x.png"></p>'), "../etc/x.png": picture()}
    (only,) = rows_of(guangzhou, read(guangzhou, packed({"1.html": files["1.html"]}), "pages", base=OLD))
    assert only.notes[-1]["field"] == "图片"
    bad, good = rows_of(
        guangzhou, read(guangzhou, packed({"../out.html": page(), "in.html": page()}), "pages", base=OLD)
    )
    assert (bad.outcome, good.outcome) == ("refused", "new")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.png", b"<html>not found</html>", "不是完整的 JPEG、PNG、GIF 或 WebP 图片"),
        ("a.png", picture()[:60], "不是完整的 JPEG、PNG、GIF 或 WebP 图片"),
        ("a.jpg", b"", "是空的（0 字节）"),
        ("a.png", None, "来源里没有文件"),
        ("a.pdf", b"MZ\x90\x00 program", "内容不是 PDF 格式"),
        ("a.docx", b"\xd0\xcf\x11\xe0 old", "内容不是 DOCX 格式"),
        ("a.xlsx", packed({"bomb": BOMB}), "疑为压缩炸弹"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_left_out_and_the_item_enters(
    guangzhou: Site, name: str, data: bytes | None, words: str
) -> None:
    mark = f'<img src="{name}">' if name.endswith(("png", "jpg")) else f'<a href="{name}">附件</a>'
    files = {"1.html": page(body=f"<p>正文{mark}</p>"), "2.html": page("另一篇")}
    # Stored, so that the archive as a whole is no bomb.
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as target:
        for each, content in {**files, **({name: data} if data is not None else {})}.items():
            target.writestr(each, content)
    batch = imported(guangzhou, held.getvalue(), "pages", base=OLD)
    first, second = rows_of(guangzhou, batch)
    assert (first.outcome, second.outcome, second.notes) == ("written", "written", [])
    assert words in first.notes[-1]["message"]
    assert first.notes[-1]["value"] == f"{OLD}{name}"
    with in_site(guangzhou):
        assert not SiteImage.objects.exists()
        assert not SiteDocument.objects.exists()
        assert [block.block_type for block in ArticlePage.objects.get(pk=first.page_id).body] == ["paragraph"]


def test_a_mislabelled_picture_is_stored_as_what_it_is(guangzhou: Site) -> None:
    files = {"1.html": page(body='<p>图<img src="a.jpg"></p>'), "a.jpg": picture(kind="PNG")}
    imported(guangzhou, packed(files), "pages", base=OLD)
    with in_site(guangzhou):
        assert SiteImage.objects.get().file.name.endswith(".png")


def test_deep_nesting_and_endless_tables_end(guangzhou: Site) -> None:
    deep = "<div>" * 3000 + "最里面" + "</div>" * 3000
    wide = '<table><tr><td colspan="99999">宽</td><td>右</td></tr><tr><td rowspan="99999">高</td></tr></table>'
    batch = read(guangzhou, packed({"1.html": page(body=deep), "2.html": page(body=wide)}), "pages", base=OLD)
    first, second = rows_of(guangzhou, batch)
    assert first.content["blocks"] == [{"type": "paragraph", "value": "<p>最里面</p>"}]
    assert (second.outcome, [note["value"] for note in second.notes]) == ("new", ["表格", "合并单元格"])


def test_broken_bytes_are_named(guangzhou: Site) -> None:
    broken = page("坏", encoding="gb18030", declared="gb2312").replace("坏".encode("gb18030"), b"\xff\xff")
    first, second = rows_of(guangzhou, read(guangzhou, packed({"1.html": broken, "2.html": page()}), "pages", base=OLD))
    assert (first.outcome, second.outcome) == ("refused", "new")
    assert "0xFF" in first.notes[0]["message"]


def test_names_in_gbk_are_read_as_they_were_meant() -> None:
    info = zipfile.ZipInfo("图/甲.png".encode("gbk").decode("cp437"))
    assert containers.entry_name(info) == "图/甲.png"
    info.flag_bits = containers.UTF8_FLAG
    assert containers.entry_name(info) != "图/甲.png"
