"""Holding an archive against everything it must be, before a row of it is written."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from wagtail.models import Page

from network.errors import InvalidValue
from network.transfer.api import Archive, open_archive
from sites.media.scanning import NotScanned, ScanState, Verdict, verdict_on
from sites.transfer.kinds import Record, archive_kinds, kinds_in_order
from sites.transfer.references import Rewriter

HARMLESS_TAGS = frozenset(
    {
        "a",
        "b",
        "br",
        "em",
        "embed",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "li",
        "ol",
        "p",
        "strong",
        "sub",
        "sup",
        "ul",
    }
)
HARMLESS_SCHEMES = ("http://", "https://", "mailto:", "tel:", "/", "#")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class _Markup(HTMLParser):
    """Finds markup that the platform's own editor cannot have written."""

    def __init__(self) -> None:
        super().__init__()
        self.found = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in HARMLESS_TAGS:
            self.found = self.found or f"<{tag}>"
        for name, value in attrs:
            is_link = name in ("href", "src")
            if name.startswith("on") or name == "style":
                self.found = self.found or name
            elif is_link and not (value or "").strip().lower().startswith(HARMLESS_SCHEMES):
                self.found = self.found or f"{name}={value}"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)


class HoldingRewriter(Rewriter):
    """Walks bodies as loading will, counting references that lead nowhere in the archive."""

    def __init__(self, check: Check) -> None:
        super().__init__(check.look_up, is_outward=False)
        self.check = check

    def html(self, source: str) -> str:
        if not isinstance(source, str):
            raise InvalidValue(f"正文的内容“{str(source)[:40]}”应为文字。")
        if not self.check.archive.is_trusted and "<" in source:
            markup = _Markup()
            markup.feed(source)
            if markup.found:
                raise InvalidValue(f"正文含有不允许的标记“{markup.found}”；未经信任的档案只能含编辑器写出的标记。")
        return super().html(source)


@dataclass
class Check:
    """What is known of an archive while its records are held one by one."""

    archive: Archive
    uids: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    counts: dict[str, int] = field(default_factory=dict)
    page_kinds: dict[str, str] = field(default_factory=dict)
    dangling: int = 0
    notes: list[str] = field(default_factory=list)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    """What the scanner said of the files, by SHA-256."""

    rewriter: HoldingRewriter = field(init=False)

    def __post_init__(self) -> None:
        self.rewriter = HoldingRewriter(self)

    def has(self, kind: str, uid: Any) -> bool:
        return isinstance(uid, str) and uid in self.uids[kind]

    def take(self, kind: str, uid: str) -> bool:
        """Note a key as used; False when it was used before."""
        if uid in self.uids[kind]:
            return False
        self.uids[kind].add(uid)
        return True

    def scan(self, sha256: str, name: str) -> None:
        """Have a file of the archive scanned, once. Raises Infected, NotScanned."""
        if sha256 not in self.verdicts:
            with self.archive.open_file(sha256) as file:
                self.verdicts[sha256] = verdict_on(file, name=name)

    def look_up(self, kind: str, uid: Any) -> int:
        if not self.has(f"{kind}s", uid):
            self.dangling += 1
        return 0

    def as_report(self) -> dict[str, Any]:
        """What a person decides by: counts, signature, notes."""
        return {
            "counts": {**self.counts, "files": sum(path.startswith("files/") for path in self.archive.entries)},
            "trust": str(self.archive.trust),
            "key_id": self.archive.key_id,
            "site": self.archive.site,
            "exported_at": str(self.archive.manifest.get("exported_at", "")),
            "exported_by": str(self.archive.manifest.get("exported_by", "")),
            "dangling_references": self.dangling,
            "notes": self.notes,
            "unscanned": sum(verdict.state == ScanState.UNSCANNED for verdict in self.verdicts.values()),
        }


def check_file(path: Path) -> dict[str, Any]:
    """The report on the archive at a path. Raises InvalidValue for one that must not be imported."""
    with open_archive(path) as archive:
        return check_archive(archive).as_report()


def check_archive(archive: Archive) -> Check:
    """Hold every record. Raises InvalidValue naming kind and uid of the first that cannot be."""
    check = Check(archive)
    known = {name for name, _ in archive_kinds.items()}
    unknown = sorted(set(archive.kinds) - known)
    if unknown:
        raise InvalidValue(
            f"档案含有本系统不认识的内容种类“{'、'.join(unknown)}”。请升级本系统后再导入。", kinds=unknown
        )
    _take_pages(check)
    for kind in kinds_in_order():
        number = 0
        for record in _records(archive, kind.name):
            number += 1
            _hold_uid(check, kind.name, record)
            _hold(check, kind, record, number)
        check.counts[kind.name] = number
    if archive.is_trusted is False:
        check.notes.append("档案没有受信任的签名：全部稿件作为草稿导入，审核意见、人员职责和跳转不导入。")
    if check.dangling:
        check.notes.append(f"{check.dangling} 处引用在档案中没有所指的页面、图片或文件。")
    return check


def _records(archive: Archive, kind: str) -> Any:
    try:
        for record in archive.records(kind):
            if not isinstance(record, dict) or not isinstance(record.get("uid"), str):
                raise InvalidValue(f"“{kind}”中有一条记录不是带 uid 的 JSON 对象。", kind=kind)
            yield record
    except ValueError as error:
        raise InvalidValue(f"“{kind}”中有一行不是 UTF-8 编码的 JSON：{error}。", kind=kind) from error


def _take_pages(check: Check) -> None:
    """Pages refer to pages further on, so their uids are taken before they are held."""
    for record in _records(check.archive, "pages"):
        uid = record["uid"]
        if not UUID.fullmatch(uid):
            raise InvalidValue(f"页面的 uid“{uid}”不是 UUID。", uid=uid)
        if not check.take("pages", uid):
            raise InvalidValue(f"页面的 uid“{uid}”在档案中出现两次。", uid=uid)
        check.page_kinds[uid] = str(record.get("kind"))


def _hold_uid(check: Check, kind: str, record: Record) -> None:
    if kind != "pages" and not check.take(kind, record["uid"]):
        raise InvalidValue(f"“{kind}”的 uid“{record['uid']}”在档案中出现两次。", uid=record["uid"])


def _hold(check: Check, kind: Any, record: Record, number: int) -> None:
    place = f"“{kind.name}”第 {number} 条（{record['uid']}）"
    try:
        kind.hold(check, record)
    except NotScanned:
        raise
    except InvalidValue as error:
        fields = {**error.fields, "kind": kind.name, "uid": record["uid"]}
        raise InvalidValue(f"{place}：{error.message}", **fields) from error
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise InvalidValue(
            f"{place}：字段缺失或类型不符（{type(error).__name__}: {error}）。请重新导出。",
            kind=kind.name,
            uid=record["uid"],
        ) from error


def hold_slug(slug: Any) -> None:
    """An address part of a page. Raises InvalidValue."""
    try:
        validate_slug(slug)
    except ValidationError as error:
        raise InvalidValue(f"网址段“{slug}”无效，只能用字母、数字、连字符和下划线。", slug=slug) from error
    if len(slug) > Page._meta.get_field("slug").max_length:
        raise InvalidValue(f"网址段“{slug[:40]}…”过长。", slug=slug)
