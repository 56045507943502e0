"""Received items where their edition does not exist: the item's words as a local page with lineage."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.utils.dateparse import parse_datetime

from network.errors import InvalidValue
from sites.content.base import ContentPage
from sites.content.neutral import plain_text
from sites.media.models import SiteDocument, SiteImage
from sites.pages.models import (
    ArticlePage,
    BudgetPage,
    EmergencyPage,
    InterpretationPage,
    Kind,
    LawPage,
    PersonnelPage,
    PlanPage,
    ProcurementPage,
    RegisterPage,
    StatisticsPage,
    SupervisionPage,
    WarningPage,
)
from sites.pages.spreadsheet_form import stored_table
from sites.pages.warning import COLUMNS as PRODUCT_COLUMNS
from sites.transfer.checking import Check
from sites.transfer.fields import from_archive
from sites.transfer.kinds import Record

LAW_FACTS = {
    "效力类别": "category",
    "制定机关": "issuing_body",
    "版本日期": "version_date",
    "施行日期": "effective_date",
    "制定与修改情况": "adoption",
}
LINK = re.compile(r"<a\b[^>]*>")
NOT_PLAIN = re.compile(r"[^\w.-]")
TEXTS = ("kind", "title", "summary", "source", "department", "document_number")


def hold_edition(check: Check, edition: Record) -> None:
    """An edition's words must be a neutral body whose files the archive holds. Raises InvalidValue."""
    for name in TEXTS:
        if not isinstance(edition[name], str):
            raise InvalidValue(f"下发信息的“{name}”应为文字。")
    uuid.UUID(edition["content_id"])
    plain_text(edition["body"])
    for block in edition["body"]["blocks"]:
        if block["type"] == "paragraph":
            check.rewriter.html(block["html"])
    for facts in edition["files"]:
        if not check.archive.has_file(facts["sha256"]):
            raise InvalidValue(f"下发信息的文件“{facts['name']}”的内容不在档案中，请重新导出。")
        check.scan(facts["sha256"], facts["name"])


def _document(details: Record, stream: _Stream) -> dict[str, Any]:
    plain = ("rank", "category", "subject", "issuing_body", "adoption", "validity", "validity_note")
    days = {"effective_date": "effective_on"} | {
        name: name for name in ("adopted_on", "announced_on", "expires_on", "version_date")
    }
    values = {name: details[name] for name in plain}
    return values | {name: details[key] or None for name, key in days.items()}


def _interpretation(details: Record, stream: _Stream) -> dict[str, Any]:
    return {
        "form": details["form"],
        "questions": json.dumps([{"type": "question", "value": entry} for entry in details["questions"]]),
        "video_id": stream.file(details["video"]) if details["video"] else None,
    }


def _statistics(details: Record, stream: _Stream) -> dict[str, Any]:
    plain = ("period", "unit", "counted_by", "note", "chart_column")
    return {name: details[name] for name in plain} | {
        "as_of": details["as_of"] or None,
        "table": json.dumps(stored_table([details["header"], *details["rows"]])),
    }


def _warning(details: Record, stream: _Stream) -> dict[str, Any]:
    products = [{"type": "product", "value": dict(zip(PRODUCT_COLUMNS, row, strict=True))} for row in details["rows"]]
    plain = ("advice", "measures", "checked_by", "basis")
    return {name: details[name] for name in plain} | {"field": details["topic"], "products": json.dumps(products)}


def _procurement(details: Record, stream: _Stream) -> dict[str, Any]:
    stages = [
        {
            "type": "stage",
            "value": {
                "stage": stage["type"],
                **{name: stage[name] for name in ("day", "text", "supplier")},
                "amount": stage["amount"] or None,
                "file": stream.file(stage["file"]) if stage["file"] else None,
            },
        }
        for stage in details["stages"]
    ]
    plain = ("number", "method", "buyer", "agent")
    return {name: details[name] for name in plain} | {"budget": details["budget"] or None, "stages": json.dumps(stages)}


