"""An item's body in neutral form: no primary key, no host, every reference by uid or hash.

The same form is rendered on the site that wrote it and on every site that received it, so a
reader sees one text. ``{"blocks": [{"type", ...}]}``; a file is ``{"kind": "file", "uid": SHA-256}``,
a page ``{"kind": "item", "uid": content id}``.
"""

from __future__ import annotations

import re
from typing import Any

from bs4 import BeautifulSoup
from django.utils.html import strip_tags

from network.errors import InvalidValue
from sites.media.models import SiteDocument, SiteImage

SPACES = re.compile(r"\s+")
NOT_WORDS = ("kind", "type", "uid", "sha256", "form", "key", "path", "links")
REFERENCES = re.compile(r"<(a|embed)\b", re.IGNORECASE)


class NeutralWriter:
    """Turns the stored body of a local page into neutral form, collecting the files it refers to."""

    def __init__(self) -> None:
        self.files: dict[str, dict[str, Any]] = {}

    def body(self, stream: Any) -> dict[str, Any]:
        """Neutral form of a StreamField value. Raises InvalidValue for a reference that leads nowhere."""
        return {"blocks": [self._block(child) for child in stream]}

    def _block(self, child: Any) -> dict[str, Any]:
        kind, value = child.block_type, child.value
        if kind in ("heading", "quote"):
            return {"type": kind, "text": str(value)}
        if kind == "paragraph":
            return {"type": kind, "html": self._rich_text(value.source)}
        if kind == "table":
            data = value or {}
            return {
                "type": kind,
                "rows": [[str(cell if cell is not None else "") for cell in row] for row in data.get("data") or []],
                "has_header": bool(data.get("first_row_is_table_header")),
                "has_header_column": bool(data.get("first_col_is_header")),
                "caption": str(data.get("table_caption") or ""),
            }
        if kind == "picture":
            image = value["image"]
            return {
                "type": kind,
                "image": self._file(image),
                "alt": image.default_alt_text,
                "caption": str(value["caption"]),
                "width": image.width,
                "height": image.height,
            }
        if kind == "attachment":
            return {"type": kind, "file": self._file(value), "title": value.title}
        raise InvalidValue(f"正文含有不能下发的内容块“{kind}”。", block=kind)

    def file(self, media: SiteImage | SiteDocument) -> dict[str, str]:
        """Reference to a file that a field of the page names; its facts join ``files``."""
        return self._file(media)

    def _file(self, media: SiteImage | SiteDocument | None) -> dict[str, str]:
        if media is None:
            raise InvalidValue("正文引用的图片或文件已不存在，请在稿件中改用其他文件后再发布。")
        name = media.file.name.rsplit("/", 1)[-1]
        self.files[media.sha256] = {
            "sha256": media.sha256,
            "name": name,
            "size": media.file_size if media.file_size is not None else media.file.size,
            "kind": "image" if isinstance(media, SiteImage) else "document",
            "stored_as": media.file.name,
        }
        return {"kind": "file", "uid": media.sha256}

    def _rich_text(self, source: str) -> str:
        """Rich text whose page and document links carry uids instead of primary keys."""
        from sites.content.queries import content_id_of_page  # queries renders bodies through this module

        if not REFERENCES.search(source):
            return source
        soup = BeautifulSoup(source, "html.parser")
        for link in soup.find_all("a"):
            linktype, local_id = link.get("linktype"), str(link.get("id", ""))
            if linktype == "page":
                link["linktype"], link["uid"] = "item", str(content_id_of_page(int(local_id)))
            elif linktype == "document":
                document = SiteDocument.objects.filter(pk=local_id).first()
                link["linktype"], link["uid"] = "file", self._file(document)["uid"]
            del link["id"]
        if soup.find("embed"):
            raise InvalidValue("正文中嵌入了不能下发的内容，请改为图片块或附件块。")
        return str(soup)


def _words(value: Any) -> list[str]:
    """The texts within neutral details; keys, uids, hashes are no words."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [word for part in value for word in _words(part)]
    if isinstance(value, dict):
        return [word for name, part in value.items() if name not in NOT_WORDS for word in _words(part)]
    return []


def plain_text(body: dict[str, Any]) -> str:
    """The words of a neutral body with those of its details, for search, feeds, summaries."""
    parts: list[str] = [" ".join(_words(body.get("details", {})))]
    for block in body.get("blocks", []):
        if block["type"] == "table":
            parts += [" ".join(row) for row in block["rows"]]
        else:
            parts.append(strip_tags(block.get("text") or block.get("html") or block.get("caption") or ""))
    return SPACES.sub(" ", "\n".join(parts)).strip()
