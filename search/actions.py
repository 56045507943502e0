"""Every write to the search rows.

All of them run inside the caller's transaction and lock a row before they look at what it should
say: two deliveries of one edition then take their turns, the second seeing the first's placement.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from network.contracts import Placed, SearchEntry
from network.errors import InvalidValue
from network.outbox.api import send_wakeup
from network.syndication.api import presence
from network.tenancy.api import Site, all_sites
from search.bounds import INDEXED_BODY_CHARACTERS
from search.pinyin import title_pinyin
from search.tokens import document_number_key, exact_key, tsvector_literal

QUEUE = "index"

_FIELDS = (
    "document_id",
    "origin",
    "kind",
    "level",
    "language",
    "title",
    "title_key",
    "title_pinyin",
    "summary",
    "body",
    "source",
    "department",
    "document_number",
    "document_number_key",
    "column",
    "year",
    "published_at",
    "is_sample",
    "sites",
    "addresses",
    "regions",
    "content_hash",
)

_UPSERT = """
INSERT INTO search_document ({names}, is_withdrawn, indexed_version, index_error, updated_at, version)
VALUES ({marks}, false, 0, '', now(), nextval('search_version'))
ON CONFLICT (document_id) DO UPDATE SET
    {assignments}, is_withdrawn = false, not_before = NULL, index_error = '', updated_at = now(),
    version = nextval('search_version')
RETURNING id
""".format(
    names=", ".join(f'"{name}"' for name in _FIELDS),
    marks=", ".join("%s" for _ in _FIELDS),
    assignments=", ".join(f'"{name}" = EXCLUDED."{name}"' for name in _FIELDS if name != "document_id"),
)

_TOKENS = """
INSERT INTO search_tokens (document_id, vector) VALUES (%s, %s::tsvector)
ON CONFLICT (document_id) DO UPDATE SET vector = EXCLUDED.vector
"""

_WITHDRAW = """
UPDATE search_document SET is_withdrawn = true, version = nextval('search_version'),
    not_before = NULL, index_error = '', updated_at = now()
WHERE document_id = ANY(%s) AND NOT is_withdrawn
"""

_SET_PLACES = """
UPDATE search_document AS document SET sites = new.sites, addresses = new.addresses, regions = new.regions,
    version = nextval('search_version'), not_before = NULL, index_error = '', updated_at = now()
FROM (
    SELECT document_id, addresses,
        ARRAY(SELECT jsonb_array_elements_text(sites))::varchar(63)[] AS sites,
        ARRAY(SELECT jsonb_array_elements_text(regions))::varchar(40)[] AS regions
    FROM jsonb_to_recordset(%s::jsonb) AS given(document_id text, sites jsonb, addresses jsonb, regions jsonb)
) AS new
WHERE document.document_id = new.document_id
"""


@dataclass(frozen=True)
class Places:
    """Where an item is shown: schemas (origin first), their paths, regions with those above them."""

    sites: list[str]
    addresses: dict[str, str]
    regions: list[str]


def store_entry(entry: SearchEntry) -> bool:
    """Write an item's row. False when nothing changed. A tombstone comes back to life."""
    return store_entries([entry]) == 1


def store_entries(entries: Sequence[SearchEntry]) -> int:
    """Write rows of published items; returns how many got a new version.

    Raises InvalidValue for an entry that names no site or another origin first.
    """
    for entry in entries:
        _refuse_malformed(entry)
    return _store(entries) if entries else 0


@transaction.atomic(savepoint=False)
def _store(entries: Sequence[SearchEntry]) -> int:
    by_id = {entry.document_id: entry for entry in sorted(entries, key=lambda entry: entry.document_id)}
    held = _locked_rows(list(by_id))
    placed = _presence(by_id)
    sites = {site.schema_name: site for site in all_sites()}
    regions = {schema: site.region_path for schema, site in sites.items()}
    changed = 0
    with connection.cursor() as cursor:
        for document_id, entry in by_id.items():
            places = _places(entry.origin, entry.sites, placed.get(document_id, ()), regions)
            level = str(sites[entry.origin].level) if entry.origin in sites else ""
            row = _row(entry, places, level)
            held_hash, held_places, is_withdrawn = held.get(document_id, ("", None, True))
            if not is_withdrawn and (held_hash, held_places) == (row["content_hash"], places):
                continue
            cursor.execute(_UPSERT, [row[name] for name in _FIELDS])
            row_id = cursor.fetchone()[0]
            if held_hash != row["content_hash"]:
                text = f"{entry.title}\n{entry.summary}\n{entry.body}"
                cursor.execute(_TOKENS, [row_id, tsvector_literal(text)])
            changed += 1
    if changed:
        send_wakeup(QUEUE)
    return changed