def _supervision(details: Record, stream: _Stream) -> dict[str, Any]:
    plain = ("unit", "checked_by", "handled", "looked_at", "failed")
    days = {name: details[name] or None for name in ("begun_on", "ended_on")}
    products = _rows_as_blocks(details, "product", PRODUCT_COLUMNS)
    return {name: details[name] for name in plain} | days | {"field": details["topic"], "products": products}


def _emergency(details: Record, stream: _Stream) -> dict[str, Any]:
    plain = ("level", "event", "area", "advice", "hotline")
    moments = {name: parse_datetime(details[name]) if details[name] else None for name in ("began_at", "lifted_at")}
    return {name: details[name] for name in plain} | moments


def _personnel(details: Record, stream: _Stream) -> dict[str, Any]:
    days = {name: details[name] or None for name in ("apply_from", "apply_to", "shown_from", "shown_to")}
    posts = _rows_as_blocks(details, "post", ("unit", "post", "number", "needs"))
    return {"step": details["step"], "phone": details["phone"], "posts": posts} | days


def _plan(details: Record, stream: _Stream) -> dict[str, Any]:
    tasks = _rows_as_blocks(details, "task", ("task", "unit", "due", "progress"))
    years = {name: details[name] for name in ("first_year", "last_year")}
    return {"form": details["type"], "tasks": tasks} | years


def _budget(details: Record, stream: _Stream) -> dict[str, Any]:
    sums = {name: details[name] or None for name in ("income", "spending", "receptions")}
    tables = [
        {**block, "value": {**block["value"], "table_caption": table["title"]}}
        for table in details["tables"]
        for block in stored_table([table["header"], *table["rows"]])
    ]
    return {
        "form": details["type"],
        "year": details["year"],
        "unit": details["unit"],
        "tables": json.dumps(tables),
    } | sums


def _register(details: Record, stream: _Stream) -> dict[str, Any]:
    tables = [block for table in details["tables"] for block in stored_table([table["header"], *table["rows"]])]
    return {name: details[name] for name in ("recognised_by", "basis")} | {"table": json.dumps(tables)}


def _rows_as_blocks(details: Record, kind: str, names: Sequence[str]) -> str:
    """Rows of the only table of neutral details in the stored form of a stream of structs."""
    rows = [row for table in details["tables"] for row in table["rows"]]
    return json.dumps([{"type": kind, "value": dict(zip(names, row, strict=True))} for row in rows])


MADE_OF: dict[str, tuple[type[ContentPage], Callable[[Record, _Stream], dict[str, Any]]]] = {
    "document": (LawPage, _document),
    "interpretation": (InterpretationPage, _interpretation),
    "budget": (BudgetPage, _budget),
    "emergency": (EmergencyPage, _emergency),
    "personnel": (PersonnelPage, _personnel),
    "plan": (PlanPage, _plan),
    "register": (RegisterPage, _register),
    "supervision": (SupervisionPage, _supervision),
    "procurement": (ProcurementPage, _procurement),
    "statistics": (StatisticsPage, _statistics),
    "warning": (WarningPage, _warning),
}
"""Kind of neutral details to the type with the fields that they fill."""


def article_of(load: Any, record: Record) -> ContentPage:
    """The local page that stands for a received item; a draft until this site's own people reviewed it."""
    edition, fields = record["edition"], record["fields"]
    values: dict[str, Any] = {"title": fields["title"], "slug": fields["slug"]}
    if edition is None:
        return ArticlePage(**values, summary="", body="[]")
    body = edition["body"]
    stream = _Stream(load, edition)
    values |= {
        "title": edition["title"],
        "first_published_at": from_archive(
            ArticlePage._meta.get_field("first_published_at"), edition["published_at"], load.rewriter
        ),
        "summary": edition["summary"][:500],
        "source": edition["source"][:100],
        "department": edition["department"][:80],
        "document_number": edition["document_number"][:100],
        "author": str(body.get("author", ""))[:60],
        "keywords": str(body.get("keywords", ""))[:200],
        "body": json.dumps(stream.blocks()),
    }
    details = body.get("details", {})
    if details.get("kind") in MADE_OF:
        if details.get("links"):
            titles = "、".join(f"《{link['title']}》" for link in details["links"])
            load.note(f"“{values['title']}”与{titles}的关联没有随稿件导入，请在稿件中重新选择。")
        model, fields_of = MADE_OF[details["kind"]]
        return model(**values, **fields_of(details, stream))
    if edition["kind"] == "law":
        facts = {LAW_FACTS[label]: value for label, value in body.get("facts", []) if label in LAW_FACTS}
        return LawPage(**values, **facts)
    return ArticlePage(**values, kind=edition["kind"] if edition["kind"] in Kind.values else Kind.NOTICE)


