"""Measures both engines on judged questions, leaving nothing behind."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from search.actions import store_entries
from search.backends.base import Query, SearchBackend, split_parts
from search.backends.clients import is_configured
from search.backends.elasticsearch import ElasticsearchBackend
from search.backends.elasticsearch_indexes import create_index, delete_index, refresh
from search.backends.postgresql import PostgresqlBackend
from search.indexing.frequencies import refresh_common_tokens
from search.indexing.rows import rows_after
from search.quality.judged import ORIGIN, Question, ndcg, read_corpus, read_questions

_SLICE = 500
_PATIENCE = "60s"
"""Quality is measured here, not speed: a busy machine must not cut an answer short."""


@dataclass(frozen=True)
class Verdict:
    """nDCG@10 of one engine with its time per question in milliseconds and the mean of totals."""

    engine: str
    questions: int
    ndcg: float
    milliseconds: float
    mean_total: float


def judge(folder: Path, progress: Callable[[str], None] = lambda line: None) -> list[Verdict]:
    """Load the corpus in a transaction that is rolled back, ask every question of every engine."""
    questions = read_questions(folder)
    with _rolled_back():
        entries = read_corpus(folder)
        while batch := list(islice(entries, _SLICE)):
            store_entries(batch)
        refresh_common_tokens()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE search_document, search_tokens")
        progress("PostgreSQL holds the corpus.")
        verdicts = [_judge_engine(PostgresqlBackend(_PATIENCE), questions)]
        if is_configured():
            with _filled_index() as backend:
                progress("Elasticsearch holds the corpus.")
                verdicts.append(_judge_engine(backend, questions))
    return verdicts


def _judge_engine(backend: SearchBackend, questions: Sequence[Question]) -> Verdict:
    score = total = 0.0
    started = time.perf_counter()
    for question in questions:
        query = Query(
            text=question.text,
            parts=split_parts(question.text),
            schema_name=ORIGIN,
            today=timezone.localdate(),
            is_site_only=True,
        )
        found = backend.search(query)
        if not found.total:
            found = backend.search(replace(query, is_relaxed=True))
        score += ndcg(found.ids, question.grades)
        total += found.total
    count = len(questions)
    milliseconds = (time.perf_counter() - started) / count * 1000
    return Verdict(backend.name, count, score / count, milliseconds, total / count)


@contextmanager
def _filled_index() -> Iterator[ElasticsearchBackend]:
    name = f"{settings.SEARCH_INDEX_NAME}-judged"
    delete_index(name)
    create_index(name)
    try:
        backend, last = ElasticsearchBackend(name), ""
        while batch := rows_after(last):
            backend.bulk(batch)
            last = batch[-1]["document_id"]
        refresh(name)
        yield backend
    finally:
        delete_index(name)


@contextmanager
def _rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
