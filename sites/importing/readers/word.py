"""Word documents (docx), one or many in a zip: each is an item, its file name the title unless it has one."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote, unquote, urlsplit
from xml.parsers.expat import ExpatError

import mammoth
from bs4 import BeautifulSoup
from bs4.element import Tag

from network.errors import InvalidValue
from sites.importing.items import Level, Note, RawItem
from sites.media.containers import DAMAGED, entry_name, hold_xml, open_zip, read_entry

DOCUMENT = "word/document.xml"
OLD = (".doc", ".wps", ".rtf")
MOST_XML_BYTES = 32 * 1024**2
"""Of a document's parts together: they are held in memory while they are read."""

SCHEME = "word"
STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='标题'] => h1:fresh
"""


class WordReader:
    """The documents of a zip in the order of their names, or the one that was uploaded."""

    columns: Sequence[str] = ()

    def __init__(self, path: Path, *, name: str) -> None:
        self._zip = open_zip(path, name=name)
        self._path, self._name = path, name
        self._is_single = DOCUMENT in self._zip.namelist()
        infos = {entry_name(info): info for info in self._zip.infolist() if not info.is_dir()}
        self._files = infos
        wanted = (".docx", *OLD)
        inside = sorted(each for each in infos if each.lower().endswith(wanted) and not _is_lock(each))
        self._names = [name] if self._is_single else inside
        self.total = len(self._names)
        if not self._names:
            self._zip.close()
            raise InvalidValue(f"“{name}”里没有 Word 文档（.docx）。请上传 .docx，或把多个 .docx 打成 zip。", name=name)

    def items(self, start: int, count: int) -> Iterator[RawItem]:
        for number, name in enumerate(self._names[start : start + count], start=start + 1):
            yield self._item(number, name)

    def _item(self, number: int, name: str) -> RawItem:
        item = RawItem(number=number, key=name, title=PurePosixPath(name).stem)
        parts = PurePosixPath(name).parts
        item.column = parts[-2] if len(parts) > 1 else ""
        try:
            markup, warnings = self._converted(name, {})
        except InvalidValue as error:
            item.notes.append(Note(level=Level.REFUSAL, field="file", value=name, message=error.message))
            return item
        soup = BeautifulSoup(markup, "html.parser")
        heading = soup.find("h1")
        if isinstance(heading, Tag) and heading.get_text(strip=True):
            item.title = heading.get_text(strip=True)
        item.body = soup
        for warning in warnings:
            item.notes.append(Note(level=Level.NOTE, field="file", value=name, message=warning))
        return item

    def _bytes(self, name: str) -> bytes:
        return self._path.read_bytes() if self._is_single else read_entry(self._zip, self._files[name])

    def _converted(self, name: str, pictures: dict[str, bytes]) -> tuple[str, list[str]]:
        """HTML of a document with what was left out; ``pictures`` gets each picture under its address."""
        if name.lower().endswith(OLD) and not self._is_single:
            raise InvalidValue(f"“{name}”是旧格式的文档。请在 Word 或 WPS 中另存为 .docx 后再导入。", name=name)
        data = self._bytes(name)
        _hold(data, name)

        def keep(image: Any) -> dict[str, str]:
            extension = str(image.content_type or "").rpartition("/")[2] or "bin"
            address = f"{SCHEME}://docx/{quote(name)}/{len(pictures) + 1}.{extension}"
            with image.open() as file:
                pictures[address] = file.read()
            return {"src": address}

        try:
            result = mammoth.convert_to_html(
                io.BytesIO(data), style_map=STYLES, convert_image=mammoth.images.img_element(keep)
            )
        except (*DAMAGED, ExpatError, KeyError, ValueError, AttributeError, OSError) as error:
            raise InvalidValue(f"“{name}”读不出来：{error}。请在 Word 或 WPS 中另存为 .docx 后再导入。") from error
        left_out = [each.message for each in result.messages if each.type == "error"]
        return result.value, [f"文档中有一处没有导入：{message}。请审稿时核对。" for message in left_out]

    def _place(self, address: str) -> str:
        """The document that an address of a picture is of; empty for another address."""
        if not address.startswith(f"{SCHEME}://docx/"):
            return ""
        name = unquote(urlsplit(address).path.removeprefix("/").rpartition("/")[0])
        return name if name in self._names else ""

    def open_file(self, address: str) -> bytes | None:
        name = self._place(address)
        if not name:
            return None
        pictures: dict[str, bytes] = {}
        self._converted(name, pictures)
        return pictures.get(address)

    def has_file(self, address: str) -> bool:
        return bool(self._place(address))

    def close(self) -> None:
        self._zip.close()


def _is_lock(name: str) -> bool:
    return PurePosixPath(name).name.startswith("~$")


def _hold(data: bytes, name: str) -> None:
    """Bounds and parts of one document, before it is read as one. Raises InvalidValue."""
    with open_zip(io.BytesIO(data), name=name) as held:
        if DOCUMENT not in held.namelist():
            raise InvalidValue(
                f"“{name}”不是 Word 文档（缺少 {DOCUMENT}）。请在 Word 或 WPS 中另存为 .docx。", name=name
            )
        size = sum(info.file_size for info in held.infolist() if info.filename.endswith((".xml", ".rels")))
        if size > MOST_XML_BYTES:
            raise InvalidValue(f"“{name}”的文字部分有 {size} 字节，超过上限 {MOST_XML_BYTES} 字节。请拆成几份。")
        hold_xml(held, name)
