"""Fifty publishes that take an index number at once, over four processes, beside a plain sequence."""

from __future__ import annotations

import concurrent.futures
import multiprocessing
import statistics
import time
import uuid
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import connection

from deploy.bench.network import Network
from deploy.bench.publishing_at_once import GIVEN_UP_EVERY, LOCK, publish_share
from deploy.bench.results import Result

PROCESSES, PUBLISHES, ROUNDS = 4, 50, 5

OURS = """INSERT INTO public.network_numbering_indexnumber
    (content_id, site, organisation, year, serial, pattern, number, is_brought, issued_at)
VALUES (%(content)s, 'bench', %(organisation)s, 2026, 0, '{organisation}/{year}-{serial}', '', false, now())"""
PLAIN = """INSERT INTO public.bench_plain_numbers (content_id, organisation, serial)
VALUES (%(content)s, %(organisation)s, nextval('public.bench_plain_sequence'))"""
PREPARE = """
DROP TABLE IF EXISTS public.bench_plain_numbers;
DROP SEQUENCE IF EXISTS public.bench_plain_sequence;
CREATE SEQUENCE public.bench_plain_sequence;
CREATE TABLE public.bench_plain_numbers (content_id uuid UNIQUE, organisation text, serial bigint UNIQUE);
"""
DROP = "DROP TABLE public.bench_plain_numbers; DROP SEQUENCE public.bench_plain_sequence;"
WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted"


@dataclass(frozen=True)
class Round:
    """Seconds from the common start to the last commit, with the serials that are left."""

    seconds: float
    serials: list[int]

    @property
    def gaps(self) -> int:
        """Serials up to the last one that nobody has."""
        return (max(self.serials) - len(set(self.serials))) if self.serials else 0

    @property
    def duplicates(self) -> int:
        return len(self.serials) - len(set(self.serials))


def measure(network: Network) -> Result:
    """Ours and the sequence in turns, each round an organisation of its own."""
    ours: list[Round] = []
    plain: list[Round] = []
    parameters = _parameters()
    with psycopg.connect(**parameters, autocommit=True) as raw:
        raw.execute(PREPARE)
        try:
            for number in range(ROUNDS):
                organisation = f"BENCH{uuid.uuid4().hex[:12].upper()}"
                ours.append(_round(raw, parameters, OURS, "network_numbering_indexnumber", organisation))
                raw.execute("TRUNCATE public.bench_plain_numbers; ALTER SEQUENCE public.bench_plain_sequence RESTART")
                plain.append(_round(raw, parameters, PLAIN, "bench_plain_numbers", organisation))
                network.report(
                    f"第 {number + 1} 轮：索引号 {ours[-1].seconds:.3f} 秒、断号 {ours[-1].gaps}，"
                    f"序列 {plain[-1].seconds:.3f} 秒、断号 {plain[-1].gaps}"
                )
        finally:
            raw.execute(DROP)
    seconds = statistics.median(held.seconds for held in ours)
    reference = statistics.median(held.seconds for held in plain)
    kept = PUBLISHES - PUBLISHES // GIVEN_UP_EVERY
    gaps, duplicates = sum(held.gaps for held in ours), sum(held.duplicates for held in ours)
    plain_gaps = sum(held.gaps for held in plain)
    return Result(
        name="index_numbers",
        ours=seconds,
        reference=reference,
        unit="s",
        ratio=seconds / reference,
        goal=f"no gap, no duplicate ({gaps}, {duplicates}; the sequence left {plain_gaps} gaps)",
        is_met=gaps == 0 and duplicates == 0 and all(len(held.serials) == kept for held in ours),
        details={
            "publishes": PUBLISHES,
            "processes": PROCESSES,
            "ours_rounds": [held.seconds for held in ours],
            "reference_rounds": [held.seconds for held in plain],
        },
    )


def _parameters() -> dict[str, Any]:
    given = connection.settings_dict
    return {
        "host": given["HOST"],
        "port": given["PORT"],
        "user": given["USER"],
        "password": given["PASSWORD"],
        "dbname": given["NAME"],
    }


def _round(
    raw: psycopg.Connection[Any], parameters: dict[str, Any], statement: str, table: str, organisation: str
) -> Round:
    """Everybody waits at one lock; then all publish at once."""
    shares = [PUBLISHES // PROCESSES + (number < PUBLISHES % PROCESSES) for number in range(PROCESSES)]
    starts = [sum(shares[:number]) for number in range(PROCESSES)]
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
        raw.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        futures = [
            pool.submit(publish_share, parameters, statement, organisation, start, share)
            for start, share in zip(starts, shares, strict=True)
        ]
        while raw.execute(WAITING, [LOCK]).fetchone() != (PUBLISHES,):
            for future in futures:
                if future.done():
                    future.result()
            time.sleep(0.01)
        began = time.monotonic()
        raw.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        for future in futures:
            future.result()
        seconds = time.monotonic() - began
    # The table is one of the two named above.
    rows = raw.execute(f"SELECT serial FROM public.{table} WHERE organisation = %s", [organisation]).fetchall()
    return Round(seconds, [int(serial) for (serial,) in rows])
