"""The proof that nobody edited the log: recomputes every chain, names the first bad row."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from network.audit.anchor_check import AnchorCheck, Finding, check_anchors
from network.audit.anchors import anchor_folder
from network.audit.chain import columns, first_hash, next_hash
from network.audit.keys import public_keys
from network.audit.rotations import Cut, genuine_cuts

CHUNK = 2000
LONGEST_UNSEALED = datetime.timedelta(minutes=10)
"""A long transaction may hold the seal up; longer than this somebody should look."""

CHAIN = f"""
SELECT link.position, link.entry_id, link.hash, {columns("entry")}
FROM public.network_audit_auditlink AS link
LEFT JOIN public.network_audit_auditentry AS entry ON entry.id = link.entry_id
WHERE link.site = %s AND link.position > %s AND link.position <= %s ORDER BY link.position
"""
ANCHOR_HASHES = """
SELECT position, hash FROM public.network_audit_auditanchor
WHERE site = %s AND position > %s AND id <= %s ORDER BY position
"""
# One statement each, so that a seal going on meanwhile is seen whole or not at all.
BEYOND_ANCHORS = """
SELECT min(link.position) FROM public.network_audit_auditlink AS link WHERE link.site = %s AND link.position > coalesce(
    (SELECT max(position) FROM public.network_audit_auditanchor AS anchor WHERE anchor.site = %s), 0)
"""
INSERTED = """
SELECT DISTINCT ON (entry.site) entry.site, entry.id FROM public.network_audit_auditentry AS entry,
    (SELECT txid, entry_id FROM public.network_audit_auditanchor WHERE id <= %s
     ORDER BY txid DESC, entry_id DESC LIMIT 1) AS reached
WHERE (entry.txid, entry.id) <= (reached.txid::text::xid8, reached.entry_id)
  AND NOT EXISTS (SELECT FROM public.network_audit_auditlink AS link WHERE link.entry_id = entry.id)
ORDER BY entry.site, entry.txid, entry.id
"""
UNSEALED = """
SELECT entry.site, count(*), min(entry.at) FROM public.network_audit_auditentry AS entry
WHERE (entry.txid, entry.id) > (
    coalesce((SELECT max(txid) FROM public.network_audit_auditanchor), 0)::text::xid8, 0)
  AND NOT EXISTS (SELECT FROM public.network_audit_auditlink AS link WHERE link.entry_id = entry.id)
GROUP BY entry.site
"""
SITES = """
SELECT site FROM public.network_audit_auditanchor UNION SELECT site FROM public.network_audit_auditlink
UNION SELECT DISTINCT site FROM public.network_audit_auditentry ORDER BY 1
"""


@dataclass
class Report:
    """What was found on one site: ``findings`` begin with the first bad row; none means intact."""

    site: str
    rows: int = 0
    sealed_to: int = 0
    unsealed: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_intact(self) -> bool:
        return not self.findings

    @property
    def first_bad(self) -> str:
        return self.findings[0].sentence if self.findings else ""


def verify(sites: Sequence[str] = (), *, folder: Path | None = None, keys: Path | None = None) -> Iterator[Report]:
    """Recompute the chains of these sites (all of them when none is named), one report per site.

    ``folder`` holds the anchor files, ``keys`` the public keys; both default to the install's own.
    Rows are streamed: memory does not grow with the log. Raises OSError when a folder cannot be read.
    """
    known = public_keys(keys)
    with transaction.atomic():
        cuts = genuine_cuts(known)
        anchors = check_anchors(folder or anchor_folder(), known, cuts)
        inserted = _by_site(INSERTED, [anchors.last_id])
        unsealed = _by_site(UNSEALED, [])
        for site in sites or sorted({*_by_site(SITES, []), *anchors.findings}):
            yield _verify_site(site, anchors, cuts.get(site), inserted.get(site, ()), unsealed.get(site, ()))


def _verify_site(
    site: str, anchors: AnchorCheck, cut: Cut | None, inserted: Sequence[Any], unsealed: Sequence[Any]
) -> Report:
    report = Report(site=site, sealed_to=anchors.ends.get(site, cut.position if cut else 0))
    start = cut.position if cut else 0
    chain = _walk(report, site, start, cut.hash if cut else first_hash(site), anchors.last_id)
    findings = [*([chain] if chain else []), *anchors.findings.get(site, [])]
    report.findings = sorted(findings, key=lambda finding: finding.position)
    if inserted:
        report.findings.append(
            Finding(site=site, position=0, entry_id=inserted[0], what="不在链上：封存以后插入的，或链接被删除")
        )
    if unsealed:
        report.unsealed = unsealed[0]
        if timezone.now() - unsealed[1] > LONGEST_UNSEALED:
            report.findings.append(
                Finding(site=site, position=report.sealed_to, what=f"封存停滞：{unsealed[0]} 行超过十分钟没有封存")
            )
    return report


def _walk(report: Report, site: str, start: int, first: str, last_anchor: int) -> Finding | None:
    """Walk one chain from behind ``start``; returns the first bad row."""
    previous, expected = first, start + 1
    ends = _stream(ANCHOR_HASHES, [site, start, last_anchor])
    end = next(ends, None)
    batch_start = expected
    suspect: Finding | None = None
    for position, entry_id, digest, *values in _stream(CHAIN, [site, start, report.sealed_to]):
        if position != expected:
            return Finding(site=site, position=expected, what="封存的链接被删除")
        if values[0] is None:
            return suspect or Finding(site=site, position=position, entry_id=entry_id, what="记录被删除")
        fits = next_hash(previous, values) == digest
        if suspect is not None:
            return suspect if fits else suspect.saying("记录被调换，或链接被伪造")
        if not fits:
            suspect = Finding(site=site, position=position, entry_id=entry_id, what="记录被改动")
        elif end is not None and end[0] == position and end[1] != digest:
            return Finding(site=site, position=batch_start, what=f"至第 {position} 位被改写后重新成链，与锚点不符")
        if end is not None and end[0] == position:
            end, batch_start = next(ends, None), position + 1
        previous, expected = digest, expected + 1
        report.rows += 1
    if suspect is not None:
        return suspect
    if expected <= report.sealed_to:
        return Finding(site=site, position=expected, what=f"末尾被截断：锚点到第 {report.sealed_to} 位")
    return _beyond(site)


def _beyond(site: str) -> Finding | None:
    with connection.cursor() as cursor:
        cursor.execute(BEYOND_ANCHORS, [site, site])
        position = cursor.fetchone()[0]
    return (
        None if position is None else Finding(site=site, position=position, what="锚点以后有伪造的链接，或锚点被删除")
    )


def _stream(statement: str, values: list[Any]) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, values)
        while rows := cursor.fetchmany(CHUNK):
            yield from rows


def _by_site(statement: str, values: list[Any]) -> dict[str, tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return {row[0]: row[1:] for row in cursor.fetchall()}
