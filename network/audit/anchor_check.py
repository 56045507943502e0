"""The anchors of the table against those of the files outside the database."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection
from django.utils import timezone

from network.audit.anchors import SELECT, Anchor, anchor_of, file_anchors
from network.audit.rotations import Cut

CHUNK = 2000
LONGEST_LAG = datetime.timedelta(minutes=10)
"""The file is written right after the commit; a folder that was full for a while catches up."""


@dataclass(frozen=True)
class Finding:
    """One thing that does not hold. ``position`` counts from 1 within the site's chain."""

    site: str
    position: int
    what: str
    entry_id: int = 0

    def saying(self, what: str) -> Finding:
        return replace(self, what=what)

    @property
    def sentence(self) -> str:
        place = f"第 {self.position} 位" if self.position else ""
        row = f"记录 {self.entry_id}" if self.entry_id else ""
        return f"{'，'.join(part for part in (place, row) if part)}：{self.what}。"


@dataclass
class AnchorCheck:
    """``ends`` is the position of each site's last anchor, ``last_id`` the last anchor looked at."""

    last_id: int = 0
    ends: dict[str, int] = field(default_factory=dict)
    findings: dict[str, list[Finding]] = field(default_factory=dict)

    def add(self, anchor: Anchor, what: str) -> None:
        found = self.findings.setdefault(anchor.site, [])
        if not found:
            found.append(Finding(site=anchor.site, position=anchor.position, what=what))


def check_anchors(folder: Path, keys: dict[str, Ed25519PublicKey], cuts: dict[str, Cut]) -> AnchorCheck:
    """Compare table and files in the order of the anchors' numbers, both streamed; the first fault of each site.

    The files are read up to the line that was last when this began: what they hold, the table held before.
    """
    check = AnchorCheck()
    last_line = max((anchor.id for anchor in file_anchors(folder)), default=0)
    lines = _until(file_anchors(folder), last_line)
    line = next(lines, None)
    for anchor in _table_anchors():
        check.last_id = anchor.id
        while line is not None and line.id < anchor.id:
            _lost(check, line, keys, cuts)
            line = next(lines, None)
        _check_one(check, anchor, keys, cuts)
        if line is not None and line.id == anchor.id:
            if line != anchor:
                check.add(anchor, "锚点与锚点文件不同，其中一份被换过")
            while line is not None and line.id == anchor.id:
                line = next(lines, None)
        elif anchor.id < last_line:
            check.add(anchor, "锚点文件缺少这一行")
        elif timezone.now() - datetime.datetime.fromisoformat(anchor.sealed_at) > LONGEST_LAG:
            check.add(anchor, "锚点超过十分钟没有写进锚点文件")
    while line is not None:
        _lost(check, line, keys, cuts)
        line = next(lines, None)
    return check


def _check_one(check: AnchorCheck, anchor: Anchor, keys: dict[str, Ed25519PublicKey], cuts: dict[str, Cut]) -> None:
    cut = cuts.get(anchor.site)
    before = check.ends.get(anchor.site, cut.position if cut else 0)
    if not anchor.is_genuine(keys):
        check.add(anchor, f"锚点的签名不符（密钥 {anchor.key_id}）")
    if cut is not None and anchor.position <= cut.position:
        if anchor.position == cut.position and anchor.hash != cut.hash:
            check.add(anchor, "锚点与轮换记录不符")
        return
    if anchor.position - anchor.count != before:
        check.add(anchor, f"锚点不相接：上一个到第 {before} 位，这一个从第 {anchor.position - anchor.count + 1} 位起")
    check.ends[anchor.site] = anchor.position


def _lost(check: AnchorCheck, line: Anchor, keys: dict[str, Ed25519PublicKey], cuts: dict[str, Cut]) -> None:
    """A line without its anchor in the table: rotated away, deleted, or never genuine."""
    cut = cuts.get(line.site)
    if cut is not None and line.position < cut.position:
        return
    is_genuine = line.is_genuine(keys)
    check.add(line, "锚点被删除，末尾可能被截断" if is_genuine else "锚点文件有一行的签名不符")


def _until(lines: Iterator[Anchor], last: int) -> Iterator[Anchor]:
    return (line for line in lines if line.id <= last)


def _table_anchors() -> Iterator[Anchor]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"{SELECT} ORDER BY id")
        while rows := cursor.fetchmany(CHUNK):
            for row in rows:
                yield anchor_of(row)
