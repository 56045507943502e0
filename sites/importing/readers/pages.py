"""Pages of an old site, packed as they lay on its disk, read by the labels that government pages carry.

Source of the labels: 国办发〔2017〕47号 附件《网页设计规范》: SiteName, ColumnName, ArticleTitle, PubDate,
ContentSource with others.
"""

from __future__ import annotations

import tomllib
import zipfile
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from posixpath import normpath
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from bs4 import BeautifulSoup
from bs4.element import Tag

from network.errors import InvalidValue
from sites.importing.encodings import decode
from sites.importing.items import Level, Note, RawItem, shortened
from sites.media.containers import entry_name, fault_of, open_zip, read_entry

EXTENSIONS = (".html", ".htm", ".shtml", ".xhtml")
REGIONS = Path(__file__).parent.parent / "data" / "html_regions.toml"
MOST_PAGE_BYTES = 8 * 1024**2
COLONS = ("：", ":")
LONGEST_LABEL, MOST_FACT = 14, 500
NUMBER_NAMES = ("文号", "发文字号", "document_number")
SHORTEST_GUESS = 20
"""Characters that a body found by density alone has at least."""


@lru_cache(maxsize=1)
def regions() -> dict[str, list[str]]:
    """Where bodies stand on old pages, what in them is not the body's."""
    return tomllib.loads(REGIONS.read_text(encoding="utf-8"))


class PagesReader:
    """The HTML files of a zip in the order of their names; everything else in it is for them to refer to."""

    columns: Sequence[str] = ()

    def __init__(self, path: Path, *, name: str, base: str, selector: str = "") -> None:
        """``base`` is the address under which the folder stood, with a slash at its end."""
        self._zip = open_zip(path, name=name)
        self._base, self._selector = base, selector
        infos = {entry_name(info): info for info in self._zip.infolist() if not info.is_dir()}
        self._files = infos
        self._pages = sorted(each for each in infos if each.lower().endswith(EXTENSIONS))
        self.total = len(self._pages)
        if not self._pages:
            self._zip.close()
            raise InvalidValue(f"“{name}”里没有网页（{'、'.join(EXTENSIONS)}）。请把旧站的网页文件夹打成 zip。")

    def items(self, start: int, count: int) -> Iterator[RawItem]:
        for number, name in enumerate(self._pages[start : start + count], start=start + 1):
            yield self._item(number, name, self._files[name])

    def _item(self, number: int, name: str, info: zipfile.ZipInfo) -> RawItem:
        address = urljoin(self._base, name)
        item = RawItem(number=number, key=name, title=name, address=address, base=address)
        try:
            if info.file_size > MOST_PAGE_BYTES and not fault_of(info):
                raise InvalidValue(f"网页“{name}”有 {info.file_size} 字节，超过上限 {MOST_PAGE_BYTES} 字节。请拆分。")
            text, _encoding = decode(read_entry(self._zip, info), name=name)
        except InvalidValue as error:
            item.notes.append(Note(level=Level.REFUSAL, field="file", value=name, message=error.message))
            return item
        return read_page(text, item, selector=self._selector)

    def open_file(self, address: str) -> bytes | None:
        info = self._files.get(self._path_of(address))
        return read_entry(self._zip, info) if info is not None else None

    def has_file(self, address: str) -> bool:
        return self._path_of(address) in self._files

    def _path_of(self, address: str) -> str:
        """Where in the folder an address stood; empty for one outside it."""
        if not address.startswith(self._base):
            return ""
        return normpath(unquote(urlsplit(address).path.removeprefix(urlsplit(self._base).path)))

    def close(self) -> None:
        self._zip.close()


def read_page(text: str, item: RawItem, *, selector: str = "") -> RawItem:
    """Fill an item from a page: labels first, then what the page shows."""
    soup = BeautifulSoup(text, "html.parser")
    labels = labels_of(soup)
    if not labels.get("articletitle") and labels.get("columnname") and not labels.get("pubdate"):
        message = "这是栏目页（有 ColumnName 而没有 ArticleTitle），不是稿件，已跳过。"
        item.notes.append(Note(level=Level.SKIP, field="ArticleTitle", message=message))
        return item
    item.title = labels.get("articletitle") or _shown_title(soup)
    if not labels.get("articletitle") and item.title:
        message = "网页没有 ArticleTitle 标签，标题取自网页上的标题。请审稿时核对。"
        item.notes.append(Note(level=Level.NOTE, field="ArticleTitle", value=item.title, message=message))
    item.published = labels.get("pubdate", "")
    item.source = labels.get("contentsource", "")
    item.column = labels.get("columnname", "")
    item.keywords = labels.get("keywords", "")
    item.author = labels.get("author", "")
    item.summary = labels.get("description", "")
    stated = _joined(item.address, labels.get("url", ""), "Url", item)
    if labels.get("url") and stated.startswith(("http://", "https://")):
        item.address = item.key = item.base = stated
    base = soup.find("base", href=True)
    if isinstance(base, Tag):
        item.base = _joined(item.base, str(base["href"]), "base", item)
    region = _region(soup, selector, item)
    item.body = region or ""
    item.facts = {**_facts_beside(soup, region), **labels}
    item.document_number = next((item.facts[name] for name in NUMBER_NAMES if item.facts.get(name)), "")
    return item


