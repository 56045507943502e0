"""The sealer: chains committed rows per site, signs the end of each batch."""

from __future__ import annotations

import datetime
import logging
import time

from django.db import connection, transaction

from network.audit.anchors import Anchor, append_missing, iso
from network.audit.chain import ALGORITHM, SITE, columns, first_hash, next_hash
from network.audit.keys import seal_key
from network.tenancy.contexts import in_public

logger = logging.getLogger(__name__)

BATCH = 5000
BATCHES_PER_STEP = 4
SECONDS_BETWEEN_STEPS = 2.0
LOCK = "govsites audit seal"

IN_PROGRESS = """
SELECT pg_snapshot_xmax(snapshot)::text,
    ARRAY(SELECT number::text FROM pg_snapshot_xip(snapshot) AS number ORDER BY number)
FROM pg_current_snapshot() AS snapshot
"""
# Proof that a transaction in progress writes no row here: its server process holds its number's lock.
ELSEWHERE = """
SELECT number FROM unnest(%s::text[]) AS number WHERE EXISTS (
    SELECT FROM pg_locks AS held JOIN pg_stat_activity AS process ON process.pid = held.pid
    WHERE held.locktype = 'transactionid' AND held.mode = 'ExclusiveLock' AND held.granted
      AND held.transactionid = number::xid8::xid
      AND (process.datname <> current_database() OR process.backend_type = 'autovacuum worker'))
"""
NEXT_ROWS = f"""
SELECT {columns("entry")} FROM public.network_audit_auditentry AS entry
WHERE entry.txid < %s::xid8 AND (entry.txid, entry.id) > (%s::xid8, %s)
ORDER BY entry.txid, entry.id LIMIT %s
"""
REACHED = """
SELECT txid, entry_id FROM public.network_audit_auditanchor ORDER BY txid DESC, entry_id DESC LIMIT 1
"""
HEADS = """
SELECT wanted.site, head.position, head.hash FROM unnest(%s::text[]) AS wanted (site)
CROSS JOIN LATERAL (
    SELECT position, hash FROM public.network_audit_auditlink AS link WHERE link.site = wanted.site
    ORDER BY position DESC LIMIT 1) AS head
"""
ADD_LINKS = """
INSERT INTO public.network_audit_auditlink (site, position, entry_id, hash)
SELECT * FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::text[])
"""
ADD_ANCHORS = """
INSERT INTO public.network_audit_auditanchor
    (site, position, hash, count, entry_id, txid, sealed_at, algorithm, key_id, signature)
SELECT * FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::int[], %s::bigint[], %s::bigint[],
    %s::timestamptz[], %s::text[], %s::text[], %s::text[])
"""


class Sealer:
    """The worker's step, taken at most every two seconds while little is written."""

    def __init__(self) -> None:
        self._due = 0.0

    def step(self) -> int:
        """Seal what is due; a folder that cannot be written is told in the log, tried again at the next step."""
        if time.monotonic() < self._due:
            return 0
        try:
            sealed = seal()
        except OSError:
            logger.exception("The audit log could not be sealed outside the database.")
            sealed = 0
        self._due = time.monotonic() + (0.0 if sealed >= BATCH * BATCHES_PER_STEP else SECONDS_BETWEEN_STEPS)
        return sealed


def seal(*, batch: int = BATCH, batches: int = BATCHES_PER_STEP) -> int:
    """Chain what is committed, a batch per transaction; returns the number of rows.

    One process at a time; another one finds the lock taken and does nothing. Raises OSError when
    the key or the anchor folder cannot be used.
    """
    sealed = 0
    with in_public():
        for _number in range(batches):
            count = _seal_batch(batch)
            sealed += count
            if count < batch:
                break
        append_missing()
    return sealed


def _seal_batch(limit: int) -> int:
    key = seal_key()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s))", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        horizon = _horizon()
        cursor.execute(REACHED)
        txid, entry_id = cursor.fetchone() or (0, 0)
        cursor.execute(NEXT_ROWS, [str(horizon), str(txid), entry_id, limit])
        rows = cursor.fetchall()
        if not rows:
            return 0
        cursor.execute("SELECT clock_timestamp()")
        sealed_at = cursor.fetchone()[0]
        cursor.execute(HEADS, [sorted({row[SITE] for row in rows})])
        heads = {site: (position, digest) for site, position, digest in cursor.fetchall()}
        links, ends = _chain(rows, heads)
        cursor.execute(ADD_LINKS, [list(column) for column in zip(*links, strict=True)])
        anchors = [_anchor(end, sealed_at=sealed_at, key_id=key.key_id) for end in ends]
        cursor.execute(
            ADD_ANCHORS,
            [
                [anchor.site for anchor in anchors],
                [anchor.position for anchor in anchors],
                [anchor.hash for anchor in anchors],
                [anchor.count for anchor in anchors],
                [anchor.entry_id for anchor in anchors],
                [anchor.txid for anchor in anchors],
                [sealed_at] * len(anchors),
                [ALGORITHM] * len(anchors),
                [key.key_id] * len(anchors),
                [anchor.sign(key) for anchor in anchors],
            ],
        )
    return len(rows)


Link = tuple[str, int, int, str]
End = tuple[str, int, str, int, int, int]


def _chain(rows: list[tuple[str, ...]], heads: dict[str, tuple[int, str]]) -> tuple[list[Link], list[End]]:
    """Links of these rows behind the heads of their sites, with each site's last one as an end of the batch."""
    links: list[Link] = []
    ends: dict[str, End] = {}
    for row in rows:
        site, entry_id, txid = row[SITE], int(row[0]), int(row[-1])
        position, previous = heads.get(site) or (0, first_hash(site))
        digest = next_hash(previous, row)
        heads[site] = (position + 1, digest)
        links.append((site, position + 1, entry_id, digest))
        count = ends[site][3] + 1 if site in ends else 1
        ends[site] = (site, position + 1, digest, count, entry_id, txid)
    return links, list(ends.values())


def _anchor(end: End, *, sealed_at: datetime.datetime, key_id: str) -> Anchor:
    site, position, digest, count, entry_id, txid = end
    return Anchor(
        id=0,
        site=site,
        position=position,
        hash=digest,
        count=count,
        entry_id=entry_id,
        txid=txid,
        sealed_at=iso(sealed_at),
        algorithm=ALGORITHM,
        key_id=key_id,
    )


def _horizon() -> int:
    """The transaction number below which every transaction of this database has ended.

    Like ``pg_snapshot_xmin``, but a transaction of another database of the same server does not
    hold the seal up: it cannot write here. Neither does the server's own vacuum: it writes no row of the log.
    """
    with connection.cursor() as cursor:
        cursor.execute(IN_PROGRESS)
        ceiling, numbers = cursor.fetchone()
        if not numbers:
            return int(ceiling)
        cursor.execute(ELSEWHERE, [numbers])
        elsewhere = {row[0] for row in cursor.fetchall()}
        here = [number for number in numbers if number not in elsewhere]
        if here:
            # One of another database that ended before its lock was looked for has none to prove where it belonged.
            cursor.execute(IN_PROGRESS)
            _ceiling, still = cursor.fetchone()
            here = [number for number in here if number in still]
    return min(map(int, here), default=int(ceiling))
