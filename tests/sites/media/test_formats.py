"""Files held against their names by their bytes, containers against their bounds."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from network.errors import InvalidValue
from sites.media import containers
from sites.media.formats import extension_of, hold_document, picture_facts
from tests.factories import uploads

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
SOUND = {
    "a.pdf": uploads.pdf(),
    "a.ofd": uploads.ofd(),
    "a.docx": uploads.docx(),
    "a.xlsx": uploads.xlsx(),
    "A.DOC": OLE,
    "a.xls": OLE,
    "a.zip": uploads.packed({"一.txt": b"1", "b.zip": uploads.packed({"c.txt": b"2"})}),
    "a.csv": "月份,户数\n".encode("gb18030"),
    "a.txt": "说明".encode(),
    "a.mp4": b"\x00\x00\x00\x18ftypmp42" + bytes(64),
    "a.webm": b"\x1aE\xdf\xa3" + bytes(64),
}


def nested(levels: int) -> bytes:
    data = uploads.packed({"a.txt": b"a"})
    for _level in range(levels - 1):
        data = uploads.packed({"inner.zip": data})
    return data


def lying() -> bytes:
    """A zip whose directory names one stretch of bytes eight times, as Fifield's bombs do."""
    data = bytearray(uploads.packed({"a": bytes(range(256)) * 64}, method=zipfile.ZIP_STORED))
    start = data.index(b"PK\x01\x02")
    entry, end = bytes(data[start : start + 47]), bytearray(data[start + 47 :])
    names = [entry[:46] + bytes([letter]) for letter in b"abcdefgh"]
    end[8:12] = (len(names)).to_bytes(2, "little") * 2
    end[12:16] = sum(map(len, names)).to_bytes(4, "little")
    return bytes(data[:start]) + b"".join(names) + bytes(end)


@pytest.mark.parametrize("name", SOUND)
def test_a_file_that_is_what_it_says_is_taken(name: str) -> None:
    hold_document(io.BytesIO(SOUND[name]), extension_of(name), name)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.pdf", b"MZ\x90\x00 program", "内容不是 PDF 格式"),
        ("a.pdf", uploads.docx(), "内容不是 PDF 格式"),
        ("a.docx", uploads.xlsx(), "内容不是 DOCX 格式"),
        ("a.docx", uploads.packed({"a.txt": b"a"}), "内容不是 DOCX 格式"),
        ("a.xlsx", uploads.docx(), "内容不是 XLSX 格式"),
        ("a.ofd", uploads.docx(), "内容不是 OFD 格式"),
        ("a.doc", uploads.docx(), "内容不是 DOC 格式"),
        ("a.zip", b"Rar!\x1a\x07\x00", "内容不是 ZIP 格式"),
        ("a.txt", b"\x7fELF\x00\x00", "内容不是 TXT 格式"),
        ("a.csv", OLE, "内容不是 CSV 格式"),
        ("a.mp4", b"<html></html>", "内容不是 MP4 格式"),
        ("a.webm", b"\x00\x00\x00\x18ftypmp42", "内容不是 WEBM 格式"),
        ("a.svg", b"<svg/>", "类型不在允许之列"),
        ("a.exe", b"MZ", "类型不在允许之列"),
        ("a", b"a", "类型不在允许之列"),
        ("a.pdf", b"", "是空的"),
        ("a.docx", uploads.docx(**{"vbaProject.bin": b"x"}), "带有宏"),
        ("a.docx", uploads.docx(**{"media/a.png": bytes(2 * 1024**2)}), "疑为压缩炸弹"),
        ("a.ofd", uploads.ofd(**{"a.xml": bytes(2 * 1024**2)}), "疑为压缩炸弹"),
        ("a.zip", uploads.packed({"b.zip": uploads.packed({"c": bytes(2 * 1024**2)})}), "疑为压缩炸弹"),
        ("a.zip", nested(4), "套了超过 3 层"),
        ("a.zip", uploads.packed({"../a.txt": b"a"}), "不是包内的相对路径"),
        ("a.zip", lying(), "疑为压缩炸弹"),
        ("a.zip", uploads.packed({"a.txt": b"a"})[:-30], "不是 zip 文件，或已损坏"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_by_name(name: str, data: bytes, words: str) -> None:
    with pytest.raises(InvalidValue, match=words) as refusal:
        hold_document(io.BytesIO(data), extension_of(name), name)
    assert name in refusal.value.message


@pytest.mark.parametrize(("bound", "value"), [("MOST_KEPT_ENTRIES", 1), ("MOST_KEPT_BYTES", 1)])
def test_entries_and_bytes_count_through_all_levels(monkeypatch: Any, bound: str, value: int) -> None:
    """Neither level alone is above the bound, both together are."""
    data = nested(2)
    monkeypatch.setattr(containers, bound, value if bound == "MOST_KEPT_ENTRIES" else len(nested(1)))
    with pytest.raises(InvalidValue, match="请分成几包"):
        hold_document(io.BytesIO(data), "zip", "a.zip")
    hold_document(io.BytesIO(nested(1)), "zip", "a.zip")


def test_three_levels_are_taken() -> None:
    hold_document(io.BytesIO(nested(3)), "zip", "a.zip")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (uploads.huge_picture(20_000), "超过上限 40000000 点"),
        (uploads.huge_picture(7_000), "超过上限 40000000 点"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "不是完整的"),
        (uploads.picture(kind="BMP"), "不是完整的"),
        (uploads.picture()[:60], "不是完整的"),
        (b"", "不是完整的"),
    ],
)
def test_a_picture_that_is_none_or_too_large_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(InvalidValue, match=words):
        picture_facts(data, "a.png")


@pytest.mark.parametrize(("kind", "extension"), [("PNG", "png"), ("JPEG", "jpg"), ("GIF", "gif"), ("WEBP", "webp")])
def test_a_picture_is_known_by_its_bytes(kind: str, extension: str) -> None:
    assert picture_facts(uploads.picture(kind=kind), "a.bin") == (extension, (32, 24))