class _Stream:
    """A neutral body in the stored form of this site's bodies."""

    def __init__(self, load: Any, edition: Record) -> None:
        self.load = load
        self.files = {facts["sha256"]: facts for facts in edition["files"]}
        self.uid = edition["content_id"]
        self.blocks_of = edition["body"]["blocks"]

    def blocks(self) -> list[dict[str, Any]]:
        found = []
        for number, block in enumerate(self.blocks_of):
            kind, value = self._block(block)
            found.append({"type": kind, "value": value, "id": str(uuid.uuid5(uuid.UUID(self.uid), str(number)))})
        return found

    def file(self, reference: Record) -> int | None:
        """Key of the document that a field of the details refers to."""
        return self._media(SiteDocument, reference["uid"], "", {})

    def _block(self, block: Record) -> tuple[str, Any]:
        kind = block["type"]
        if kind in ("heading", "quote"):
            return kind, block["text"]
        if kind == "paragraph":
            return kind, LINK.sub(self._link, block["html"])
        if kind == "table":
            return kind, {
                "data": block["rows"],
                "first_row_is_table_header": block.get("has_header", False),
                "first_col_is_header": block.get("has_header_column", False),
                "table_caption": block.get("caption", ""),
            }
        if kind == "picture":
            image = self._media(SiteImage, block["image"]["uid"], block.get("alt", ""), block)
            return kind, {"image": image, "caption": block.get("caption", "")}
        if kind == "attachment":
            return kind, self._media(SiteDocument, block["file"]["uid"], block.get("title", ""), block)
        raise InvalidValue(f"下发信息含有本系统没有的内容块“{kind}”。", block=kind)

    def _link(self, match: re.Match[str]) -> str:
        tag = match[0]
        uid = re.search(r'\buid="([^"]*)"', tag)
        if 'linktype="item"' in tag and uid:
            return f'<a linktype="page" id="{self.load.pages.get(uid[1], 0)}">'
        if 'linktype="file"' in tag and uid:
            return f'<a linktype="document" id="{self._media(SiteDocument, uid[1], "", {}) or 0}">'
        return tag

    def _media(self, model: Any, sha256: str, title: str, block: Record) -> int | None:
        """Key of the site's own row for these bytes, made when there is none."""
        from sites.transfer.media import store_file  # media reads exports, which know pages

        held = model.objects.filter(sha256=sha256).first()
        if held is not None:
            return int(held.pk)
        facts = self.files.get(sha256)
        if facts is None:
            return None
        folder = "original_images" if model is SiteImage else "documents"
        plain_name = NOT_PLAIN.sub("_", str(facts["name"]))[-60:]
        path = f"{folder}/{sha256[:12]}_{plain_name}"
        size, sha1 = store_file(self.load, sha256, path)
        values = {"width": block.get("width", 1), "height": block.get("height", 1)} if model is SiteImage else {}
        row = model(
            uid=uuid.uuid5(uuid.UUID(self.uid), sha256),
            title=(title or str(facts["name"]))[:255],
            sha256=sha256,
            file=path,
            file_size=size,
            file_hash=sha1,
            collection_id=self.load.collections[""],
            **values,
        )
        self.load.check.scan(sha256, str(facts["name"]))
        row.note_verdict(self.load.check.verdicts[sha256])
        row.save()
        return int(row.pk)
