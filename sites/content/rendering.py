"""Neutral bodies as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from bs4 import BeautifulSoup
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from network.blocks.api import is_blocked_here
from network.contracts import Attachment
from network.errors import InvalidValue
from network.tenancy.api import current_site
from sites.content.leaving import notice_address, read_target


def file_url(sha256: str, name: str) -> str:
    """Path under which any site serves a published file."""
    return f"/files/{sha256}/{quote(name)}"


def link_attributes(address: str) -> dict[str, str] | None:
    """Attributes of a link on the site in use; None when it may lead nowhere. One to the outside goes by the notice."""
    try:
        target = read_target(address)
    except InvalidValue:
        return None
    if target.is_outside:
        return {"href": notice_address(current_site(), target.address), "rel": "nofollow", "class": "gs-outside"}
    path = target.address.partition("#")[0]
    if not target.host and path.startswith("/") and is_blocked_here(path):
        return None
    return {"href": target.address}


def file_attachment(facts: Mapping[str, Any] | None, *, title: str) -> Attachment | None:
    """A published file as pages offer it; None for one that is not here, or whose address is stopped from above."""
    if facts is None or is_blocked_here(file_url(facts["sha256"], facts["name"])):
        return None
    return Attachment(
        title=title,
        url=file_url(facts["sha256"], facts["name"]),
        kind=facts["name"].rsplit(".", 1)[-1].upper() if "." in facts["name"] else "",
        size=int(facts["size"] or 0),
        sha256=facts["sha256"],
    )


class BodyRenderer:
    """Renders one neutral body. ``files`` maps SHA-256 to file facts, ``links`` content ids to addresses."""

    def __init__(self, files: Mapping[str, Mapping[str, Any]], links: Mapping[str, str]) -> None:
        self.files = files
        self.links = links

    def html(self, body: Mapping[str, Any]) -> SafeString:
        blocks = [self._block(block) for block in body.get("blocks", [])]
        return render_to_string("public/parts/body.html", {"blocks": [block for block in blocks if block]})

    def attachments(self, body: Mapping[str, Any]) -> list[Attachment]:
        """The files offered with the item, in order."""
        found = []
        for block in body.get("blocks", []):
            if block["type"] != "attachment":
                continue
            offered = file_attachment(self.files.get(block["file"]["uid"]), title=block["title"])
            if offered is not None:
                found.append(offered)
        return found

    def _block(self, block: Mapping[str, Any]) -> dict[str, Any] | None:
        if block["type"] == "paragraph":
            return {"type": "paragraph", "html": self._rich_text(block["html"])}
        if block["type"] == "picture":
            facts = self._file(block["image"]["uid"])
            return {**block, "url": file_url(facts["sha256"], facts["name"])} if facts else None
        if block["type"] == "attachment":
            return None
        if block["type"] == "table":
            rows = block["rows"]
            return {
                **block,
                "header": rows[0] if block["has_header"] and rows else [],
                "rows": rows[1:] if block["has_header"] else rows,
            }
        return dict(block)

    def _file(self, uid: str) -> Mapping[str, Any] | None:
        """Facts of a file; None when it is not here, or stopped from above."""
        facts = self.files.get(uid)
        return None if facts is None or is_blocked_here(file_url(facts["sha256"], facts["name"])) else facts

    def _rich_text(self, html: str) -> SafeString:
        """Resolve links; one that leads nowhere keeps its words only."""
        soup = BeautifulSoup(html, "html.parser")
        for link in soup.find_all("a"):
            linktype, uid = link.get("linktype"), str(link.get("uid", ""))
            if linktype == "item":
                address = self.links.get(uid, "")
            elif linktype == "file":
                facts = self._file(uid)
                address = file_url(facts["sha256"], facts["name"]) if facts else ""
            else:
                address = str(link.get("href", ""))
            attributes = link_attributes(address)
            if attributes is None:
                link.unwrap()
                continue
            link.attrs = {**attributes}
        # Safe: written in the admin through Wagtail's whitelist, parsed again here, attributes replaced.
        return mark_safe(str(soup))  # noqa: S308