@transaction.atomic
def withdraw_entries(document_ids: Iterable[str]) -> int:
    """Leave tombstones with a higher version; returns how many items went. Unknown ids are ignored."""
    wanted = sorted(set(document_ids))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM search_document WHERE document_id = ANY(%s) ORDER BY document_id FOR UPDATE", [wanted]
        )
        cursor.execute(_WITHDRAW, [wanted])
        withdrawn = int(cursor.rowcount)
    if withdrawn:
        send_wakeup(QUEUE)
    return withdrawn


@transaction.atomic
def withdraw_local_entries(schema_name: str) -> int:
    """Leave tombstones of all items that only this site has; editions stay."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT document_id FROM search_document WHERE origin = %s AND starts_with(document_id, %s)"
            " AND NOT is_withdrawn",
            [schema_name, f"{schema_name}:"],
        )
        document_ids = [row[0] for row in cursor.fetchall()]
    return withdraw_entries(document_ids)


@transaction.atomic
def refresh_presence(content_ids: Iterable[uuid.UUID]) -> int:
    """Give the rows of these editions the sites that show them now; returns how many changed.

    A tombstone stays one: only a new publish revives it.
    """
    document_ids = sorted({str(content_id) for content_id in content_ids})
    rows = _locked_places(document_ids)
    if not rows:
        return 0
    placed = presence([uuid.UUID(document_id) for document_id in rows])
    regions = {site.schema_name: site.region_path for site in all_sites()}
    changes = []
    for document_id, (origin, addresses, held_sites) in rows.items():
        shown = placed.get(uuid.UUID(document_id), ())
        # An origin that lost its own page was given the item back like any other site.
        is_returned = any(place.schema_name == origin for place in shown)
        own = {origin: addresses[origin]} if origin in addresses and not is_returned else {}
        places = _places(origin, own, shown, regions)
        if (places.sites, places.addresses) != (held_sites, addresses):
            changes.append({"document_id": document_id, **asdict(places)})
    return _write_places(changes)


@transaction.atomic
def withdraw_site(schema_name: str) -> int:
    """Take a site out of the index: its own items, then its name in the lists of others."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT document_id, origin, addresses, sites FROM search_document"
            " WHERE sites @> ARRAY[%s]::varchar(63)[] AND NOT is_withdrawn ORDER BY document_id FOR UPDATE",
            [schema_name],
        )
        rows = [(row[0], row[1], _loaded(row[2]), row[3]) for row in cursor.fetchall()]
    regions = {site.schema_name: site.region_path for site in all_sites()}
    alone = [document_id for document_id, _, _, sites in rows if sites == [schema_name]]
    changes = []
    for document_id, origin, addresses, sites in rows:
        if sites == [schema_name]:
            continue
        kept = [Placed(schema_name=site, path=addresses[site]) for site in sites if site != schema_name]
        changes.append({"document_id": document_id, **asdict(_places(origin, {}, kept, regions))})
    return withdraw_entries(alone) + _write_places(changes)


@transaction.atomic
def refresh_regions(schemas: Sequence[str]) -> int:
    """Give the rows that these sites show the regions where they stand now; returns how many changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT document_id, origin, addresses, regions FROM search_document"
            " WHERE sites && %s::varchar(63)[] AND NOT is_withdrawn ORDER BY document_id FOR UPDATE",
            [list(schemas)],
        )
        rows = cursor.fetchall()
    # Not from the registry's snapshot, which a held request keeps as it was.
    paths = dict(Site.objects.values_list("schema_name", "region_path"))
    changes = []
    for document_id, origin, addresses, held_regions in rows:
        places = _places(origin, _loaded(addresses), (), paths)
        if places.regions != held_regions:
            changes.append({"document_id": document_id, **asdict(places)})
    return _write_places(changes)


def retry_refused() -> int:
    """Queue again what the engine refused for good, after its cause was repaired."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE search_document SET index_error = '', not_before = NULL WHERE index_error <> ''")
        return int(cursor.rowcount)


def queue_all_again() -> int:
    """Have the indexer send every row once more, to an engine that holds none of them."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE search_document SET indexed_version = 0, not_before = NULL WHERE indexed_version > 0")
        queued = int(cursor.rowcount)
    send_wakeup(QUEUE)
    return queued


def send_anew(document_ids: Sequence[str]) -> int:
    """Queue rows that the engine lost, under new versions: it may remember a delete of the present ones."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE search_document SET version = nextval('search_version'), not_before = NULL"
            " WHERE document_id = ANY(%s) AND indexed_version >= version",
            [list(document_ids)],
        )
        queued = int(cursor.rowcount)
    send_wakeup(QUEUE)
    return queued


