"""HTML of an old page as the blocks of a body.

A block refers to a file or a page by its address: ``{"type": "picture", "address", "alt", "caption"}``,
``{"type": "attachment", "address", "title"}``, and links as ``<a data-address="...">`` in paragraphs. What stands for
them here is put in when the page is written (``sites.importing.bodies``).
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import nh3
from bs4 import BeautifulSoup
from bs4.element import CData, NavigableString, PreformattedString, Tag
from django.conf import settings

from network.errors import InvalidValue
from sites.content.leaving import read_target
from sites.importing.items import Level, Note, shortened

LONGEST_HEADING, LONGEST_CAPTION, LONGEST_ALT, LONGEST_ADDRESS = 120, 200, 200, 1000
DEEPEST = 120
"""Levels of elements that are followed; what lies deeper gives its words only."""

MOST_CELLS = 20_000
WIDEST = 200
BOLD, ITALIC = {"b", "strong"}, {"i", "em"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
LISTS = {"ul", "ol"}
UNSEEN = {"script", "style", "noscript", "template", "head", "title", "meta", "link", "base", "colgroup", "map"}
LEFT_OUT = {
    "iframe": "嵌入的网页",
    "object": "嵌入的对象",
    "embed": "嵌入的对象",
    "video": "视频",
    "audio": "音频",
    "form": "表单",
    "svg": "矢量图",
    "canvas": "画布",
    "applet": "小程序",
    "frame": "框架",
    "frameset": "框架",
    "input": "表单",
    "select": "表单",
    "textarea": "表单",
    "button": "表单",
    "math": "公式",
}
INLINE = {
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "mark", "nobr", "o:p", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong",
    "st1:chsdate", "sub", "sup", "time", "tt", "u", "var", "wbr",
}  # fmt: skip
PICTURES = ("jpg", "jpeg", "png", "gif", "webp", "bmp")
SPACES = re.compile(r"[ \t\r\n\f\u00a0]+")
INDENT = re.compile(r"^[\s\u3000\u00a0]+|[\s\u3000\u00a0]+$")
EMPTY_MARKS = re.compile(r"<(b|i)>((?:\s|<br/>)*)</\1>")
EDGE_BREAKS = re.compile(r"^(?:\s|\u3000|<br/>)+|(?:\s|\u3000|<br/>)+$")
LABEL = re.compile(r"(附件|附)?\s*[0-9一二三四五六七八九十]{0,3}\s*[:：.、]?\s*")
TAGS = {"p", "b", "i", "a", "br", "ul", "ol", "li"}
ATTRIBUTES = {"a": {"data-address"}}


@dataclass
class Body:
    """What came of one piece of HTML."""

    blocks: list[dict[str, Any]] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def body_of_html(markup: str | Tag, *, base: str, title: str = "") -> Body:
    """Blocks of HTML. ``base`` is what its addresses are relative to; a heading that repeats ``title`` is left out."""
    root = BeautifulSoup(markup, "html.parser") if isinstance(markup, str) else markup
    return _Walk(base, title).body_of(root)


def body_of_text(text: str) -> Body:
    """Blocks of plain text: a paragraph for each line."""
    lines = (INDENT.sub("", SPACES.sub(" ", line)) for line in text.splitlines())
    return Body(blocks=[_paragraph(html.escape(line, quote=False)) for line in lines if line])


def _paragraph(inner: str) -> dict[str, Any]:
    return {"type": "paragraph", "value": f"<p>{inner}</p>"}


def extension_of(address: str) -> str:
    """The extension that an address ends in, lower case; empty for none."""
    name = urlsplit(address).path.rsplit("/", 1)[-1]
    return name.rsplit(".", 1)[-1].lower() if "." in name else ""


class _Walk:
    """One walk over one body."""

    def __init__(self, base: str, title: str) -> None:
        self.base, self.title = base, title.strip()
        self.body = Body()
        self.seen: set[str] = set()
        self.dropped: Counter[str] = Counter()
        self.pieces: list[str] = []
        self.pending: list[dict[str, Any]] = []
        self.is_flattened = False

    def body_of(self, root: Tag) -> Body:
        self._blocks(root, 0)
        self._flush()
        for word, count in self.dropped.items():
            self._note(word, f"正文有 {count} 处{word}没有导入。请审稿时核对，需要的改为附件或链接。")
        if self.is_flattened:
            self._note("", f"正文的层次超过 {DEEPEST} 层，最里面只导入文字。请审稿时核对。")
        return self.body

    def _note(self, value: str, message: str) -> None:
        self.body.notes.append(Note(level=Level.NOTE, field="body", value=value, message=message))

    # Blocks

    def _blocks(self, parent: Tag, depth: int) -> None:
        for node in parent.children:
            if isinstance(node, NavigableString):
                self._text(node)
            elif isinstance(node, Tag):
                self._element(node, depth + 1)

    def _element(self, tag: Tag, depth: int) -> None:
        name = tag.name.lower()
        if name in UNSEEN or _is_hidden(tag):
            return
        if name in LEFT_OUT:
            self.dropped[LEFT_OUT[name]] += 1
            return
        if depth > DEEPEST:
            self.is_flattened = True
            self.pieces.append(html.escape(SPACES.sub(" ", tag.get_text(" ")), quote=False))
        elif name == "br":
            self.pieces.append("<br/>")
        elif name == "img":
            self._picture(tag)
        elif name in INLINE:
            self._inline(tag, name, depth)
        else:
            self._flush()
            self._block(tag, name, depth)
            self._flush()

    def _block(self, tag: Tag, name: str, depth: int) -> None:
        if name in HEADINGS:
            self._heading(tag, depth)
        elif name in LISTS:
            self._list(tag, depth)
        elif name == "table":
            self._table(tag, depth)
        elif name == "blockquote" and not tag.find(["table", "img", "ul", "ol"]):
            text = _words(tag)
            if text:
                self.body.blocks.append({"type": "quote", "value": text})
        elif name == "hr":
            return
        elif name == "figure":
            self._figure(tag, depth)
        else:
            self._blocks(tag, depth)

    def _heading(self, tag: Tag, depth: int) -> None:
        text = _words(tag)
        if not text or text == self.title or len(text) > LONGEST_HEADING or tag.find(["img", "a"]):
            if text != self.title:
                self._blocks(tag, depth)
            return
        self.body.blocks.append({"type": "heading", "value": text})

    def _figure(self, tag: Tag, depth: int) -> None:
        caption = tag.find("figcaption")
        text = _words(caption) if isinstance(caption, Tag) else ""
        if isinstance(caption, Tag):
            caption.extract()
        before = len(self.body.blocks)
        self._blocks(tag, depth)
        self._flush()
        pictures = [block for block in self.body.blocks[before:] if block["type"] == "picture"]
        if pictures and text:
            pictures[-1]["caption"] = text[:LONGEST_CAPTION]
        elif text:
            self.body.blocks.append(_paragraph(html.escape(text, quote=False)))

    def _list(self, tag: Tag, depth: int) -> None:
        markup = self._list_markup(tag, depth)
        if markup:
            self.body.blocks.append({"type": "paragraph", "value": self._clean(markup)})
        self._settle()

    def _list_markup(self, tag: Tag, depth: int) -> str:
        entries = []
        for item in tag.find_all("li", recursive=False):
            kept, self.pieces = self.pieces, []
            nested = ""
            for node in item.children:
                if isinstance(node, Tag) and node.name.lower() in LISTS and depth < DEEPEST:
                    nested += self._list_markup(node, depth + 1)
                elif isinstance(node, NavigableString):
                    self._text(node)
                elif isinstance(node, Tag):
                    self._inner(node, depth + 1)
            inner = EDGE_BREAKS.sub("", "".join(self.pieces))
            self.pieces = kept
            if inner or nested:
                entries.append(f"<li>{inner}{nested}</li>")
        return f"<{tag.name.lower()}>{''.join(entries)}</{tag.name.lower()}>" if entries else ""

    def _inner(self, tag: Tag, depth: int) -> None:
        """An element inside a list entry: its blocks become lines."""
        name = tag.name.lower()
        if name in INLINE or name in {"br", "img"} or name in UNSEEN or name in LEFT_OUT or depth > DEEPEST:
            self._element(tag, depth)
            return
        if self.pieces:
            self.pieces.append("<br/>")
        for node in tag.children:
            if isinstance(node, NavigableString):
                self._text(node)
            elif isinstance(node, Tag):
                self._inner(node, depth + 1)

    # Tables

    def _table(self, tag: Tag, depth: int) -> None:
        rows = list(_rows(tag))
        width = max((len(row) for row in rows), default=0)
        is_layout = tag.find("table") is not None or width <= 1 or tag.find("img") is not None
        if is_layout:
            for row in rows:
                for cell in row:
                    self._blocks(cell, depth)
                    self._flush()
            return
        data, is_merged, is_cut = _grid(rows)
        if is_cut:
            self._note("表格", f"表格超过 {WIDEST} 列或 {MOST_CELLS} 格，超出的部分没有导入。请改为附件。")
        if not any(any(line) for line in data):
            return
        if is_merged:
            self._note("合并单元格", "表格中的合并单元格已拆开，文字在左上角一格。请审稿时核对。")
        caption = tag.find("caption")
        first = rows[0]
        self.body.blocks.append(
            {
                "type": "table",
                "value": {
                    "data": data,
                    "cell": [],
                    "first_row_is_table_header": all(cell.name == "th" for cell in first),
                    "first_col_is_header": len(rows) > 1 and all(row and row[0].name == "th" for row in rows[1:]),
                    "table_caption": _words(caption)[:LONGEST_CAPTION] if isinstance(caption, Tag) else "",
                },
            }
        )

    # Text, links, pictures

    def _text(self, node: NavigableString) -> None:
        if isinstance(node, PreformattedString) and not isinstance(node, CData):
            return  # comments, processing instructions, the document type
        text = SPACES.sub(" ", str(node))
        if text.strip(" ") or (text and self.pieces):
            is_indented = text.lstrip(" ").startswith("\u3000") and bool(self.pieces)
            if is_indented and self.pieces[-1] == "<br/>":
                self._flush()  # a line that begins anew, as old pages write paragraphs
            self.pieces.append(html.escape(text, quote=False))

    def _inline(self, tag: Tag, name: str, depth: int) -> None:
        if name == "a":
            self._link(tag, depth)
        elif name in BOLD | ITALIC and not tag.find(["p", "div", "table", "ul", "ol"]):
            mark = "b" if name in BOLD else "i"
            self.pieces.append(f"<{mark}>")
            self._blocks(tag, depth)
            self.pieces.append(f"</{mark}>")
        else:
            self._blocks(tag, depth)

    def _link(self, tag: Tag, depth: int) -> None:
        address = str(tag.get("href") or "").strip()
        if not address or address.startswith("#"):
            self._blocks(tag, depth)
            return
        target = self._address(address, tag)
        if target is None:
            self._blocks(tag, depth)
            return
        extension = extension_of(target)
        words = _words(tag)
        if extension in PICTURES and tag.find("img") is not None:
            self._blocks(tag, depth)  # a small picture that leads to itself
            return
        if extension in settings.WAGTAILDOCS_EXTENSIONS:
            self._file(target, is_picture=False)
            if _stands_alone(tag):
                title = words or target.rsplit("/", 1)[-1]
                self.pending.append({"type": "attachment", "address": target, "title": title})
                return
        if not words:
            self._blocks(tag, depth)
            return
        self.pieces.append(f'<a data-address="{html.escape(target)}">')
        self._blocks(tag, depth)
        self.pieces.append("</a>")

    def _address(self, written: str, tag: Tag) -> str | None:
        """The whole address; None, with a note, for one that a link may not have."""
        try:
            target = urljoin(self.base, written)
            if urlsplit(target).scheme in {"http", "https"} and len(target) > LONGEST_ADDRESS:
                raise InvalidValue("too long")
            return read_target(target).address
        except (InvalidValue, ValueError):
            words = _words(tag)
            self._note(
                written, f"链接“{shortened(written)}”不是可用的网址，只导入了文字“{shortened(words)}”。请审稿时核对。"
            )
            return None

    def _picture(self, tag: Tag) -> None:
        address = str(tag.get("src") or tag.get("data-src") or "").strip()
        alt = SPACES.sub(" ", str(tag.get("alt") or "")).strip()[:LONGEST_ALT]
        if not address or address.startswith("data:"):
            if address:
                self._note("data:", "正文有一张写在网页里的图片（data: 地址），没有导入。请另行上传。")
            return
        if _is_ornament(tag):
            return
        try:
            target = urldefrag(urljoin(self.base, address)).url
        except ValueError:
            self._note(address, f"图片地址“{shortened(address)}”写法有误，没有导入。请另行上传。")
            return
        if len(target) > LONGEST_ADDRESS:
            self._note(address, "图片地址超过 1000 字，没有导入。请另行上传。")
            return
        if not alt:
            self._note(target, "图片没有替代文字（alt），送审时会被拦下。请在来源中补上，或导入后在图片库中填写。")
        self._file(target, is_picture=True, alt=alt)
        self.pending.append({"type": "picture", "address": target, "alt": alt, "caption": ""})

    def _file(self, address: str, *, is_picture: bool, alt: str = "") -> None:
        if address not in self.seen:
            self.seen.add(address)
            self.body.files.append({"address": address, "is_picture": is_picture, "alt": alt})

    # Paragraphs

    def _flush(self) -> None:
        """End the paragraph under way, then put what stood in it (pictures, attachments) after it."""
        text = self._clean(_balanced("".join(self.pieces)))
        self.pieces = []
        for part in re.split(r"(?:<br/?>\s*){2,}", text):
            inner = INDENT.sub("", EDGE_BREAKS.sub("", part))
            inner = EMPTY_MARKS.sub(r"\2", inner)
            words = nh3.clean(inner, tags=set()).strip(" \u3000")
            is_label = any(block["type"] == "attachment" for block in self.pending) and LABEL.fullmatch(words)
            if words and not is_label:
                self.body.blocks.append(_paragraph(_balanced(inner)))
        self._settle()

    def _settle(self) -> None:
        self.body.blocks += self.pending
        self.pending = []

    def _clean(self, markup: str) -> str:
        """Through the sanitiser, whatever the walk let pass."""
        cleaned = nh3.clean(
            markup, tags=TAGS, attributes=ATTRIBUTES, link_rel=None, url_schemes={"http", "https", "mailto", "tel"}
        )
        return cleaned.replace("<br>", "<br/>")


def _balanced(markup: str) -> str:
    """Markup with every mark closed in the piece where it opens."""
    opened: list[str] = []
    result: list[str] = []
    for piece in re.split(r"(</?[bia](?:\s[^>]*)?>)", markup):
        match = re.fullmatch(r"<(/?)([bia])(?:\s[^>]*)?>", piece)
        if match is None or not match[1]:
            if match is not None:
                opened.append(match[2])
            result.append(piece)
        elif match[2] in opened:
            while True:
                name = opened.pop()
                result.append(f"</{name}>")
                if name == match[2]:
                    break
    result += [f"</{name}>" for name in reversed(opened)]
    return "".join(result)


def _words(tag: Tag) -> str:
    return INDENT.sub("", SPACES.sub(" ", tag.get_text(" " if tag.find("br") else "")))


def _is_hidden(tag: Tag) -> bool:
    style = re.sub(r"\s", "", str(tag.get("style") or "")).lower()
    return tag.has_attr("hidden") or "display:none" in style or "visibility:hidden" in style


def _is_ornament(tag: Tag) -> bool:
    """A spacer: pictures of one or two points that old pages hold their layout with."""
    sizes = [str(tag.get(name) or "") for name in ("width", "height")]
    return any(size.isdigit() and int(size) <= 2 for size in sizes)


def _stands_alone(tag: Tag) -> bool:
    """Whether a link is all that its line says, but for a word like 附件 before it."""
    line: Tag = tag
    while line.parent is not None and line.parent.name in INLINE:
        line = line.parent
    block = line.parent
    if block is None or block.name in {"li", "td", "th"}:
        return False
    around = _words(block).replace(_words(tag), "", 1)
    return LABEL.fullmatch(around) is not None


def _rows(table: Tag) -> Iterator[list[Tag]]:
    """The cells of each row of this table, nested tables left to their own."""
    for child in table.find_all(["tr", "thead", "tbody", "tfoot"], recursive=False):
        lines = [child] if child.name == "tr" else child.find_all("tr", recursive=False)
        for line in lines:
            yield line.find_all(["td", "th"], recursive=False)


def _span(cell: Tag, name: str) -> int:
    text = str(cell.get(name) or "1").strip()
    return min(max(int(text), 1), WIDEST) if text.isdigit() and len(text) < 6 else 1


def _grid(rows: list[list[Tag]]) -> tuple[list[list[str]], bool, bool]:
    """Text of the cells in a full rectangle, spans as empty cells; whether there were spans, whether cells are cut."""
    taken: dict[tuple[int, int], str] = {}
    is_merged = is_cut = False
    for top, row in enumerate(rows):
        left = 0
        for cell in row:
            while (top, left) in taken:
                left += 1
            across, down = _span(cell, "colspan"), _span(cell, "rowspan")
            is_merged = is_merged or across > 1 or down > 1
            for line in range(top, min(top + down, len(rows))):
                for column in range(left, left + across):
                    if column >= WIDEST or len(taken) >= MOST_CELLS:
                        is_cut = True
                        break
                    taken.setdefault((line, column), _words(cell) if (line, column) == (top, left) else "")
            left += across
    width = max((column for _line, column in taken), default=-1) + 1
    return [[taken.get((line, column), "") for column in range(width)] for line in range(len(rows))], is_merged, is_cut
