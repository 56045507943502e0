"""The indexer's way from rows to Elasticsearch, beside raw bulk requests with the same rows."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.test.utils import override_settings
from django_tenants.utils import schema_context
from elasticsearch.dsl import Index

from deploy.bench import copies
from deploy.bench.network import Network
from deploy.bench.results import NotMeasured, Result
from search.backends.clients import bulk_client, is_configured
from search.indexing.indexer import Indexer
from search.indexing.rows import BATCH_ROWS, rows_after
from search.schema.document import document_source, index_object

ROUNDS = 3
ROWS = 3_000
AT_LEAST = 0.5
ALIAS = "govsites-bench"
RAW_INDEX = "govsites-bench-raw"

FILL = """
INSERT INTO {schema}.search_document ({names}, document_id, version, indexed_version, index_error)
SELECT {names}, document_id || '-' || copy, row_number() OVER (), 0, ''
FROM public.search_document, generate_series(1, %s) AS copy WHERE NOT is_withdrawn LIMIT %s
"""


def measure(network: Network) -> Result:
    """The same rows through the indexer, then raw, in turns, each into an empty index."""
    if not is_configured():
        raise NotMeasured("没有 Elasticsearch,不能测量索引速度。请安装 Java 17 或设置 ELASTICSEARCH_URL。")
    copies.prepare()
    for table in ("search_document", "search_tokens", "search_index", "search_common_token"):
        copies.copy_table("public", table)
    count = _fill()
    ours: list[float] = []
    reference: list[float] = []
    # Unqualified names lead to the copies: the network's own queue is not touched.
    with schema_context(copies.SCHEMA), override_settings(SEARCH_INDEX_NAME=ALIAS):
        try:
            for _ in range(ROUNDS):
                ours.append(count / _index(count))
                reference.append(count / _bulk())
                network.report(f"索引 {ours[-1]:.0f} 行/秒，直接写入 {reference[-1]:.0f} 行/秒")
        finally:
            _delete_indexes()
    ratio = statistics.median(ours) / statistics.median(reference)
    return Result(
        name="index_rate",
        ours=statistics.median(ours),
        reference=statistics.median(reference),
        unit="rows/s",
        ratio=ratio,
        goal=f"at least {AT_LEAST}",
        is_met=ratio >= AT_LEAST,
        details={"rows": count, "ours_rounds": ours, "reference_rounds": reference},
    )


def _fill() -> int:
    """Copy the network's live rows as often as it takes to have enough; returns how many there are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM public.search_document WHERE NOT is_withdrawn")
        live = int(cursor.fetchone()[0])
        if not live:
            raise NotMeasured("检索表中没有条目。请先装入演示内容。")
        cursor.execute(
            "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute WHERE attrelid = %s::regclass"
            " AND attnum > 0 AND NOT attisdropped AND attname <> ALL(%s)",
            [
                "public.search_document",
                ["id", "document_id", "version", "indexed_version", "index_error", "not_before"],
            ],
        )
        names = cursor.fetchone()[0]
        cursor.execute(FILL.format(schema=copies.SCHEMA, names=names), [-(-ROWS // live), ROWS])
        return int(cursor.rowcount)


def _index(count: int) -> float:
    """Seconds of the indexer's own loop over all rows, into an index it has just made."""
    _delete_indexes()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_index")
        cursor.execute("UPDATE search_document SET indexed_version = 0, not_before = NULL")
        cursor.execute("VACUUM ANALYZE search_document")
    indexer = Indexer()
    began = time.perf_counter()
    done = indexer.work(lambda: False)
    seconds = time.perf_counter() - began
    if done != count:
        raise NotMeasured(f"索引进程只送出 {done} 行，应为 {count} 行。请查看 Elasticsearch 的日志。")
    return seconds


def _bulk() -> float:
    """Seconds of bulk requests alone: the documents are made beforehand, nothing is read or marked."""
    index_object(RAW_INDEX).create(using=bulk_client())
    requests = []
    last = ""
    while batch := rows_after(last):
        requests.append(_operations(batch))
        last = batch[-1]["document_id"]
    began = time.perf_counter()
    for operations in requests:
        answer = bulk_client().bulk(index=RAW_INDEX, operations=operations)
        if answer["errors"]:
            raise NotMeasured("Elasticsearch 拒绝了一部分行。请查看它的日志。")
    return time.perf_counter() - began


def _operations(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    assert len(rows) <= BATCH_ROWS
    operations: list[dict[str, Any]] = []
    for row in rows:
        operations.append({"index": {"_id": row["document_id"], "version": row["version"], "version_type": "external"}})
        operations.append(document_source(row))
    return operations


def _delete_indexes() -> None:
    """Remove the alias's index and the raw one."""
    client = bulk_client()
    if client.indices.exists_alias(name=ALIAS):
        for name in client.indices.get_alias(name=ALIAS):
            Index(name).delete(using=client, ignore_unavailable=True)
    client.indices.delete(index=RAW_INDEX, ignore_unavailable=True)
