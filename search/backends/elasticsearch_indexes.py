"""Making, switching, listing the indexes behind the alias."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from django.conf import settings
from django.utils import timezone
from elasticsearch import ApiError, NotFoundError, TransportError
from elasticsearch.dsl import Search
from elasticsearch.dsl.aggs import Terms

from search.backends.base import EngineUnavailable
from search.backends.clients import bulk_client
from search.bounds import FACET_VALUES_COUNTED
from search.schema.document import index_object

_SCAN_SIZE = 2_000
_SCAN_KEEP_ALIVE = "2m"


def new_index_name() -> str:
    """A name that was never used before."""
    return f"{settings.SEARCH_INDEX_NAME}-{timezone.now():%Y%m%d%H%M%S}-{secrets.token_hex(3)}"


def live_index() -> str:
    """The index behind the alias, or an empty string when there is no alias yet.

    Raises EngineUnavailable.
    """
    try:
        return next(iter(bulk_client().indices.get_alias(name=settings.SEARCH_INDEX_NAME)), "")
    except NotFoundError:
        return ""
    except (ApiError, TransportError) as error:
        raise EngineUnavailable(f"Elasticsearch did not name its index: {error}") from error


def create_index(name: str) -> None:
    """Make an empty index. Raises EngineUnavailable."""
    try:
        index_object(name).create(using=bulk_client())
    except (ApiError, TransportError) as error:
        raise EngineUnavailable(f"Elasticsearch did not create the index '{name}': {error}") from error


def delete_index(name: str) -> None:
    """Remove an index, if it is there. Raises EngineUnavailable."""
    try:
        bulk_client().indices.delete(index=name, ignore_unavailable=True)
    except (ApiError, TransportError) as error:
        raise EngineUnavailable(f"Elasticsearch did not delete the index '{name}': {error}") from error


def switch_alias(name: str) -> str:
    """Point the alias to this index in one step; returns the index it pointed to."""
    held = live_index()
    alias = settings.SEARCH_INDEX_NAME
    actions: list[dict[str, dict[str, str]]] = [{"add": {"index": name, "alias": alias}}]
    if held and held != name:
        actions.append({"remove": {"index": held, "alias": alias}})
    try:
        bulk_client().indices.update_aliases(actions=actions)
    except (ApiError, TransportError) as error:
        raise EngineUnavailable(f"Elasticsearch did not switch '{alias}' to '{name}': {error}") from error
    return held if held != name else ""


def refresh(name: str = "") -> None:
    """Make what was written visible to searches. Raises EngineUnavailable."""
    try:
        bulk_client().indices.refresh(index=name or settings.SEARCH_INDEX_NAME)
    except (ApiError, TransportError) as error:
        raise EngineUnavailable(f"Elasticsearch did not refresh: {error}") from error


def held_versions(name: str = "") -> Iterator[tuple[str, int]]:
    """(document id, version) of every document, in byte order of the ids. Raises EngineUnavailable.

    Reads one frozen view in slices, so memory stays flat however large the index is.
    """
    client = bulk_client()
    view = ""
    try:
        view = client.open_point_in_time(index=name or settings.SEARCH_INDEX_NAME, keep_alive=_SCAN_KEEP_ALIVE)["id"]
        after: list[str] = []
        while True:
            search = Search(using=client).sort("document_id").source(False)
            search = search.extra(
                size=_SCAN_SIZE, version=True, pit={"id": view, "keep_alive": _SCAN_KEEP_ALIVE}, track_total_hits=False
            )
            if after:
                search = search.extra(search_after=after)
            hits = list(search.execute().hits)
            for hit in hits:
                yield hit.meta.id, hit.meta.version
            if len(hits) < _SCAN_SIZE:
                return
            after = list(hits[-1].meta.sort)
    except (ApiError, TransportError) as error:
        raise EngineUnavailable(f"Elasticsearch did not list its documents: {error}") from error
    finally:
        if view:
            _close(view)


def held_counts_by_site() -> dict[str, int]:
    """Schema to the number of documents that its site shows, by the engine. Raises EngineUnavailable."""
    search = Search(using=bulk_client(), index=settings.SEARCH_INDEX_NAME)[:0]
    search.aggs.bucket("sites", Terms(field="sites", size=FACET_VALUES_COUNTED))
    try:
        response = search.execute()
    except (ApiError, TransportError) as error:
        raise EngineUnavailable(f"Elasticsearch did not count its documents: {error}") from error
    return {bucket.key: bucket.doc_count for bucket in response.aggregations.sites.buckets}


def delete_documents(found: list[tuple[str, int]]) -> None:
    """Remove documents that have no row, unless they were written since. Raises EngineUnavailable."""
    operations = [
        {"delete": {"_id": document_id, "version": version, "version_type": "external_gte"}}
        for document_id, version in found
    ]
    if not operations:
        return
    try:
        bulk_client().bulk(index=settings.SEARCH_INDEX_NAME, operations=operations, require_alias=True, refresh=True)
    except (ApiError, TransportError) as error:
        raise EngineUnavailable(f"Elasticsearch did not delete {len(found)} documents: {error}") from error


def _close(view: str) -> None:
    try:
        bulk_client().close_point_in_time(id=view)
    except (ApiError, TransportError):
        return  # It ends by itself after its keep-alive.
