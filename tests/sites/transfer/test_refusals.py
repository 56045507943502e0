"""Archives that are damaged, crafted or foreign are refused with a sentence, and nothing is written."""

from __future__ import annotations

import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from wagtail.models import Page

from network.errors import InvalidValue, NotAllowed
from network.tenancy.api import Site, in_site
from network.transfer.archive import MANIFEST, SIGNATURE
from sites.media.models import SiteDocument, SiteImage
from sites.transfer.checking import check_file
from sites.transfer.importing import import_into
from tests.sites.transfer import forging
from tests.sites.transfer.forging import change_records

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]

CONTENT = (
    "site.json",
    "content/pages.jsonl",
    "content/revisions.jsonl",
    "content/images.jsonl",
    "content/decisions.jsonl",
    MANIFEST,
)


def test_the_archive_itself_is_accepted(archive_file: Path) -> None:
    report = check_file(archive_file)
    assert report["trust"] == "trusted"
    assert report["counts"]["images"] == 1
    assert report["dangling_references"] == 0


@pytest.mark.parametrize("name", [*CONTENT, "files/"])
def test_one_flipped_byte_is_found(archive_file: Path, tmp_path: Path, name: str) -> None:
    """Inside the stored bytes of one entry, whatever the container says of them."""
    entries = forging.read(archive_file)
    wanted = next(entry for entry in entries if entry.startswith(name))
    data = bytearray(entries[wanted])
    data[len(data) // 2] ^= 1
    entries[wanted] = bytes(data)
    with pytest.raises(InvalidValue, match="损坏|不符|不是 UTF-8"):
        check_file(forging.write(entries, tmp_path / "flipped.zip"))


def test_a_flipped_byte_of_the_file_is_found(archive_file: Path, tmp_path: Path) -> None:
    data = bytearray(archive_file.read_bytes())
    with zipfile.ZipFile(archive_file) as held:
        info = held.getinfo("content/pages.jsonl")
    data[info.header_offset + 200] ^= 1
    (tmp_path / "flipped.zip").write_bytes(data)
    with pytest.raises(InvalidValue, match="损坏"):
        check_file(tmp_path / "flipped.zip")


def test_what_is_no_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.zip").write_text("not a zip", encoding="utf-8")
    with pytest.raises(InvalidValue, match="不是 zip 格式"):
        check_file(tmp_path / "text.zip")
    with pytest.raises(InvalidValue, match="不是 zip 格式"):
        check_file(tmp_path / "missing.zip")
    with zipfile.ZipFile(tmp_path / "empty.zip", "w"):
        pass
    with pytest.raises(InvalidValue, match="缺少“manifest.json”"):
        check_file(tmp_path / "empty.zip")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("../evil.jsonl", "不在格式规定之内"),
        ("/etc/passwd", "不在格式规定之内"),
        ("content/../../evil.jsonl", "不在格式规定之内"),
        ("files\\..\\evil", "不在格式规定之内"),
        ("content/" + "长" * 90 + ".jsonl", "超过 255 字节"),
        ("content/secret.txt", "不在格式规定之内"),
    ],
)
def test_names_outside_the_format_are_refused(archive_file: Path, tmp_path: Path, name: str, sentence: str) -> None:
    entries = forging.read(archive_file)
    entries[name] = b"x"
    with pytest.raises(InvalidValue, match=sentence):
        check_file(forging.write(entries, tmp_path / "names.zip"))
    assert not (tmp_path.parent / "evil.jsonl").exists()


def test_a_symbolic_link_is_refused(archive_file: Path, tmp_path: Path) -> None:
    path = forging.write(forging.read(archive_file), tmp_path / "link.zip")
    with zipfile.ZipFile(path, "a") as held:
        info = zipfile.ZipInfo("files/aa/" + "a" * 64)
        info.external_attr = 0o120777 << 16
        held.writestr(info, "/etc/passwd")
    with pytest.raises(InvalidValue, match="符号链接"):
        check_file(path)