def _joined(base: str, written: str, name: str, item: RawItem) -> str:
    """A whole address; where what is written is none, the one that the page has anyway, with a note."""
    try:
        joined = urljoin(base, written)
        urlsplit(joined)
    except ValueError:
        message = f"网页的 {name}“{shortened(written)}”不是可用的网址，没有采用。请审稿时核对站内链接。"
        item.notes.append(Note(level=Level.NOTE, field=name, value=written, message=message))
        return base
    return joined


def labels_of(soup: BeautifulSoup) -> dict[str, str]:
    """Name of each label in lower case to its value; the first of a name that is not empty counts."""
    found: dict[str, str] = {}
    for tag in soup.find_all("meta", attrs={"name": True}):
        name, value = str(tag["name"]).strip().lower(), str(tag.get("content") or "").strip()
        if value and value.lower() != "null":
            found.setdefault(name, value)
    return found


def _facts_beside(soup: BeautifulSoup, region: Tag | None) -> dict[str, str]:
    """What the page says of its item outside the body: ``文号：`` in one cell, the value in the next."""
    found: dict[str, str] = {}
    for cell in soup.find_all(["td", "th", "dt", "span", "strong", "b", "label"]):
        words = "".join(cell.get_text().split())
        if not words.endswith(COLONS) or len(words) > LONGEST_LABEL or (region is not None and region in cell.parents):
            continue
        beside: Any = cell.find_next_sibling(["td", "th", "dd", "span"])
        value = " ".join(beside.get_text(" ").split()) if isinstance(beside, Tag) else ""
        if value and not value.endswith(COLONS):
            found.setdefault(words.rstrip("".join(COLONS)).lower(), value[:MOST_FACT])
    return found


def _shown_title(soup: BeautifulSoup) -> str:
    for name in ("h1", "title"):
        tag = soup.find(name)
        if isinstance(tag, Tag) and tag.get_text(strip=True):
            return " ".join(tag.get_text(" ").split())
    return ""


def _region(soup: BeautifulSoup, selector: str, item: RawItem) -> Tag | None:
    for wanted in [selector] if selector else regions()["body"]:
        for tag in soup.css.iselect(wanted):
            if tag.get_text(strip=True) or tag.find("img") is not None:
                return _without_tools(tag)
    if selector:
        message = f"网页上没有“{selector}”，找不到正文。请改正文位置的选择器，或不填，由系统查找。"
        item.notes.append(Note(level=Level.REFUSAL, field="selector", value=selector, message=message))
        return None
    densest = _densest(soup)
    if densest is None:
        message = "找不到正文。请在导入设置中填写正文位置的选择器，例如 #zoom。"
        item.notes.append(Note(level=Level.REFUSAL, field="body", message=message))
        return None
    message = "正文位置按文字多少推定。请审稿时核对，或在导入设置中填写选择器后重新试读。"
    item.notes.append(Note(level=Level.NOTE, field="body", value=_place(densest), message=message))
    return _without_tools(densest)


def _without_tools(region: Tag) -> Tag:
    for tag in region.select(", ".join(regions()["left_out"])):
        tag.extract()
    return region


def _densest(soup: BeautifulSoup) -> Tag | None:
    """The element whose own paragraphs hold most text."""
    lengths: dict[int, tuple[int, Any]] = {}
    for paragraph in soup.find_all(["p", "br"]):
        parent = paragraph.parent
        if parent is None:
            continue
        own = paragraph.get_text(strip=True) if paragraph.name == "p" else str(paragraph.next_sibling or "").strip()
        length, _tag = lengths.get(id(parent), (0, parent))
        lengths[id(parent)] = (length + len(own), parent)
    length, tag = max(lengths.values(), key=lambda pair: pair[0], default=(0, None))
    return tag if length >= SHORTEST_GUESS else None


def _place(tag: Tag) -> str:
    name = tag.name
    if tag.get("id"):
        return f"{name}#{tag['id']}"
    classes = tag.get("class")
    return f"{name}.{classes[0]}" if isinstance(classes, list) and classes else name
