"""Pages through the front server, beside the same bytes from disk, with a recall in the middle.

Addresses are asked for as often as visitors of such sites do: the second half as often as the first, the third a third
(Zipf). An answer that was asked for two seconds after the recall's commit and shows the item is a fault.
"""

from __future__ import annotations

import random
import re
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

from django.conf import settings
from django.db import connection

from deploy.bench.items import Item, dispatch, items_on_line, manager, recall, wait_until_placed, wait_until_settled
from deploy.bench.network import Network, host_of
from deploy.bench.references.serving import files_on_disk
from deploy.bench.results import NotMeasured, Result
from deploy.bench.visitors import Crowd, Reply, Visitor, to_port, visit
from network.syndication.api import Delivery
from network.tenancy.api import live_sites
from network.tenancy.contexts import in_site

ADDRESSES = 1_000
BLOCKS = 12
RECALL_IN_BLOCK = 4
BLOCK_SECONDS = 4.0
RECALL_AFTER_SECONDS = 1.0
SECONDS_AFTER_COMMIT = 2.0
VISITORS = 4
DRAWN_AT_ONCE = 4_096
AT_LEAST = 0.8
SEED = 2011
LOCATION = re.compile(r"<loc>https?://[^/<]+(/[^<]*)</loc>")
HIT = b"X-Page-Cache: HIT"


def measure(network: Network) -> Result:
    """Blocks of a closed loop in turns; the recall falls into one of ours."""
    with items_on_line(network, 1) as (item,):
        return _measure(network, item)


def _measure(network: Network, item: Item) -> Result:
    with in_site(network.hub):
        person = manager(network)
        dispatch(network, item, acting_user=person, sites=network.receivers())
    wait_until_placed([item], len(network.receivers()))
    wait_until_settled()
    addresses = _addresses(network, item)
    questions = [(host_of(slug), path) for slug, path in addresses]
    ours = to_port(settings.PUBLIC_PORT)
    with tempfile.TemporaryDirectory(prefix="gs-bench-") as folder:
        root = Path(folder)
        root.chmod(0o755)
        sizes = _write_files(questions, root)
        with files_on_disk(root) as files:
            on_disk = [("files", f"/{index}.html") for index in range(len(questions))]
            # Reading an answer costs the visitor time, so those from disk are read the same way.
            stale, from_disk = Stale(item, questions), Stale(item, on_disk)
            crowds: dict[str, list[Crowd]] = {"ours": [], "reference": []}
            for number in range(BLOCKS):
                taker = _recall_soon(network, item, stale) if number == RECALL_IN_BLOCK else None
                crowds["ours"].append(
                    visit(ours, questions, _order, visitors=VISITORS, seconds=BLOCK_SECONDS, judge=stale.judge)
                )
                if taker is not None:
                    taker.join()
                    if stale.committed is None:
                        raise NotMeasured("撤回没有完成，请看上面的错误。")
                crowds["reference"].append(
                    visit(files, on_disk, _order, visitors=VISITORS, seconds=BLOCK_SECONDS, judge=from_disk.judge)
                )
    wait_until_settled()
    faults = [fault for each in crowds.values() for crowd in each for fault in crowd.faults]
    for fault in faults[:10]:
        network.report(fault)
    rates = {name: [crowd.rate for crowd in each] for name, each in crowds.items()}
    ratio = statistics.median(rates["ours"]) / statistics.median(rates["reference"])
    share = stale.hits / max(stale.answers, 1)
    return Result(
        name="page_cached",
        ours=statistics.median(rates["ours"]),
        reference=statistics.median(rates["reference"]),
        unit="answers/s",
        ratio=ratio,
        goal=f"at least {AT_LEAST}, {len(faults)} faults, {stale.shown_late} of {stale.asked_late} asked 2 s after the "
        f"recall showed it, {share:.1%} hits",
        is_met=ratio >= AT_LEAST and not faults and stale.asked_late > 0,
        details={
            "addresses": len(questions),
            "sites": len({slug for slug, _ in addresses}),
            "bytes_of_a_page": statistics.mean(sizes),
            "hit_rate": share,
            "answers": stale.answers,
            "showed_the_item_before": stale.shown_before,
            "asked_late": stale.asked_late,
            "shown_late": stale.shown_late,
            "ours_blocks": rates["ours"],
            "reference_blocks": rates["reference"],
            "mean_ratio": statistics.mean(rates["ours"]) / statistics.mean(rates["reference"]),
            "recall_in_block": RECALL_IN_BLOCK,
        },
    )