def test_a_name_twice_is_refused(archive_file: Path, tmp_path: Path) -> None:
    path = forging.write(forging.read(archive_file), tmp_path / "twice.zip")
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(path, "a") as held:
        held.writestr("content/pages.jsonl", "")
    with pytest.raises(InvalidValue, match="出现两次"):
        check_file(path)


def test_a_bomb_is_refused_before_it_is_unpacked(archive_file: Path, tmp_path: Path) -> None:
    entries = forging.read(archive_file)
    entries["files/aa/" + "a" * 64] = bytes(64 * 1024 * 1024)
    with pytest.raises(InvalidValue, match="压缩炸弹"):
        check_file(forging.write(entries, tmp_path / "bomb.zip"))


def test_a_size_that_lies_is_found(archive_file: Path, tmp_path: Path) -> None:
    """The central directory says a smaller size than the entry unpacks to."""
    path = forging.write(forging.read(archive_file), tmp_path / "lies.zip")
    data = bytearray(path.read_bytes())
    place = data.rfind(b"content/pages.jsonl") - 46 + 24
    data[place : place + 4] = struct.pack("<I", 10)
    path.write_bytes(data)
    with pytest.raises(InvalidValue, match="损坏"):
        check_file(path)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [({"version": 2}, "只认版本 1"), ({"format": "other"}, "不是整站档案")],
)
def test_another_format_is_refused(archive_file: Path, forge: Any, facts: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidValue, match=sentence):
        check_file(forge(archive_file, lambda entries: None, **facts))


def test_a_manifest_that_does_not_fit_is_refused(archive_file: Path, forge: Any, tmp_path: Path) -> None:
    entries = forging.read(archive_file)
    manifest = json.loads(entries[MANIFEST])
    manifest["files"][0]["sha256"] = "0" * 64
    entries[MANIFEST] = json.dumps(manifest).encode()
    with pytest.raises(InvalidValue, match="签名与内容不符"):
        check_file(forging.write(entries, tmp_path / "hash.zip"))
    entries.pop(SIGNATURE)
    with pytest.raises(InvalidValue, match="SHA-256"):
        check_file(forging.write(entries, tmp_path / "hash.zip"))


def drop_file(entries: forging.Entries) -> None:
    entries.pop(next(name for name in entries if name.startswith("files/")))


def add_unknown_kind(entries: forging.Entries) -> None:
    entries["content/letters_of_later.jsonl"] = b'{"uid":"1"}\n'


def first(kind: str, change: Callable[[dict[str, Any]], Any]) -> Callable[[forging.Entries], None]:
    return change_records(kind, lambda records: change(records[-1]))


def same_uid(records: list[dict[str, Any]]) -> None:
    records[-1]["uid"] = records[-2]["uid"]


def no_column(records: list[dict[str, Any]]) -> None:
    records[:] = [record for record in records if record["fields"]["slug"] != "tzgg"]


def same_address(records: list[dict[str, Any]]) -> None:
    by_slug = {record["fields"]["slug"]: record for record in records}
    by_slug["rich"]["fields"]["slug"] = "plain"


def no_such_person(record: dict[str, Any]) -> None:
    record["department"], record["person"] = "办公室", {"kind": "person", "uid": "nobody"}


