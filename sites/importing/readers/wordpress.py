"""WordPress exports (WXR): its posts and pages, read as a stream."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from network.errors import InvalidValue
from sites.importing.items import Level, Note, RawItem

POSTS = {"post", "page"}
SHOWN = {"publish", ""}
NO_DATE = "0000-00-00"
BROKEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
REPLACEMENT = "\ufffd".encode()
STATUSES = {
    "draft": "草稿",
    "pending": "待审",
    "private": "私密",
    "future": "定时",
    "trash": "回收站",
    "inherit": "附属",
}
BLOCKS = re.compile(r"<(p|div|table|ul|ol|li|h[1-6]|blockquote|figure|pre|section|hr)\b", re.IGNORECASE)
CAPTION = re.compile(r"\[caption[^\]]*\](.*?)\[/caption\]", re.DOTALL)
SHORTCODE = re.compile(r"\[/?(gallery|embed|video|audio|playlist|contact-form-7|wpforms|su_\w+|vc_\w+)\b[^\]]*\]")
IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)


class WordPressReader:
    """The posts and pages of an export in its order; menus, attachments, revisions are no rows."""

    columns: Sequence[str] = ()

    def __init__(self, path: Path, *, name: str) -> None:
        self._path, self._name = path, name
        if next(self._entries(), None) is None:
            raise InvalidValue(
                f"“{name}”里没有 WordPress 的文章或页面。请在 WordPress 的“工具－导出”中选“所有内容”重新导出。",
                name=name,
            )

    @property
    def total(self) -> int:
        return sum(1 for _entry in self._entries())

    def items(self, start: int, count: int) -> Iterator[RawItem]:
        for number, entry in enumerate(islice(self._entries(), start, start + count), start=start + 1):
            yield _item(number, entry)

    def _entries(self) -> Iterator[dict[str, Any]]:
        """What each post says, one held at a time. Raises InvalidValue at the place where the file breaks."""
        with self._path.open("rb") as file:
            try:
                yield from _posts(_Mended(file))
            except ParseError as error:
                line, column = error.position
                raise InvalidValue(
                    f"“{self._name}”第 {line} 行第 {column} 列不是完好的 XML：{error}。请从 WordPress 重新导出。"
                ) from error
            except (DefusedXmlException, ValueError) as error:
                raise InvalidValue(
                    f"“{self._name}”带有文档类型或实体声明，不予读取。请从 WordPress 重新导出。"
                ) from error

    def open_file(self, address: str) -> bytes | None:
        return None

    def has_file(self, address: str) -> bool:
        return False

    def close(self) -> None:
        """Nothing is held open."""


class _Mended:
    """A file whose control characters, which no XML may hold, are read as the mark of a lost character."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        return BROKEN.sub(REPLACEMENT, self._file.read(size))


def _posts(file: Any) -> Iterator[dict[str, Any]]:
    channel: Element | None = None
    for event, element in iterparse(file, events=("start", "end"), forbid_dtd=True):
        name = element.tag.rpartition("}")[2]
        if event == "start":
            if name == "channel":
                channel = element
            continue
        if name != "item" or channel is None:
            continue
        entry = _entry(element)
        channel.clear()
        if entry["post_type"] in POSTS:
            yield entry


def _entry(item: Element) -> dict[str, Any]:
    entry: dict[str, Any] = {"categories": [], "tags": [], "post_type": "post"}
    for child in item:
        space, _brace, name = child.tag.rpartition("}")
        text = child.text or ""
        if name == "encoded":
            entry["excerpt" if "excerpt" in space else "content"] = text
        elif name == "category":
            entry["tags" if child.get("domain") == "post_tag" else "categories"].append(text.strip())
        elif name in ("title", "link", "creator", "post_id", "post_date", "status", "post_type", "post_password"):
            entry[name] = text.strip()
    return entry


def _item(number: int, entry: dict[str, Any]) -> RawItem:
    link = entry.get("link", "")
    date = entry.get("post_date", "")
    item = RawItem(
        number=number,
        key=f"wp{entry['post_id']}" if entry.get("post_id") else "",
        title=html.unescape(entry.get("title", "")),
        published="" if date.startswith(NO_DATE) else date,
        column=html.unescape(entry["categories"][0]) if entry["categories"] else "",
        address=link,
        base=link,
        author=entry.get("creator", ""),
        keywords=html.unescape(" ".join(entry["tags"])),
        summary=html.unescape(re.sub(r"<[^>]+>", "", entry.get("excerpt", ""))),
    )
    status = entry.get("status", "")
    if status not in SHOWN:
        message = (
            f"在 WordPress 中为“{STATUSES.get(status, status)}”，没有公开过，已跳过。要导入的请先在那里发布再导出。"
        )
        item.notes.append(Note(level=Level.SKIP, field="status", value=status, message=message))
    elif entry.get("post_password"):
        message = "在 WordPress 中设了访问密码，没有公开过，已跳过。"
        item.notes.append(Note(level=Level.SKIP, field="post_password", message=message))
    item.body = _markup(entry.get("content", ""), item)
    return item


def _markup(content: str, item: RawItem) -> str:
    """The content as HTML: captions as figures, blank lines as paragraphs, other shortcodes left out with a note."""
    text = CAPTION.sub(_figure, content)
    found = SHORTCODE.search(text)
    if found is not None:
        message = f"正文有短代码“{found[0][:60]}”，它显示的内容不在导出文件里，没有导入。请审稿时补上。"
        item.notes.append(Note(level=Level.NOTE, field="body", value=found[0], message=message))
        text = SHORTCODE.sub("", text)
    if "<p" in text:
        return text
    pieces = [piece.strip() for piece in re.split(r"\n\s*\n", text.replace("\r\n", "\n"))]
    return "\n".join(
        piece if BLOCKS.match(piece) else f"<p>{piece.replace(chr(10), '<br/>')}</p>" for piece in pieces if piece
    )


def _figure(match: re.Match[str]) -> str:
    image = IMAGE.search(match[1])
    words = re.sub(r"<[^>]+>", "", match[1]).strip()
    return f"<figure>{image[0] if image else ''}<figcaption>{words}</figcaption></figure>"
