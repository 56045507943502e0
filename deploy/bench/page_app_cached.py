"""The application answering from its cache, beside an empty view behind the same middleware on the same server."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from django.conf import settings

from deploy.bench.network import Network, host_of
from deploy.bench.references.serving import gunicorn
from deploy.bench.results import NotMeasured, Result
from deploy.bench.visitors import Reply, to_socket, visit
from deploy.launcher.paths import StateDirectory
from deploy.settings import env

SITES = 20
BLOCKS = 6
BLOCK_SECONDS = 4.0
VISITORS = 4
AT_LEAST = 0.5
REFERENCE = "deploy.bench.references.empty_settings"


def measure(network: Network) -> Result:
    """Blocks of a closed loop in turns, past the front server."""
    place = StateDirectory(Path(settings.STATE_DIR)).web_socket
    if not place.exists() or not settings.REDIS_URL:
        raise NotMeasured("没有应用服务器的套接字或 Redis。请用本机启动、装有 nginx 和 redis-server 的演示测量。")
    questions = [(host_of(site.slug), "/") for site in [network.hub, *network.receivers()][:SITES]]

    def order(number: int) -> Iterator[int]:
        return (index % len(questions) for index in count(number))

    kept: list[bool] = []

    def is_kept(index: int, reply: Reply, asked: float) -> str:
        kept.append(b"x-application-cache: hit" in reply.head.lower())
        return "" if reply.status == 200 else f"{questions[index][0]} 应答 {reply.status}"

    def is_empty(index: int, reply: Reply, asked: float) -> str:
        return "" if reply.status == 200 and not reply.body else f"参照物应答 {reply.status}"

    environment = env.child_environment(GOVSITES_DATABASE_ROLE="app", DJANGO_SETTINGS_MODULE=REFERENCE)
    rates: dict[str, list[float]] = {"ours": [], "reference": []}
    faults: list[str] = []
    with gunicorn(
        "deploy.wsgi:application", directory=Path(settings.BASE_DIR), environment=environment, host=questions[0][0]
    ) as reference:
        turns = (("ours", to_socket(place), is_kept), ("reference", reference, is_empty))
        for number in range(BLOCKS + 1):
            for name, connect, judge in turns:
                crowd = visit(connect, questions, order, visitors=VISITORS, seconds=BLOCK_SECONDS, judge=judge)
                faults += crowd.faults
                if number:  # the first warms up
                    rates[name].append(crowd.rate)
            if not number:
                kept.clear()
    if faults or not kept:
        raise NotMeasured(faults[0] if faults else "没有应答")
    ours, empty = statistics.median(rates["ours"]), statistics.median(rates["reference"])
    return Result(
        name="page_app_cached",
        ours=ours,
        reference=empty,
        unit="answers/s",
        ratio=ours / empty,
        goal=f"at least {AT_LEAST}",
        is_met=ours / empty >= AT_LEAST,
        details={
            "hit_rate": sum(kept) / len(kept),
            "ours_blocks": rates["ours"],
            "reference_blocks": rates["reference"],
        },
    )
