"""The protocol of a search engine with the data that crosses it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

FACETS = ("region", "level", "kind", "year")


class EngineUnavailable(Exception):
    """The engine did not answer, or refused everything for now. Trying later may help."""


@dataclass(frozen=True, kw_only=True)
class Query:
    """What is looked for.

    ``segments`` are the units of each stretch of the query between spaces; every stretch must be
    found, unless ``is_relaxed``. ``schema_name`` is the searching site; with ``is_site_only`` it
    limits, else it only ranks. ``filters`` maps facet names to chosen values.
    """

    text: str
    segments: Sequence[Sequence[str]]
    schema_name: str
    today: datetime.date
    is_site_only: bool = False
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    sort: str = "relevance"
    offset: int = 0
    size: int = 10
    is_relaxed: bool = False


@dataclass(frozen=True, kw_only=True)
class Found:
    """Ids in order, how many there are in all, counts per value of each facet."""

    ids: Sequence[str]
    total: int
    facets: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, kw_only=True)
class BulkOutcome:
    """What became of each row, as (document id, version) with a reason where one is due.

    ``done`` includes rows that the engine held in the same or a newer version.
    """

    done: Sequence[tuple[str, int]] = ()
    retry: Sequence[tuple[str, int, str]] = ()
    refused: Sequence[tuple[str, int, str]] = ()


@dataclass(frozen=True, kw_only=True)
class Health:
    """Whether an engine answers, with a sentence when it does not."""

    is_answering: bool
    detail: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


class SearchBackend(Protocol):
    """An engine. ``search`` and ``bulk`` raise EngineUnavailable."""

    name: str

    def search(self, query: Query) -> Found: ...

    def bulk(self, rows: Sequence[dict[str, Any]]) -> BulkOutcome:
        """Take rows, tombstones among them, each with its version as the engine's version."""
        ...

    def health(self) -> Health: ...
