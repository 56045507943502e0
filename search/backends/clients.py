"""Connections to Elasticsearch."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from elasticsearch import Elasticsearch

SEARCH_TIMEOUT_SECONDS = 2.0
"""A visitor waits no longer; after that PostgreSQL answers."""

BULK_TIMEOUT_SECONDS = 30.0
"""The indexer can wait: merges after a large load take seconds."""


@lru_cache(maxsize=8)
def _client(url: str) -> Elasticsearch:
    # Retries belong to the caller: the page falls back, the indexer backs off.
    return Elasticsearch(url, max_retries=0, retry_on_timeout=False, request_timeout=SEARCH_TIMEOUT_SECONDS)


def is_configured() -> bool:
    return bool(settings.ELASTICSEARCH_URL)


def search_client() -> Elasticsearch:
    """For requests that someone waits for."""
    return _client(settings.ELASTICSEARCH_URL)


def bulk_client() -> Elasticsearch:
    """For work in the background."""
    return _client(settings.ELASTICSEARCH_URL).options(request_timeout=BULK_TIMEOUT_SECONDS)
