"""A hundred thousand answers over HTTP, each held against the marks of all sites.

Every address that is asked names its site in the answer (feed, sitemap, home page); an answer with
the marks of another site, or without the own, is a leak. The reference is one site asked alone.
"""

from __future__ import annotations

import threading
import time
from itertools import cycle, islice

from deploy.bench.application import Application
from deploy.bench.network import Network, host_of
from deploy.bench.results import Result
from network.tenancy.api import Site, live_sites

ANSWERS = 100_000
REFERENCE_ANSWERS = 2_000
THREADS = 8
ADDRESSES = ("/feed.atom", "/sitemap.xml", "/mode/?set=normal&next=/tzgg/", "/no-such-page/")
REPORT_EVERY = 10_000


class Judge:
    """Counts answers, keeps the wrong ones."""

    def __init__(self, sites: list[Site], network: Network) -> None:
        self.own = {site.slug: f"http://{host_of(site.slug)}/".encode() for site in sites}
        self.names = {site.slug: site.full_name.encode() for site in sites}
        self.network = network
        self.answers = 0
        self.wrong: list[str] = []
        self._lock = threading.Lock()

    def __call__(self, slug: str, path: str, status: int, body: bytes) -> None:
        wrong = self._fault(slug, path, status, body)
        with self._lock:
            self.answers += 1
            if wrong:
                self.wrong.append(f"{slug}{path}: {wrong}")
            if self.answers % REPORT_EVERY == 0:
                self.network.report(f"{self.answers} 个应答，错站 {len(self.wrong)} 个")

    def _fault(self, slug: str, path: str, status: int, body: bytes) -> str:
        if path.startswith("/mode/"):
            return "" if status == 302 else str(status)
        if path.startswith("/no-such"):
            # Its frame names the own site in the head; all others appear as links only.
            is_own = b'name="SiteName" content="' + self.names[slug] + b'"' in body
            return "" if status == 404 and is_own else f"{status}, own name missing"
        if status != 200 or self.own[slug] not in body:
            return f"{status}, own host missing"
        for other, mark in self.own.items():
            if other != slug and mark in body:
                return f"shows {other}"
        return ""


def measure(network: Network) -> Result:
    """Every site in turn from several threads; the order mixes sites on each connection."""
    sites = live_sites()
    application, judge = Application(), Judge(sites, network)
    alone = Judge(sites, network)
    one = sites[0].slug
    began = time.perf_counter()
    application.ask_all(
        ((one, path) for path in islice(cycle(ADDRESSES), REFERENCE_ANSWERS)), threads=THREADS, judge=alone
    )
    reference = alone.answers / (time.perf_counter() - began)
    began = time.perf_counter()
    pairs = ((site.slug, path) for path in cycle(ADDRESSES) for site in sites)
    application.ask_all(islice(pairs, ANSWERS), threads=THREADS, judge=judge)
    ours = judge.answers / (time.perf_counter() - began)
    for wrong in judge.wrong[:10]:
        network.report(f"错误的应答：{wrong}")
    return Result(
        name="leaks",
        ours=ours,
        reference=reference,
        unit="answers/s",
        ratio=ours / reference,
        goal=f"0 of {judge.answers} answers wrong" + (f" ({len(judge.wrong)} are)" if judge.wrong else ""),
        is_met=not judge.wrong and not alone.wrong and judge.answers == ANSWERS,
        details={"sites": len(sites), "wrong": judge.wrong[:50]},
    )
