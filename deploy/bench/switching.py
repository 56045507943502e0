"""A request on alternating sites beside the same request on the same site again and again."""

from __future__ import annotations

import statistics
import time

from deploy.bench.application import Application
from deploy.bench.network import Network
from deploy.bench.results import NotMeasured, Result

SITES = 8
ROUNDS = 12
REQUESTS_PER_SITE = 12
PATH = "/tzgg/"
MOST_TIMES = 1.15


def measure(network: Network) -> Result:
    """The same requests in two orders, in turns: one site after the other, or a different one each time."""
    slugs = [site.slug for site in network.receivers()[:SITES]]
    if len(slugs) < SITES:
        raise NotMeasured(f"只有 {len(slugs)} 个站点，需要 {SITES} 个。请先用 deploy/run demo 建立演示网络。")
    application = Application()
    same = [slug for slug in slugs for _ in range(REQUESTS_PER_SITE)]
    alternating = slugs * REQUESTS_PER_SITE
    _ask(application, alternating + same)
    ours: list[float] = []
    reference: list[float] = []
    for number in range(ROUNDS):
        # Whatever slows the machine for a while falls on both alike.
        for order in ((alternating, same), (same, alternating))[number % 2]:
            (ours if order is alternating else reference).extend(_ask(application, order))
    ratio = statistics.median(ours) / statistics.median(reference)
    return Result(
        name="tenant_switch",
        ours=statistics.median(ours) * 1000,
        reference=statistics.median(reference) * 1000,
        unit="ms",
        ratio=ratio,
        goal=f"at most {MOST_TIMES} times",
        is_met=ratio <= MOST_TIMES,
        details={
            "sites": len(slugs),
            "requests": len(ours),
            "mean": {"ours": statistics.mean(ours) * 1000, "reference": statistics.mean(reference) * 1000},
        },
    )


def _ask(application: Application, slugs: list[str]) -> list[float]:
    seconds = []
    for slug in slugs:
        began = time.perf_counter()
        status, _body = application.get(slug, PATH)
        seconds.append(time.perf_counter() - began)
        if status != 200:
            raise NotMeasured(f"{slug}{PATH} 应答 {status}。")
    return seconds
