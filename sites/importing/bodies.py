"""Addresses in staged blocks replaced by what this site has for them."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from sites.importing.addresses import path_of
from sites.importing.items import Level, Note
from sites.importing.models import ImportBatch, ImportedItem, ImportFile, ImportRow, Outcome
from sites.pages.law import LawPage, same_number

STAGE_FILES = "stage_files"
"""In staged content: address of the document of a stage by the stage; from rows that joined."""

LINK = re.compile(r'<a data-address="([^"]*)">')


@dataclass
class Targets:
    """What addresses lead to at this site: files by address, pages by old path."""

    files: Mapping[str, ImportFile]
    pages: Mapping[str, int]
    documents: Mapping[str, int] = field(default_factory=dict)
    """Documents by their number as ``same_number`` writes it."""

    def page_at(self, address: str, host: str) -> int | None:
        """The page that stands for an address of the old site ``host``."""
        parts = urlsplit(address)
        if parts.netloc.lower() not in ("", host):
            return None
        return self.pages.get(_old_path(address))


def targets_of(batch: ImportBatch, contents: Sequence[Mapping[str, Any]]) -> Targets:
    """What the addresses in these contents lead to, in three statements."""
    addresses = {entry["address"] for content in contents for entry in content["files"]}
    files = {file.address: file for file in ImportFile.objects.filter(batch=batch, address__in=addresses, is_done=True)}
    paths = {_old_path(address) for content in contents for address in _linked(content)}
    found = dict(ImportedItem.objects.filter(old_path__in=paths).values_list("old_path", "page_id"))
    in_batch = ImportRow.objects.filter(batch=batch, old_path__in=paths).exclude(page_id=None)
    written = in_batch.filter(outcome__in=[Outcome.NEW, Outcome.WRITTEN])
    found.update({path: page for path, page in written.values_list("old_path", "page_id") if page is not None})
    return Targets(files=files, pages=found, documents=_documents(batch, contents))


def _documents(batch: ImportBatch, contents: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """The documents that links name, those of the batch after those of the site."""
    wanted = {same_number(link["number"]) for content in contents for link in content.get("links", ())}
    if not wanted:
        return {}
    held = LawPage.objects.exclude(document_number="").values_list("document_number", "pk")
    in_batch = ImportRow.objects.filter(batch=batch, content__type="law", outcome=Outcome.NEW).exclude(page_id=None)
    pairs = [*in_batch.values_list("content__document_number", "page_id"), *held]
    found = {same_number(number): page for number, page in pairs if number}
    return {number: found[number] for number in wanted & set(found)}


def linked_documents(content: Mapping[str, Any], targets: Targets) -> tuple[list[dict[str, Any]], list[Note]]:
    """The links of an item to documents as its stream holds them; a note for each number that leads to none."""
    links: list[dict[str, Any]] = []
    notes = []
    for link in content.get("links", ()):
        page = targets.documents.get(same_number(link["number"]))
        if page is None:
            message = f"本站没有文号为“{link['number']}”的法规文件，没有建立关联。请在稿件中选择，或先导入那份文件。"
            notes.append(Note(level=Level.NOTE, field="links", value=link["number"], message=message))
        else:
            links.append({"type": link["type"], "value": page})
    return links, notes


def _linked(content: Mapping[str, Any]) -> Iterable[str]:
    for block in content["blocks"]:
        if block["type"] == "paragraph":
            yield from (html.unescape(address) for address in LINK.findall(block["value"]))


def _old_path(address: str) -> str:
    try:
        return path_of(address)
    except ValueError:
        return ""


def stored_blocks(content: Mapping[str, Any], targets: Targets) -> tuple[list[dict[str, Any]], list[Note]]:
    """The blocks as the body field stores them; a note for each file that is not there."""
    blocks: list[dict[str, Any]] = []
    notes = [_missing(entry, targets.files.get(entry["address"])) for entry in content["files"]]
    for block in content["blocks"]:
        value: Any = block.get("value")
        if block["type"] in ("picture", "attachment"):
            file = targets.files.get(block["address"])
            key = None if file is None else file.image_id if block["type"] == "picture" else file.document_id
            if key is None:
                continue
            value = {"image": key, "caption": block["caption"]} if block["type"] == "picture" else key
        elif block["type"] == "paragraph":
            value = _linked_paragraph(value, content["host"], targets)
        blocks.append({"type": block["type"], "value": value, "id": str(uuid.uuid4())})
    return blocks, [note for note in notes if note is not None]


def stored_facts(content: Mapping[str, Any], targets: Targets) -> dict[str, Any]:
    """The type's own facts, with the documents of stages as the stream holds them."""
    facts, addresses = dict(content.get("facts", {})), content.get(STAGE_FILES, {})
    if addresses:
        keys = {
            stage: file.document_id
            for stage, address in addresses.items()
            if (file := targets.files.get(address)) is not None
        }
        facts["stages"] = [
            {**entry, "value": {**entry["value"], "file": entry["value"]["file"] or keys.get(entry["value"]["stage"])}}
            for entry in facts["stages"]
        ]
    return facts


def _missing(entry: Mapping[str, Any], file: ImportFile | None) -> Note | None:
    if file is not None and not file.problem:
        return None
    label = "图片" if entry["is_picture"] else "附件"
    problem = file.problem if file is not None else f"没有取到“{entry['address']}”。请另行上传。"
    return Note(level=Level.NOTE, field=label, value=entry["address"], message=f"{label}没有导入：{problem}")


def _linked_paragraph(markup: str, host: str, targets: Targets) -> str:
    def link(match: re.Match[str]) -> str:
        address = html.unescape(match[1])
        file = targets.files.get(address)
        if file is not None and file.document_id is not None:
            return f'<a linktype="document" id="{file.document_id}">'
        page = targets.page_at(address, host)
        return f'<a linktype="page" id="{page}">' if page is not None else f'<a href="{html.escape(address)}">'

    return LINK.sub(link, markup)
