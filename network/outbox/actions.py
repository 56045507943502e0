"""Writing work down and doing it."""

from __future__ import annotations

import datetime
import json
import logging
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack
from typing import Any

from django.db import connection, transaction

from network.audit.api import SYSTEM, record
from network.contracts import OutboxItem
from network.errors import PoisonedItem
from network.events import outbox_failures, outbox_handlers
from network.outbox.wakeups import looking_at, send_wakeup
from network.tenancy.contexts import in_public, in_site
from network.tenancy.models import Site, State
from network.tenancy.queries import get_site
from network.tenancy.site_locks import share_site

logger = logging.getLogger(__name__)

TABLE = "public.network_outbox_work"
SITES = "public.network_tenancy_site"
QUEUE = "outbox"
BATCH = 200
MOST_KEYS = 50
"""Of a batch, as many keys as one audit row names."""

GROUPS_PER_ROUND = 64
MAX_ATTEMPTS = 8
LONGEST_WAIT_SECONDS = 300
AT_ONCE = datetime.timedelta(0)

PARKED_STATES = (State.SUSPENDED, State.CLOSED)
IS_PARKED = f"""EXISTS (SELECT 1 FROM {SITES} AS held WHERE held.slug = {TABLE}.site
    AND (held.maintenance <> '' OR held.state IN ({", ".join(f"'{state}'" for state in PARKED_STATES)})))"""
"""Work that keeps for later, no attempt counted: its site is worked on, suspended or closed."""

INSERT = f"""
INSERT INTO {TABLE} (kind, site, key, version, payload, epoch, state, attempts, not_before, error, created_at)
SELECT %s, work.site, key, version, payload::jsonb, coalesce(held.epoch, 1), 'waiting', 0, now() + %s::interval, '',
    now()
FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::text[]) AS work (site, key, version, payload)
LEFT JOIN {SITES} AS held ON held.slug = work.site
ON CONFLICT (kind, site, key) DO UPDATE
SET version = greatest({TABLE}.version, excluded.version), payload = excluded.payload, epoch = excluded.epoch,
    state = 'waiting', attempts = 0, not_before = excluded.not_before, error = ''
"""


def enqueue(
    kind: str,
    *,
    site: str = "",
    key: str,
    version: int = 0,
    payload: dict[str, Any] | None = None,
    after: datetime.timedelta = AT_ONCE,
) -> None:
    """Write one piece of work in the caller's transaction, to be done not before some time has passed."""
    enqueue_many(kind, [(site, key, version, payload or {})], after=after)


def enqueue_many(
    kind: str, works: Iterable[tuple[str, str, int, dict[str, Any]]], *, after: datetime.timedelta = AT_ONCE
) -> int:
    """Write ``(site, key, version, payload)`` rows of one kind in one statement; returns their number."""
    rows = list(works)
    if not rows:
        return 0
    sites, keys, versions, payloads = zip(*rows, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            [kind, str(after), list(sites), list(keys), list(versions), [json.dumps(payload) for payload in payloads]],
        )
    send_wakeup(QUEUE)
    return len(rows)


def drain(*, should_stop: Callable[[], bool] | None = None) -> int:
    """Do what is waiting until nothing is, or nothing succeeds; returns how many pieces were done."""
    done = 0
    while progressed := drain_round(should_stop=should_stop):
        done += progressed
    return done


def drain_round(*, should_stop: Callable[[], bool] | None = None) -> int:
    """Do one batch of each of the oldest groups, one transaction per kind and site; returns the pieces done.

    Look again until it is none: what the handlers add is not announced.
    """
    with in_public(), connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT kind, site FROM {TABLE} WHERE state = 'waiting' AND not_before <= now() AND NOT {IS_PARKED}
                GROUP BY kind, site ORDER BY min(id) LIMIT %s""",
            [GROUPS_PER_ROUND],
        )
        groups = cursor.fetchall()
    done = 0
    with looking_at(QUEUE):
        for kind, site in groups:
            if should_stop is not None and should_stop():
                break
            done += _drain_group(kind, site)
    return done


def _drain_group(kind: str, site: str) -> int:
    """Do one batch of a group; a failing batch is done again piece by piece."""
    try:
        return _do(kind, site, limit=BATCH)
    except Exception as error:  # noqa: BLE001  whatever a handler raises must not stop its neighbours
        logger.warning("Work of kind %s for site '%s' failed as a batch: %s", kind, site, error)
    with in_public(), connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT id FROM {TABLE} WHERE kind = %s AND site = %s AND state = 'waiting'
                AND not_before <= now() ORDER BY id LIMIT %s""",
            [kind, site, BATCH],
        )
        identifiers = [row[0] for row in cursor.fetchall()]
    done = 0
    for identifier in identifiers:
        try:
            done += _do(kind, site, limit=1, only=identifier)
        except Exception as error:  # noqa: BLE001  as above
            _record_failure(identifier, error)
    return done


def _do(kind: str, site: str, *, limit: int, only: int | None = None) -> int:
    handler = outbox_handlers.get(kind)
    with ExitStack() as stack:
        # The site is entered outside the transaction, so that on_commit hooks still see it.
        stack.enter_context(_entered(site) if site else in_public())
        stack.enter_context(transaction.atomic())
        if site and not share_site(site):
            return 0
        _drop_of_older_epochs(kind, site)
        items = _claim(kind, site, limit=limit, only=only)
        if not items:
            return 0
        handler(site, items)
        _record_work(kind, site, items)
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {TABLE} WHERE id = ANY(%s)", [[item.id for item in items]])
    return len(items)


