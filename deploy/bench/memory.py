"""Memory of the processes and of their database backends after thousands of requests over all sites.

A PostgreSQL backend keeps the catalogue of every schema it saw. The reference is a connection that
is never given up and reads the same sites.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle, islice

from django.db import connection

from deploy.bench.application import Application, backends, private_megabytes
from deploy.bench.network import Network
from deploy.bench.results import NotMeasured, Result
from network.tenancy.api import Site, live_sites
from network.tenancy.backend.base import RECYCLE_AFTER_SCHEMAS
from network.tenancy.contexts import in_site

REQUESTS = 10_000
WARMING = 400
THREADS = 4
PATHS = ("/", "/tzgg/", "/feed.atom")
MOST_GROWTH_MEGABYTES = 40
"""A process fills its caches (2,000 entries each) while it gets to know all sites; more is a leak."""
MOST_BACKENDS = 40
"""Two web processes of four connections, worker, indexer, provisioner with their pools."""
SLACK = 1.5
MODELS_READ = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"


@dataclass(frozen=True)
class Weight:
    """What processes and backends hold, in megabytes."""

    processes: dict[str, float]
    backends: list[float]

    @property
    def largest_backend(self) -> float:
        return max(self.backends, default=0.0)


def measure(network: Network) -> Result:
    """Weigh, ask ten thousand times over every site, weigh again; then the connection that stays."""
    sites = live_sites()
    application = Application()
    failed: list[str] = []

    def judge(slug: str, path: str, status: int, body: bytes) -> None:
        if status != 200:
            failed.append(f"{slug}{path} {status}")

    def ask(chosen: list[Site], count: int) -> None:
        questions = ((site.slug, path) for path, site in zip(cycle(PATHS), cycle(chosen), strict=False))
        # Three addresses over a number of sites that is no multiple of three: every pair comes up.
        application.ask_all(islice(questions, count), threads=THREADS, judge=judge)

    few = sites[:2]
    ask(few, WARMING)
    before = _weigh(application)
    ask(sites, REQUESTS)
    after = _weigh(application)
    if failed:
        raise NotMeasured(f"{len(failed)} 个请求没有得到 200，例如 {failed[0]}。")
    stays = _connection_that_stays(sites)
    growth = {name: after.processes[name] - before.processes[name] for name in before.processes}
    per_schema = (stays[-1] - stays[0]) / len(sites)
    allowed = (stays[0] + per_schema * (RECYCLE_AFTER_SCHEMAS + THREADS)) * SLACK
    network.report(
        "；".join(f"{name} {before.processes[name]:.0f} → {after.processes[name]:.0f} MB" for name in growth)
        + f"；数据库进程 {len(after.backends)} 个，最大 {before.largest_backend:.0f} → {after.largest_backend:.0f} MB"
        f"；不回收的连接 {stays[0]:.0f} → {stays[-1]:.0f} MB"
    )
    is_met = (
        max(growth.values()) <= MOST_GROWTH_MEGABYTES
        and after.largest_backend <= allowed
        and len(after.backends) <= MOST_BACKENDS
    )
    return Result(
        name="memory_flat",
        ours=after.largest_backend,
        reference=stays[-1],
        unit="MB",
        ratio=after.largest_backend / stays[-1],
        goal=f"processes grow at most {MOST_GROWTH_MEGABYTES} MB, backends hold at most {allowed:.0f} MB",
        is_met=is_met,
        details={
            "sites": len(sites),
            "requests": REQUESTS,
            "processes_before": before.processes,
            "processes_after": after.processes,
            "backends_before": sorted(before.backends),
            "backends_after": sorted(after.backends),
            "stays": [stays[0], stays[-1]],
        },
    )


def _weigh(application: Application) -> Weight:
    found = application.processes()
    weighed = {name: sum(private_megabytes(pid) for pid in pids) for name, pids in found.items()}
    return Weight(weighed, [private_megabytes(pid) for pid in backends()])


def _connection_that_stays(sites: list[Site]) -> list[float]:
    """Megabytes of this process's own backend before and after it read every table of every site."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    weights = [private_megabytes(pid)]
    for site in sites:
        with in_site(site), connection.cursor() as cursor:
            cursor.execute(MODELS_READ)
            for (table,) in cursor.fetchall():
                cursor.execute(f'SELECT 1 FROM "{table}" LIMIT 1')
    weights.append(private_megabytes(pid))
    connection.close()
    return weights
