"""A publish through the gate, with its search row, index number and audit, beside Wagtail's own publish of the same."""

from __future__ import annotations

import statistics
import time

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from deploy.bench.moved_site import ROLES, open_empty, remove, small_image, write_decided
from deploy.bench.network import Network
from deploy.bench.references.stock_publishing import Published, stock_publishing
from deploy.bench.results import NotMeasured, Result
from network.tenancy.api import Site, in_site
from sites.accounts.models import Staff
from sites.editing.api import publish_reviewed
from sites.pages.models import ArticlePage

SLUG = "benchgate"
ROUNDS, PAGES = 8, 12
MOST_TIMES = 1.3


def measure(network: Network) -> Result:
    """In turns, the same words on both sides; the first round of each warms up."""
    ours: list[Published] = []
    reference: list[Published] = []
    network.report("另建 wagtail start 的项目")
    with stock_publishing() as stock:
        site = open_empty(SLUG)
        try:
            for number in range(ROUNDS + 1):
                given, published = _publish(site, number * PAGES)
                answered = stock.publish(given)
                if number:
                    ours.append(published)
                    reference.append(answered)
                network.report(
                    f"第 {number} 轮：{published.seconds * 1000:.1f} 毫秒、{published.statements} 条语句，"
                    f"参照 {answered.seconds * 1000:.1f} 毫秒、{answered.statements} 条"
                )
        finally:
            remove(SLUG)
    seconds = statistics.median(held.seconds for held in ours)
    beside = statistics.median(held.seconds for held in reference)
    statements = {"ours": ours[-1].statements, "reference": reference[-1].statements}
    return Result(
        name="gate_cost",
        ours=seconds * 1000,
        reference=beside * 1000,
        unit="ms",
        ratio=seconds / beside,
        goal=f"at most {MOST_TIMES} times, {statements['ours']} statements beside {statements['reference']}",
        is_met=seconds / beside <= MOST_TIMES,
        details={
            "statements": statements,
            "publishes": ROUNDS * (PAGES - 1),
            "ours_rounds": [held.seconds for held in ours],
            "reference_rounds": [held.seconds for held in reference],
        },
    )


def _publish(site: Site, start: int) -> tuple[list[dict[str, object]], Published]:
    """``(words, what it took)``: drafts that three people decided on go on line, one transaction each."""
    with in_site(site):
        people = {person.username: person for person in Staff.objects.filter(username__in=ROLES)}
        with transaction.atomic():
            pages, _keys = write_decided([small_image(start)], people, start, PAGES)
        drafts = [ArticlePage.objects.get(pk=page.pk) for page in pages]
        given = [
            {"title": page.title, "slug": page.slug, "summary": page.summary, "body": list(page.body.raw_data)}
            for page in drafts
        ]
        began = time.perf_counter()
        for page in drafts[1:]:
            publish_reviewed(page, acting_user=people["secrecy"])
        seconds = time.perf_counter() - began
        with CaptureQueriesContext(connection) as asked:
            publish_reviewed(drafts[0], acting_user=people["secrecy"])
        if ArticlePage.objects.live().filter(pk__in=[page.pk for page in drafts]).count() != PAGES:
            raise NotMeasured("有稿件没有发布。")
    return given, Published(seconds=seconds / (PAGES - 1), statements=len(asked))
