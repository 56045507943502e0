"""Search answered by Elasticsearch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from elasticsearch import ApiError, Elasticsearch, TransportError

from search.backends.base import BulkOutcome, EngineUnavailable, Found, Health, Query
from search.backends.clients import bulk_client, search_client
from search.querying.components import FACET_FIELDS, search_request
from search.schema.document import document_source

BULK_BYTES = 5_000_000
"""Size of one bulk request: larger ones are not faster, and the engine holds each in memory."""

_BYTES_OF_AN_IDEOGRAPH = 3
_OVERHEAD_BYTES = 1_000
_SAME_OR_NEWER_IS_THERE = 409
_NEVER_ACCEPTABLE = frozenset({400, 413})
_REASON_CHARACTERS = 500


class ElasticsearchBackend:
    """Reads through the alias; writes to the alias or to a named index.

    ``index`` is set by a rebuild that fills an index beside the live one.
    """

    name = "elasticsearch"

    def __init__(self, index: str = "", client: Elasticsearch | None = None) -> None:
        self.index = index or settings.SEARCH_INDEX_NAME
        self._require_alias = not index
        self._client = client

    def search(self, query: Query) -> Found:
        client = self._client or search_client()
        try:
            # Not by Search.execute(): its response objects cost more time than the request.
            answer = client.search(index=self.index, body=search_request(query)).body
        except (ApiError, TransportError) as error:
            raise EngineUnavailable(f"Elasticsearch did not answer the search: {error}") from error
        return Found(
            ids=[hit["_id"] for hit in answer["hits"]["hits"]],
            total=answer["hits"]["total"]["value"],
            facets={name: _counts(answer["aggregations"][name]) for name in FACET_FIELDS},
        )

    def bulk(self, rows: Sequence[dict[str, Any]]) -> BulkOutcome:
        done: list[tuple[str, int]] = []
        retry: list[tuple[str, int, str]] = []
        refused: list[tuple[str, int, str]] = []
        for chunk in _chunks(rows):
            for row, (status, reason) in zip(chunk, self._send(chunk), strict=True):
                document_id, version = row["document_id"], row["version"]
                is_gone = row["is_withdrawn"] and status == 404 and not reason
                if status in (200, 201, _SAME_OR_NEWER_IS_THERE) or is_gone:
                    done.append((document_id, version))
                elif status in _NEVER_ACCEPTABLE:
                    refused.append((document_id, version, reason))
                else:
                    retry.append((document_id, version, reason))
        return BulkOutcome(done=done, retry=retry, refused=refused)

    def health(self) -> Health:
        client = self._client or search_client()
        try:
            facts = client.cluster.health(timeout="1s")
            count = client.count(index=self.index)["count"]
        except (ApiError, TransportError) as error:
            return Health(is_answering=False, detail=str(error)[:_REASON_CHARACTERS])
        return Health(is_answering=True, facts={"cluster": facts["status"], "documents": count})

    def _send(self, rows: Sequence[dict[str, Any]]) -> list[tuple[int, str]]:
        """Status with reason of each row. Raises EngineUnavailable when the request as a whole failed."""
        operations: list[dict[str, Any]] = []
        for row in rows:
            address = {"_id": row["document_id"], "version": row["version"], "version_type": "external"}
            if row["is_withdrawn"]:
                operations.append({"delete": address})
            else:
                operations += [{"index": address}, document_source(row)]
        client = self._client or bulk_client()
        try:
            response = client.bulk(index=self.index, operations=operations, require_alias=self._require_alias)
        except (ApiError, TransportError) as error:
            raise EngineUnavailable(f"Elasticsearch did not take {len(rows)} documents: {error}") from error
        return [_answer(next(iter(item.values()))) for item in response["items"]]


def _counts(facet: dict[str, Any]) -> dict[str, int]:
    """Value to count; a facet beside chosen filters has its buckets one level lower."""
    return {str(bucket["key"]): bucket["doc_count"] for bucket in facet.get("values", facet)["buckets"]}


def _answer(item: dict[str, Any]) -> tuple[int, str]:
    error = item.get("error")
    if not error:
        return item["status"], ""
    reason = f"{error.get('type')}: {error.get('reason')}" if isinstance(error, dict) else str(error)
    return item["status"], reason[:_REASON_CHARACTERS]


def _chunks(rows: Sequence[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    chunk: list[dict[str, Any]] = []
    size = 0
    for row in rows:
        row_size = _OVERHEAD_BYTES
        if not row["is_withdrawn"]:
            row_size += _BYTES_OF_AN_IDEOGRAPH * (len(row["title"]) + len(row["summary"]) + len(row["body"]))
        if chunk and size + row_size > BULK_BYTES:
            yield chunk
            chunk, size = [], 0
        chunk.append(row)
        size += row_size
    if chunk:
        yield chunk