def region_and_above(path: str) -> list[str]:
    """A region path with those of the regions around it, the whole country left out.

    >>> region_and_above("/440000/440100/")
    ['/440000/', '/440000/440100/']
    """
    codes = [code for code in path.split("/") if code]
    if not codes:
        return ["/"]
    return ["/" + "/".join(codes[: depth + 1]) + "/" for depth in range(len(codes))]


def _refuse_malformed(entry: SearchEntry) -> None:
    if next(iter(entry.sites), None) != entry.origin:
        raise InvalidValue(
            f"The search entry '{entry.document_id}' of '{entry.origin}' lists the sites {list(entry.sites)}. "
            "Name its own address first, for example {'guangdong': '/notices/1/'}.",
            document_id=entry.document_id,
        )


def _locked_rows(document_ids: list[str]) -> dict[str, tuple[str, Places, bool]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT document_id, content_hash, sites, addresses, regions, is_withdrawn FROM search_document"
            " WHERE document_id = ANY(%s) ORDER BY document_id FOR UPDATE",
            [document_ids],
        )
        return {
            row[0]: (row[1], Places(sites=row[2], addresses=_loaded(row[3]), regions=row[4]), row[5])
            for row in cursor.fetchall()
        }


def _locked_places(document_ids: list[str]) -> dict[str, tuple[str, dict[str, str], list[str]]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT document_id, origin, addresses, sites FROM search_document"
            " WHERE document_id = ANY(%s) AND NOT is_withdrawn ORDER BY document_id FOR UPDATE",
            [document_ids],
        )
        return {row[0]: (row[1], _loaded(row[2]), row[3]) for row in cursor.fetchall()}


def _loaded(value: Any) -> dict[str, str]:
    """Django registers no JSON loader for raw cursors, so jsonb may come as text."""
    return dict(json.loads(value) if isinstance(value, str) else value)


def _presence(document_ids: Iterable[str]) -> dict[str, Sequence[Placed]]:
    editions = [content_id for document_id in document_ids if (content_id := _content_id(document_id))]
    return {str(content_id): placed for content_id, placed in presence(editions).items()} if editions else {}


def _content_id(document_id: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(document_id) if ":" not in document_id else None
    except ValueError:
        return None


def _places(origin: str, given: dict[str, str], placed: Sequence[Placed], regions: dict[str, str]) -> Places:
    addresses = dict(given)
    for place in sorted(placed, key=lambda place: place.schema_name):
        addresses.setdefault(place.schema_name, place.path)
    sites = sorted(addresses, key=lambda schema: (schema != origin, schema))
    shown_in = {region for schema in sites if schema in regions for region in region_and_above(regions[schema])}
    return Places(sites=sites, addresses={site: addresses[site] for site in sites}, regions=sorted(shown_in))


def _row(entry: SearchEntry, places: Places, level: str) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "document_id": entry.document_id,
        "origin": entry.origin,
        "kind": entry.kind,
        "level": level,
        "language": entry.language,
        "title": _clean(entry.title),
        "title_key": exact_key(entry.title),
        "title_pinyin": title_pinyin(entry.title),
        "summary": _clean(entry.summary),
        "body": _clean(entry.body)[:INDEXED_BODY_CHARACTERS],
        "source": _clean(entry.source)[:200],
        "department": _clean(entry.department)[:200],
        "document_number": _clean(entry.document_number)[:100],
        "document_number_key": document_number_key(entry.document_number),
        "column": entry.column[:200],
        "year": timezone.localtime(entry.published_at).year,
        "published_at": entry.published_at,
        "is_sample": entry.is_sample,
    }
    said = json.dumps(facts, default=str, sort_keys=True, ensure_ascii=False)
    return {
        **facts,
        "sites": places.sites,
        "addresses": json.dumps(places.addresses, ensure_ascii=False),
        "regions": places.regions,
        "content_hash": hashlib.sha256(said.encode()).hexdigest(),
    }


def _clean(text: str) -> str:
    """PostgreSQL stores no NUL character."""
    return text.replace("\x00", "")


def _write_places(changes: list[dict[str, Any]]) -> int:
    if not changes:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_SET_PLACES, [json.dumps(changes)])
        changed = int(cursor.rowcount)
    send_wakeup(QUEUE)
    return changed