def _record_work(kind: str, site: str, items: list[OutboxItem]) -> None:
    """One audit row per batch, in its transaction."""
    keys = [item.key for item in items]
    record(
        "outbox.work",
        site=site,
        person=SYSTEM,
        object_kind=kind,
        object_id=keys[0],
        detail={"count": len(keys), "keys": keys[:MOST_KEYS]},
    )


def _entered(site: str) -> AbstractContextManager[Site]:
    """The site's schema. Work for a site that is gone can never be done."""
    try:
        return in_site(get_site(site))
    except LookupError as error:
        raise PoisonedItem(str(error)) from error


def _drop_of_older_epochs(kind: str, site: str) -> None:
    """Delete work that was wished before the site was restored, with a note in the audit log."""
    if not site:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"""DELETE FROM {TABLE} WHERE kind = %s AND site = %s
                AND epoch < (SELECT epoch FROM {SITES} WHERE slug = %s) RETURNING key""",
            [kind, site, site],
        )
        dropped = sorted(row[0] for row in cursor.fetchall())
    if dropped:
        record("outbox.drop", site=site, object_kind="work", object_id=kind, detail={"keys": dropped[:BATCH]})


def _claim(kind: str, site: str, *, limit: int, only: int | None) -> list[OutboxItem]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT id, key, version, payload, attempts FROM {TABLE}
                WHERE kind = %s AND site = %s AND state = 'waiting' AND not_before <= now()
                  AND (%s::bigint IS NULL OR id = %s) AND NOT {IS_PARKED}
                ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED""",
            [kind, site, only, only, limit],
        )
        return [
            OutboxItem(
                id=row[0],
                kind=kind,
                site=site,
                key=row[1],
                version=row[2],
                payload=json.loads(row[3]) if isinstance(row[3], str) else row[3],
                attempts=row[4],
            )
            for row in cursor.fetchall()
        ]


def _record_failure(identifier: int, error: Exception) -> None:
    """Put the piece back with a growing pause, or aside when it can never succeed."""
    is_poisoned = isinstance(error, PoisonedItem)
    reason = f"{type(error).__name__}: {error}"[:2000]
    with in_public(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"""UPDATE {TABLE} SET attempts = attempts + 1, error = %s,
                state = CASE WHEN %s OR attempts + 1 >= %s THEN 'dead' ELSE 'waiting' END,
                not_before = now() + least(power(2, attempts), %s) * interval '1 second'
                WHERE id = %s RETURNING id, kind, site, key, version, payload, attempts, state""",
            [reason, is_poisoned, MAX_ATTEMPTS, LONGEST_WAIT_SECONDS, identifier],
        )
        row = cursor.fetchone()
        if row is None:
            return
        item = OutboxItem(
            id=row[0],
            kind=row[1],
            site=row[2],
            key=row[3],
            version=row[4],
            payload=json.loads(row[5]) if isinstance(row[5], str) else row[5],
            attempts=row[6],
        )
        is_dead = row[7] == "dead"
        logger.error("Work %s '%s' for site '%s' failed (attempt %s): %s", *row[1:2], row[3], row[2], row[6], reason)
        for kind, report in outbox_failures.items():
            if kind == item.kind:
                _report(report, item, reason, is_dead=is_dead)


def _report(report: Callable[[OutboxItem, str, bool], None], item: OutboxItem, reason: str, *, is_dead: bool) -> None:
    """Tell whoever shows failures; one that cannot be shown must not stop the worker."""
    try:
        with transaction.atomic():
            report(item, reason, is_dead)
    except Exception:
        logger.exception("The failure of work %s '%s' could not be reported.", item.kind, item.key)


def retry_dead(*, kind: str = "", site: str = "") -> int:
    """Put work that was set aside back in line; returns how many pieces."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""UPDATE {TABLE} SET state = 'waiting', attempts = 0, not_before = now()
                WHERE state = 'dead' AND (%s = '' OR kind = %s) AND (%s = '' OR site = %s)""",
            [kind, kind, site, site],
        )
        count = cursor.rowcount
    send_wakeup(QUEUE)
    return count


def drop_work(site: str) -> int:
    """Delete whatever waits for a site that is about to be dropped; returns how many pieces."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE} WHERE site = %s", [site])
        return int(cursor.rowcount)


def outbox_backlog() -> dict[str, int]:
    """Number of waiting and dead pieces, of those waiting for their site, the oldest waiting one's age in seconds.

    What was written for later does not wait before its time.
    """
    is_due = "state = 'waiting' AND (attempts > 0 OR not_before <= now())"
    since = "CASE WHEN attempts = 0 THEN not_before ELSE created_at END"
    with in_public(), connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT count(*) FILTER (WHERE {is_due}), count(*) FILTER (WHERE state = 'dead'),
                count(*) FILTER (WHERE {is_due} AND {IS_PARKED}),
                coalesce(extract(epoch FROM now() - min({since}) FILTER (WHERE {is_due})), 0)::int
                FROM {TABLE}"""
        )
        waiting, dead, parked, oldest = cursor.fetchone()
    return {"waiting": waiting, "dead": dead, "parked": parked, "oldest_waiting_seconds": oldest}
