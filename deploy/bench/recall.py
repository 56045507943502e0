"""A recall with a sweep of everything that showed the item, beside one plain UPDATE with its commit."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db import connection, transaction

from deploy.bench import copies
from deploy.bench.items import Item, dispatch, items_on_line, manager, recall, wait_until_placed, wait_until_settled
from deploy.bench.network import Network
from deploy.bench.results import NotMeasured, Result
from network.syndication.api import Delivery
from network.tenancy.contexts import in_site
from network.tenancy.models import Site

ITEMS = 3
"""Items per pass; there are two passes."""
SECONDS_AFTER_COMMIT = 2.0
VISITORS = 4
GONE = (404, 410)
REFRESH_SECONDS = 3.0
"""The engine shows what it was sent after a second; the front cache keeps a page as long."""


@dataclass(frozen=True)
class Address:
    """One address with the marks by which it shows an item."""

    slug: str
    path: str
    marks: dict[str, Item]
    is_own_page: bool = False


@dataclass
class Pass:
    """What one pass found."""

    seconds: list[float]
    reference: list[float]
    had_shown: int
    shown: list[str]
    requests: int


def measure(network: Network) -> Result:
    """Once with every process running, once without worker and indexer."""
    sites = network.receivers()
    copies.prepare()
    copies.copy_table("public", "network_syndication_item")
    passes = []
    for stopped in ((), ("worker", "indexer")):
        with items_on_line(network, ITEMS) as items:
            passes.append(_pass(network, sites, items, stopped=stopped))
    ours = [seconds * 1000 for each in passes for seconds in each.seconds]
    reference = [seconds * 1000 for each in passes for seconds in each.reference]
    had_shown = sum(each.had_shown for each in passes)
    shown = [address for each in passes for address in each.shown]
    for address in shown:
        network.report(f"仍然显示：{address}")
    found = f" ({len(shown)} are)" if shown else ""
    return Result(
        name="recall",
        ours=statistics.median(ours),
        reference=statistics.median(reference),
        unit="ms",
        ratio=statistics.median(ours) / statistics.median(reference),
        goal=f"0 of {had_shown} shown{found}",
        is_met=not shown,
        details={
            "sites": len(sites),
            "addresses_that_showed": [each.had_shown for each in passes],
            "shown": [len(each.shown) for each in passes],
            "requests": [each.requests for each in passes],
            "ours_rounds": ours,
            "reference_rounds": reference,
        },
    )


def _pass(network: Network, sites: Sequence[Site], items: Sequence[Item], *, stopped: Sequence[str]) -> Pass:
    with in_site(network.hub):
        person = manager(network)
        for item in items:
            dispatch(network, item, acting_user=person, sites=sites)
    wait_until_placed(items, len(sites))
    wait_until_settled()
    time.sleep(REFRESH_SECONDS)
    addresses = _addresses(network, items)
    showed = _sweep(network, addresses)
    if not showed:
        raise NotMeasured("下发的信息没有出现在任何地址上。")
    with network.without(*stopped):
        seconds, reference = [], []
        with in_site(network.hub):
            person = manager(network)
            for item in items:
                began = time.perf_counter()
                recall(network, item, acting_user=person)
                seconds.append(time.perf_counter() - began)
                reference.append(_plain_update(item))
        time.sleep(SECONDS_AFTER_COMMIT)
        shown = _sweep(network, addresses)
    network.report(
        f"撤回后{'(worker、indexer 停止)' if stopped else ''}查看 {len(addresses)} 个地址,"
        f"此前显示 {len(showed)} 处，仍显示 {len(shown)} 处"
    )
    wait_until_settled()
    return Pass(seconds=seconds, reference=reference, had_shown=len(showed), shown=shown, requests=len(addresses))


def _plain_update(item: Item) -> float:
    """Seconds to mark the copy of the item's head, commit included."""
    table = f"{copies.SCHEMA}.network_syndication_item"
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table}")
        cursor.execute(
            f"INSERT INTO {table} SELECT * FROM public.network_syndication_item WHERE content_id = %s",
            [item.content_id],
        )
    began = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET state = 'recalled', version = version + 1 WHERE content_id = %s", [item.content_id]
        )
    return time.perf_counter() - began


def _addresses(network: Network, items: Sequence[Item]) -> list[Address]:
    """The item's page, its column, home, feed, sitemap, a search: on every site that was sent it."""
    places: dict[str, dict[Item, str]] = {"hub": {item: item.path for item in items}}
    by_content = {item.content_id: item for item in items}
    for delivery in Delivery.objects.filter(content_id__in=by_content):
        places.setdefault(delivery.site, {})[by_content[delivery.content_id]] = delivery.path
    titles = {item.title_mark: item for item in items}
    addresses = []
    for slug, paths in places.items():
        columns = {path.rstrip("/").rpartition("/")[0] + "/" for path in paths.values()}
        links = {path: item for item, path in paths.items()}
        addresses += [Address(slug, path, titles) for path in ("/", "/feed.atom", *sorted(columns))]
        addresses.append(Address(slug, "/sitemap.xml", links))
        for item, path in paths.items():
            addresses.append(Address(slug, path, {item.body_mark: item}, is_own_page=True))
            # What is searched for stands in the form again, so another word of the title tells.
            addresses.append(Address(slug, "/search/?" + urlencode({"q": item.search_word}), {item.title_mark: item}))
    return addresses


def _sweep(network: Network, addresses: Sequence[Address]) -> list[str]:
    """Ask every address; returns those that show an item, once per item shown."""
    with ThreadPoolExecutor(VISITORS) as visitors:
        found = visitors.map(lambda address: _shown_at(network, address), addresses)
        return [line for lines in found for line in lines]


def _shown_at(network: Network, address: Address) -> list[str]:
    answer = network.web.get(address.slug, address.path)
    name = f"{address.slug}{address.path}"
    if answer.status not in (200, *(GONE if address.is_own_page else ())):
        raise NotMeasured(f"{name} 的状态码是 {answer.status}")
    shown = [f"{name} {mark}" for mark in address.marks if mark in answer.body]
    if address.is_own_page and answer.status == 200 and not shown:
        raise NotMeasured(f"{name} 有应答，但正文不是所下发的信息")
    return shown