class Stale:
    """Judges answers: status, hits of the front server, whether a recalled item still shows.

    An ETag names the bytes of an answer, so each version of a page is read once: reading costs the visitor more
    than asking does.
    """

    def __init__(self, item: Item, questions: list[tuple[str, str]]) -> None:
        self._title, self._body = item.title_mark.encode(), item.body_mark.encode()
        self._questions = questions
        self._read: dict[bytes, bool] = {}
        self.committed: float | None = None
        self.answers = self.hits = self.shown_before = self.asked_late = self.shown_late = 0

    def judge(self, index: int, reply: Reply, asked: float) -> str:
        shows = self._shows(reply)
        is_late = self.committed is not None and asked >= self.committed + SECONDS_AFTER_COMMIT
        self.answers += 1
        self.hits += HIT in reply.head
        self.shown_before += shows and self.committed is None
        self.asked_late += is_late
        self.shown_late += is_late and shows
        if is_late and shows:
            return f"撤回两秒以后仍然显示：{self._name(index)}"
        is_expected = reply.status == 200 or (reply.status == 410 and self.committed is not None)
        return "" if is_expected else f"{self._name(index)} 应答 {reply.status}"

    def _shows(self, reply: Reply) -> bool:
        tag = reply.header(b"ETag")
        known = self._read.get(tag)
        if known is not None:
            return known
        # The notice that stands in a recalled item's place (410) names it; its words are gone.
        shows = self._body in reply.body or (reply.status == 200 and self._title in reply.body)
        if tag:
            self._read[tag] = shows
        return shows

    def _name(self, index: int) -> str:
        return "".join(self._questions[index])


def _recall_soon(network: Network, item: Item, stale: Stale) -> threading.Thread:
    def act() -> None:
        try:
            time.sleep(RECALL_AFTER_SECONDS)
            with in_site(network.hub):
                recall(network, item, acting_user=manager(network))
            stale.committed = time.monotonic()
        finally:
            connection.close()

    taker = threading.Thread(target=act)
    taker.start()
    return taker


def _order(number: int) -> Iterator[int]:
    """Indexes drawn by weight, the same for ours and the reference."""
    chance = random.Random(SEED + number)
    weights = list(accumulate(1 / rank for rank in range(1, ADDRESSES + 1)))
    while True:
        yield from chance.choices(range(ADDRESSES), cum_weights=weights, k=DRAWN_AT_ONCE)


def _addresses(network: Network, item: Item) -> list[tuple[str, str]]:
    """Slug and path of as many pages as are wanted, over all sites, in an order by chance; those of the item too."""
    places = dict(Delivery.objects.filter(content_id=item.content_id).values_list("site", "path"))
    places[network.hub.slug] = item.path
    by_site = {}
    for site in live_sites():
        listed = LOCATION.findall(network.web.get(site.slug, "/sitemap.xml").body)
        own = [place for place in (places.get(site.slug), "/", "/map/") if place]
        by_site[site.slug] = list(dict.fromkeys([*own, *listed]))
    found: list[tuple[str, str]] = []
    for depth in range(max(map(len, by_site.values()))):
        found += [(slug, paths[depth]) for slug, paths in by_site.items() if depth < len(paths)]
    if len(found) < ADDRESSES:
        raise NotMeasured(f"全部站点只有 {len(found)} 个地址，需要 {ADDRESSES} 个。")
    found = found[:ADDRESSES]
    random.Random(SEED).shuffle(found)
    return found


def _write_files(questions: list[tuple[str, str]], root: Path) -> list[int]:
    """Every page as it is now, as a file; returns their sizes. Leaves the pages warm."""
    visitor = Visitor(to_port(settings.PUBLIC_PORT))
    sizes = []
    for index, (host, path) in enumerate(questions):
        reply = visitor.get(host, path)
        if reply.status != 200:
            raise NotMeasured(f"{host}{path} 应答 {reply.status}")
        (root / f"{index}.html").write_bytes(reply.body)
        sizes.append(len(reply.body))
    visitor.close()
    return sizes
