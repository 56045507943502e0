"""The search page's query layer, beside a fixed minimal query of the same engine."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack

from django.conf import settings
from django.db import connection

from deploy.bench.network import Network
from deploy.bench.results import NotMeasured, Result
from network.tenancy.models import Site
from network.tenancy.registry import held_snapshot
from search.api import search_page
from search.backends.clients import is_configured, search_client
from search.tokens import pairs, segments

REQUESTS_PER_SECOND = 20
BLOCKS = 20
SECONDS_PER_BLOCK = 1.0
"""Short blocks: what else happens on the machine then falls on both alike."""
THREADS = 4
"""As many as a web process has."""
PERCENTILE = 95
MOST_TIMES = 2
HITS = 10
WORDS = (
    "营业执照",
    "个体工商户登记",
    "年度报告公示",
    "消费者权益保护",
    "食品安全",
    "广告",
    "虚假广告",
    "商标注册",
    "公司登记",
    "反垄断",
    "网络商品交易",
    "合同示范文本",
    "抽检",
    "外商投资企业",
    "行政处罚",
    "名称预先核准",
    "农资",
    "诚信",
    "通知",
    "12315",
    "消费维权",
    "注册资本",
    "企业信息公示",
    "驰名商标",
    "传销",
    "无照经营",
    "格式条款",
    "微型企业",
    "市场主体",
    "办事指南",
)
"""What visitors of such sites look for. One of thirty is found in parts only and so asked a second time."""

Question = Callable[[str], int]
"""Asks for a word; returns the number of hits."""


def measure(network: Network) -> Result:
    """Blocks of a fixed rate, in turns."""
    site = network.receivers()[0]
    reference_question = _engine_question if is_configured() else _database_question
    questions: dict[str, Question] = {"ours": lambda word: _page_question(word, site), "reference": reference_question}
    taken: dict[str, list[float]] = {name: [] for name in questions}
    blocks: dict[str, list[float]] = {name: [] for name in questions}
    # The pool holds a connection for each thread; this one would be too many.
    connection.close()
    with ExitStack() as held, ThreadPoolExecutor(THREADS, initializer=lambda: _enter(site, held)) as visitors:
        hits = {name: sum(visitors.map(question, WORDS * 2)) for name, question in questions.items()}
        if not all(hits.values()):
            raise NotMeasured(f"检索没有结果，无法比较：{hits}")
        words = {name: itertools.cycle(WORDS) for name in questions}
        for _ in range(BLOCKS):
            for name, question in questions.items():
                seconds = _ask_at_rate(visitors, question, words[name])
                taken[name] += seconds
                blocks[name].append(_percentile(seconds) * 1000)
        for _ in visitors.map(lambda _: connection.close(), range(THREADS)):
            pass
    ours, reference = _percentile(taken["ours"]) * 1000, _percentile(taken["reference"]) * 1000
    return Result(
        name="search",
        ours=ours,
        reference=reference,
        unit="ms",
        ratio=ours / reference,
        goal=f"at most {MOST_TIMES} times",
        is_met=ours / reference <= MOST_TIMES,
        details={
            "engine": "elasticsearch" if is_configured() else "postgresql",
            "requests": {name: len(values) for name, values in taken.items()},
            "median": {name: statistics.median(values) * 1000 for name, values in taken.items()},
            "ours_block_p95": blocks["ours"],
            "reference_block_p95": blocks["reference"],
        },
    )


def _enter(site: Site, held: ExitStack) -> None:
    """What the middleware does before a view, once per thread: compared is the query layer, not the way in."""
    held.enter_context(held_snapshot())
    connection.set_tenant(site)


def _ask_at_rate(visitors: ThreadPoolExecutor, question: Question, words: Iterator[str]) -> list[float]:
    """Seconds of each request since it was due: one that has to wait for a thread has waited."""
    began = time.perf_counter() + 0.1
    asked: list[Future[float]] = []
    for number in range(int(REQUESTS_PER_SECOND * SECONDS_PER_BLOCK)):
        due = began + number / REQUESTS_PER_SECOND
        time.sleep(max(due - time.perf_counter(), 0))
        asked.append(visitors.submit(_seconds_since, due, question, next(words)))
    return [future.result() for future in asked]


def _seconds_since(due: float, question: Question, word: str) -> float:
    question(word)
    return time.perf_counter() - due


def _page_question(word: str, site: Site) -> int:
    page = search_page({"q": word}, site)
    if page.error or (page.is_fallback and is_configured()):
        raise NotMeasured(f"检索“{word}”没有由首选的引擎应答：{page.error}")
    return len(page.hits)


def _engine_question(word: str) -> int:
    answer = search_client().search(
        index=settings.SEARCH_INDEX_NAME,
        query={"multi_match": {"query": word, "fields": ["title", "text"]}},
        size=HITS,
        source={"includes": ["title"]},
    )
    return len(answer["hits"]["hits"])


def _database_question(word: str) -> int:
    tokens = [token for segment in segments(word) for token in (pairs(segment) or segment)]
    wanted = " | ".join("'" + token.replace("'", "''") + "'" for token in tokens)
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT document.document_id, document.title FROM public.search_tokens AS tokens
               JOIN public.search_document AS document ON document.id = tokens.document_id
               WHERE tokens.vector @@ %s::tsquery AND NOT document.is_withdrawn
               ORDER BY ts_rank(tokens.vector, %s::tsquery, 1) DESC LIMIT %s""",
            [wanted, wanted, HITS],
        )
        return len(cursor.fetchall())


def _percentile(values: list[float]) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[PERCENTILE - 1]
