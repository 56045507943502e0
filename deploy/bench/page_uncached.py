"""A home page that is kept nowhere, beside a stock project that sends the same bytes."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deploy.bench.network import Network, host_of
from deploy.bench.references.stock_project import HOST, stock_project
from deploy.bench.results import NotMeasured, Result
from deploy.bench.visitors import Reply, Visitor, to_socket
from deploy.launcher.paths import StateDirectory
from themes.remembered import parts

ROUNDS = 12
REQUESTS = 20
MOST_TIMES = 1.3
UNKEPT = "/?unkept={number}"
"""A query that no page knows: answered past every cache."""


def measure(network: Network) -> Result:
    """One visitor, in turns; the application is asked past the front server."""
    place = StateDirectory(Path(settings.STATE_DIR)).web_socket
    if not place.exists():
        raise NotMeasured("没有应用服务器的套接字。请用本机启动、装有 nginx 的演示测量。")
    host = host_of(network.hub.slug)
    visitor = Visitor(to_socket(place))
    page = _ask(visitor, host, UNKEPT.format(number=0))
    if b"x-application-cache" in page.head.lower():
        raise NotMeasured("这个网址经过了页面缓存，不能用来测量。")
    ours: list[float] = []
    reference: list[float] = []
    network.report("另建 wagtail start 的项目")
    with stock_project(page.body) as stock:
        other = Visitor(stock.connect)
        if _ask(other, HOST, "/").body != page.body:
            raise NotMeasured("参照项目送出的字节不同。")
        for number in range(ROUNDS + 1):
            ours_now = [_seconds(visitor, host, UNKEPT.format(number=index)) for index in range(REQUESTS)]
            reference_now = [_seconds(other, HOST, "/") for _ in range(REQUESTS)]
            if number:  # the first warms up
                ours += ours_now
                reference += reference_now
        other.close()
        statements = {"ours": _statements(host), "reference": stock.statements}
    within = {name: _within(host, forgets=name == "nothing") for name in ("everything", "nothing")}
    visitor.close()
    ratio = statistics.median(ours) / statistics.median(reference)
    return Result(
        name="page_uncached",
        ours=statistics.median(ours) * 1000,
        reference=statistics.median(reference) * 1000,
        unit="ms",
        ratio=ratio,
        goal=f"at most {MOST_TIMES} times, {statements['ours']} statements beside {statements['reference']}",
        is_met=ratio <= MOST_TIMES,
        details={
            "bytes": len(page.body),
            "statements": statements,
            "requests": len(ours),
            "ms_in_this_process_with_parts_remembered": within,
        },
    )


def _ask(visitor: Visitor, host: str, path: str) -> Reply:
    reply = visitor.get(host, path)
    if reply.status != 200:
        raise NotMeasured(f"{host}{path} 应答 {reply.status}")
    return reply


def _seconds(visitor: Visitor, host: str, path: str) -> float:
    began = time.perf_counter()
    _ask(visitor, host, path)
    return time.perf_counter() - began


def _statements(host: str) -> int:
    """What one such request asks of the database in a process that is warm."""
    for _number in range(2):
        with CaptureQueriesContext(connection) as asked:
            Client().get(UNKEPT.format(number=1), HTTP_HOST=host)
    return len(asked)


def _within(host: str, *, forgets: bool) -> float:
    """Milliseconds of such a request in this process, with all parts of pages remembered or none of them."""
    client, taken = Client(), []
    for number in range(REQUESTS + 2):
        if forgets:
            parts.forget()
        began = time.perf_counter()
        client.get(UNKEPT.format(number=number), HTTP_HOST=host)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken[2:]) * 1000
