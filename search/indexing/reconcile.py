"""Compares the rows with the engine's documents, the lists of sites with the placements."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import connection

from network.syndication.api import presence
from search.actions import refresh_presence, send_anew
from search.backends.clients import is_configured
from search.backends.elasticsearch_indexes import delete_documents, held_counts_by_site, held_versions, refresh
from search.queries import counts_by_site

_SLICE = 1_000
_EXAMPLES = 20
_CONTENT_ID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


@dataclass
class Report:
    """What differs between rows and engine, by document id.

    ``waiting`` rows are on their way and no difference; ``refused`` ones need a person. Documents
    ``ahead`` of their rows mean that the database was restored from a backup: only a rebuild
    helps, since the engine refuses every older version.
    """

    rows: int = 0
    documents: int = 0
    missing: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    surplus: list[str] = field(default_factory=list)
    ahead: list[str] = field(default_factory=list)
    misplaced: list[str] = field(default_factory=list)
    waiting: int = 0
    refused: int = 0
    repaired: int = 0
    sites: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        return not (self.missing or self.stale or self.surplus or self.ahead or self.misplaced)

    def summary(self) -> dict[str, object]:
        """Counts with a few examples, for a log or a status."""
        lists = {name: getattr(self, name) for name in ("missing", "stale", "surplus", "ahead", "misplaced")}
        return {
            "rows": self.rows,
            "documents": self.documents,
            "waiting": self.waiting,
            "refused": self.refused,
            "repaired": self.repaired,
            "sites_that_differ": self.sites,
            **{name: {"count": len(ids), "examples": ids[:_EXAMPLES]} for name, ids in lists.items()},
        }


def reconcile(*, repair: bool = False) -> Report:
    """Compare by id with version; with ``repair`` queue again what the engine lacks, delete what has no row.

    ``sites`` names those whose counts differ, as (rows, documents). Raises EngineUnavailable.
    """
    report = Report()
    report.misplaced = _misplaced_editions()
    if repair and report.misplaced:
        report.repaired += refresh_presence(uuid.UUID(document_id) for document_id in report.misplaced)
    if not is_configured():
        return report
    refresh()
    surplus = _compare(report)
    if repair:
        if wrong := [*report.missing, *report.stale]:
            report.repaired += send_anew(wrong)
        for start in range(0, len(surplus), _SLICE):
            delete_documents(surplus[start : start + _SLICE])
        report.repaired += len(surplus)
    by_rows, by_engine = counts_by_site(), held_counts_by_site()
    report.sites = {
        site: (by_rows.get(site, 0), by_engine.get(site, 0))
        for site in sorted(by_rows.keys() | by_engine.keys())
        if by_rows.get(site, 0) != by_engine.get(site, 0)
    }
    return report


def _compare(report: Report) -> list[tuple[str, int]]:
    """Walk both sides in one order, without holding either in memory."""
    surplus: list[tuple[str, int]] = []
    documents = held_versions()
    document = next(documents, None)
    for document_id, version, is_withdrawn, is_waiting, is_refused in _row_versions():
        while document is not None and document[0].encode() < document_id.encode():
            report.documents += 1
            surplus.append(document)
            document = next(documents, None)
        held = None
        if document is not None and document[0] == document_id:
            report.documents += 1
            held = document[1]
            document = next(documents, None)
        report.rows += not is_withdrawn
        if is_refused:
            report.refused += 1
        elif is_waiting:
            report.waiting += 1
        elif is_withdrawn:
            if held is not None:
                surplus.append((document_id, version))
        elif held is None:
            report.missing.append(document_id)
        elif held > version:
            report.ahead.append(document_id)
        elif held < version:
            report.stale.append(document_id)
    while document is not None:
        report.documents += 1
        surplus.append(document)
        document = next(documents, None)
    report.surplus = [document_id for document_id, _ in surplus]
    return surplus


def _row_versions() -> Iterator[tuple[str, int, bool, bool, bool]]:
    last = ""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT document_id, version, is_withdrawn, indexed_version < version, index_error <> ''"
                ' FROM search_document WHERE document_id COLLATE "C" > %s ORDER BY document_id COLLATE "C" LIMIT %s',
                [last, _SLICE],
            )
            found = cursor.fetchall()
        yield from found
        if len(found) < _SLICE:
            return
        last = found[-1][0]


def _misplaced_editions() -> list[str]:
    """Live edition rows whose list of sites is not where the edition stands."""
    misplaced: list[str] = []
    last = ""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT document_id, origin, sites FROM search_document WHERE NOT is_withdrawn"
                ' AND document_id ~ %s AND document_id COLLATE "C" > %s'
                ' ORDER BY document_id COLLATE "C" LIMIT %s',
                [_CONTENT_ID, last, _SLICE],
            )
            found = cursor.fetchall()
        placed = presence(uuid.UUID(document_id) for document_id, _, _ in found)
        for document_id, origin, sites in found:
            standing = {place.schema_name for place in placed.get(uuid.UUID(document_id), ())} | {origin}
            if set(sites) != standing:
                misplaced.append(document_id)
        if len(found) < _SLICE:
            return misplaced
        last = found[-1][0]
