"""The protocol of a search engine with the data that crosses it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from network.errors import NetworkError
from search.tokens import pairs, segments

FACETS = ("region", "level", "kind", "year")


class EngineUnavailable(NetworkError):
    """The engine did not answer, or refused everything for now. Trying later may help."""

    code = "search.engine_unavailable"


@dataclass(frozen=True)
class Part:
    """What stands between two spaces of a query: its text, its units stretch by stretch."""

    text: str
    segments: tuple[tuple[str, ...], ...]

    @property
    def units(self) -> list[str]:
        return [unit for segment in self.segments for unit in segment]

    @property
    def pairs(self) -> list[str]:
        return [pair for segment in self.segments for pair in pairs(segment)]


def split_parts(text: str) -> tuple[Part, ...]:
    """The parts of a query, those without letters or digits left out."""
    found = (Part(part, tuple(tuple(segment) for segment in segments(part))) for part in text.split())
    return tuple(part for part in found if part.segments)


@dataclass(frozen=True, kw_only=True)
class Query:
    """What is looked for.

    Every one of ``parts`` must be found, a long one in part, unless ``is_relaxed``.
    ``schema_name`` is the searching site; with ``is_site_only`` it limits, else it only ranks.
    ``filters`` maps facet names to chosen values. ``shown_on`` names the schemas of the public sites where
    some site of the group is none; empty when all are.
    """

    text: str
    parts: Sequence[Part]
    schema_name: str
    today: datetime.date
    is_site_only: bool = False
    shown_on: Sequence[str] = ()
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
