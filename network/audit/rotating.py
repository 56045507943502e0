"""Moving rows that were kept long enough into archives, so that the chain stays provable across the cut."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from network.audit.actions import OPERATOR, record
from network.audit.archives import Manifest, check_archive, write_archive
from network.audit.chain import columns, first_hash
from network.audit.keys import public_keys, seal_key
from network.audit.models import AuditRotation
from network.audit.rotations import genuine_cuts, rotation_bytes
from network.audit.sealing import LOCK
from network.errors import InvalidValue, NotAllowed
from network.rules.api import rule_value

CHUNK = 2000
FIRST_YOUNG = """
SELECT min(link.position) FROM public.network_audit_auditlink AS link
JOIN public.network_audit_auditentry AS entry ON entry.id = link.entry_id
WHERE link.site = %s AND entry.at >= %s
"""
BOUNDARY = """
SELECT position, hash FROM public.network_audit_auditanchor
WHERE site = %s AND position > %s AND (%s::bigint IS NULL OR position < %s) ORDER BY position DESC LIMIT 1
"""
OLD_UNSEALED = """
SELECT count(*) FROM public.network_audit_auditentry AS entry WHERE entry.site = %s AND entry.at < %s
  AND NOT EXISTS (SELECT FROM public.network_audit_auditlink AS link WHERE link.entry_id = entry.id)
"""
ROWS = f"""
SELECT link.position, link.hash, {columns("entry")} FROM public.network_audit_auditlink AS link
JOIN public.network_audit_auditentry AS entry ON entry.id = link.entry_id
WHERE link.site = %s AND link.position > %s AND link.position <= %s ORDER BY link.position
"""
REMOVE = (
    """DELETE FROM public.network_audit_auditentry WHERE id IN (
        SELECT entry_id FROM public.network_audit_auditlink WHERE site = %s AND position <= %s)""",
    "DELETE FROM public.network_audit_auditlink WHERE site = %s AND position < %s",
    "DELETE FROM public.network_audit_auditanchor WHERE site = %s AND position < %s",
)


@dataclass(frozen=True)
class Plan:
    """What would leave the log of one site: positions behind ``start`` up to the anchor at ``position``."""

    site: str
    start: int
    previous: str
    position: int
    hash: str

    @property
    def count(self) -> int:
        return self.position - self.start


def kept_since(before: datetime.date | None = None) -> datetime.datetime:
    """Rows from this moment on stay. Raises InvalidValue for a day that the rule still keeps."""
    days = int(rule_value("audit.retention_days", level="national"))
    limit = timezone.now() - datetime.timedelta(days=days)
    if before is None:
        return limit
    wanted = timezone.make_aware(datetime.datetime.combine(before, datetime.time.min))
    if wanted > limit:
        raise InvalidValue(
            f"{before} 以后的审计记录未满 {days} 天，不能移出。最晚可写 {timezone.localtime(limit).date()}。"
        )
    return wanted


def plan_rotation(site: str, since: datetime.datetime) -> Plan | None:
    """What of a site is older than ``since``, up to an anchor; None when nothing is.

    Raises NotAllowed while rows of that age are not sealed.
    """
    cut = genuine_cuts(public_keys()).get(site)
    start, previous = (cut.position, cut.hash) if cut else (0, first_hash(site))
    with connection.cursor() as cursor:
        cursor.execute(OLD_UNSEALED, [site, since])
        unsealed = cursor.fetchone()[0]
        if unsealed:
            raise NotAllowed(
                f"站点“{site or '全群'}”有 {unsealed} 行到期的记录没有封存，不能移出。请先让执行进程封存。"
            )
        cursor.execute(FIRST_YOUNG, [site, since])
        young = cursor.fetchone()[0]
        cursor.execute(BOUNDARY, [site, start, young, young])
        found = cursor.fetchone()
    return Plan(site, start, previous, *found) if found else None


def rotate(plan: Plan) -> tuple[Path, Manifest]:
    """Write the archive, read it back, then remove the rows; under the owner role.

    Raises ValueError, and removes nothing, when a row or the written file does not hold.
    """
    folder = Path(settings.ARCHIVE_DIR)
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    path = folder / f"audit-{plan.site or 'group'}-{plan.start + 1}-{plan.position}.jsonl.gz"
    key = seal_key()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [LOCK])
        manifest = write_archive(path, _rows(plan), site=plan.site, previous=plan.previous, key=key)
        fault = check_archive(path, public_keys())[1]
        if not fault and (manifest.count, manifest.last) != (plan.count, plan.hash):
            fault = "档案的末尾不是锚点"
        if fault:
            raise ValueError(f"{path.name}：{fault}。没有移出任何记录。")
        rotation = AuditRotation(
            site=plan.site,
            position=plan.position,
            hash=plan.hash,
            count=plan.count,
            file_name=path.name,
            file_sha256=manifest.file_sha256,
            rotated_at=timezone.now(),
            key_id=key.key_id,
        )
        rotation.signature = key.sign(rotation_bytes(rotation))
        rotation.save()
        for statement in REMOVE:
            cursor.execute(statement, [plan.site, plan.position])
        record(
            "audit.rotate",
            site=plan.site,
            person=OPERATOR,
            object_kind="audit",
            object_title=path.name,
            after_hash=manifest.file_sha256,
            detail={"rows": plan.count},
        )
    return path, manifest


def _rows(plan: Plan) -> Iterator[tuple[int, str, list[str]]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(ROWS, [plan.site, plan.start, plan.position])
        while rows := cursor.fetchmany(CHUNK):
            for position, digest, *values in rows:
                yield position, digest, values