BAD_CONTENT = [
    (first("column_owners", no_such_person), "责任人“nobody”不在档案中"),
    (first("column_owners", lambda record: record.update(department="处" * 81)), "责任部门无效或过长"),
    (first("column_owners", lambda record: record["column"].update(uid="0")), "不是档案中的栏目"),
    (drop_file, "内容不在档案中"),
    (add_unknown_kind, "不认识的内容种类“letters_of_later”"),
    (change_records("pages", same_uid), "出现两次"),
    (change_records("images", lambda records: records.append(dict(records[0]))), "出现两次"),
    (change_records("pages", no_column), "不在档案中，或排在它之后"),
    (change_records("pages", same_address), "在同一栏目下出现两次"),
    (first("pages", lambda page: page.update(kind="poem")), "页面类别“poem”不存在"),
    (first("pages", lambda page: page["fields"].update(colour="red")), "本系统没有的字段“colour”"),
    (first("pages", lambda page: page["fields"].update(title="长" * 300)), "超过 255 个"),
    (first("pages", lambda page: page["fields"].update(title="  ")), "没有标题"),
    (first("pages", lambda page: page["fields"].update(slug="../x")), "网址段"),
    (first("pages", lambda page: page["fields"].update(first_published_at="昨天")), "无效"),
    (first("pages", lambda page: page.pop("fields")), "字段缺失或类型不符"),
    (first("pages", lambda page: page["fields"].update(live="yes")), "类型不符"),
    (first("images", lambda image: image.update(path="../../evil.png")), "不是站内的相对路径"),
    (first("images", lambda image: image.update(path="/etc/evil.png")), "不是站内的相对路径"),
    (first("images", lambda image: image.update(path="a/" + "长" * 86 + ".png")), "过长"),
    (first("images", lambda image: image.update(path="evil.svg")), "类型不在允许之列"),
    (first("images", lambda image: image.update(path="evil.jpg")), "不是 JPEG 图片"),
    (first("documents", lambda held: held.update(path="evil.html")), "类型不在允许之列"),
    (first("revisions", lambda held: held["page"].update(uid="0" * 36)), "不在档案中"),
    (first("decisions", lambda held: held["revision"].update(uid="x/9")), "不在档案中"),
    (first("approvals", lambda held: held.update(kind="imported")), "核准类别“imported”不存在"),
    (first("people", lambda held: held.update(duties=["emperor"])), "不存在"),
    (lambda entries: entries.update({"content/pages.jsonl": b"\xff\xfe\n"}), "不是 UTF-8"),
    (lambda entries: entries.update({"content/pages.jsonl": b"[]\n"}), "不是带 uid 的 JSON 对象"),
]


def stored_files() -> set[Path]:
    """What lies on disk for the site one is in: files outlive the rows of a test that is rolled back."""
    return {path for path in Path(default_storage.path("")).rglob("*") if path.is_file()}


@pytest.mark.parametrize(("change", "sentence"), BAD_CONTENT, ids=[sentence for _, sentence in BAD_CONTENT])
def test_bad_content_is_refused_and_nothing_is_written(
    archive_file: Path, forge: Any, hebei: Site, change: Any, sentence: str
) -> None:
    forged = forge(archive_file, change)
    with in_site(hebei):
        before, files = Page.objects.count(), stored_files()
    with pytest.raises(InvalidValue, match=sentence):
        import_into(forged, hebei.slug, person="tests")
    with in_site(hebei):
        assert Page.objects.count() == before
        assert SiteImage.objects.count() + SiteDocument.objects.count() == 0
        assert stored_files() == files


@pytest.mark.parametrize(
    "markup",
    ["<script>alert(1)</script>", '<p onclick="x()">点</p>', '<a href="javascript:x()">点</a>', '<p style="x">y</p>'],
)
def test_markup_of_a_stranger_is_refused(archive_file: Path, forge: Any, markup: str) -> None:
    def inject(records: list[dict[str, Any]]) -> None:
        page = next(record for record in records if record["fields"]["slug"] == "draft")
        page["fields"]["body"].append({"type": "paragraph", "value": markup, "id": "x"})

    forged = forge(archive_file, change_records("pages", inject), by=forging.STRANGER)
    with pytest.raises(InvalidValue, match="不允许的标记"):
        check_file(forged)


def test_a_site_with_content_takes_no_archive(archive: Path, guangzhou: Site) -> None:
    with in_site(guangzhou):
        before = Page.objects.count()
    with pytest.raises(NotAllowed, match="已有 .* 件内容"):
        import_into(archive, guangzhou.slug, person="tests")
    with in_site(guangzhou):
        assert Page.objects.count() == before


def test_a_lost_file_stops_the_export_by_name(guangzhou: Site, archive: Path, tmp_path: Path) -> None:
    from tests.sites.transfer.rich_site import export

    with in_site(guangzhou):
        name = SiteDocument.objects.get().file.name
        default_storage.delete(name)
    with pytest.raises(InvalidValue, match=f"文件“{name}”在本站已丢失"):
        export(guangzhou, tmp_path, "lost.zip")
    assert not (tmp_path / "lost.zip").exists()
    assert not list(tmp_path.glob("*.part"))
