"""The registry as one process holds it: loaded whole, renewed when its generation moves.

Every request compares the generation in the database, so a change holds at once in every process.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection
from django.db.models.base import ModelState
from django_tenants.utils import get_public_schema_name, schema_context

from network.events import request_columns, snapshot_parts
from network.tenancy.backend.base import search_path_of
from network.tenancy.models import Domain, Site

Held = TypeVar("Held")
FIELDS = tuple(entry.attname for entry in Site._meta.concrete_fields)


@dataclass(frozen=True)
class Row:
    """Values of a site in the order of ``FIELDS``, with what PostgreSQL calls this version of the row."""

    version: tuple[str, str]
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Snapshot:
    """All sites with their hosts at one generation."""

    generation: str
    sites: tuple[Site, ...]
    by_slug: dict[str, Site]
    by_schema: dict[str, Site]
    by_host: dict[str, Site]
    primary_host: dict[int, str]
    children: dict[int | None, list[Site]] = field(default_factory=dict)
    parts: dict[str, Any] = field(default_factory=dict)
    """What upper apps want to know at every request without asking, by ``events.snapshot_parts``."""

    made: dict[str, Any] = field(default_factory=dict)
    """What was made of this state of the registry alone, see ``once_per_generation``."""


_lock = threading.Lock()
_held = threading.local()
_current: Snapshot | None = None
_rows: dict[int, Row] = {}
"""The last look at each site's row. A row's version never comes back, not even after a rollback."""


GENERATION = (
    "SELECT coalesce(string_agg(format('%%s %%s', xmin, ctid), ',' ORDER BY id), '')"
    " FROM public.network_tenancy_registrygeneration"
)
"""What PostgreSQL calls the versions of the rows. Unlike a number they are never given out again after a
rollback, so what an open transaction sees may be kept."""


def _read_generation(schema: str = "") -> tuple[str, dict[str, Any]]:
    """The generation; for a site's schema with the columns that upper apps registered, in one statement.

    That statement enters the schema, too, which would otherwise be one of its own.
    """
    asked = [entry for entry in request_columns.items() if schema]
    # Qualified by schema, so on whatever search path.
    statement = ", ".join([f"SELECT ({GENERATION})", *[f"({query})" for _name, query in asked]])
    if schema:
        statement += ", set_config('search_path', %(path)s, false)"
    with connection.unswitched_planning_cursor() as cursor:
        cursor.execute(statement, {"schema": schema, "path": search_path_of(schema) if schema else ""})
        generation, *values = cursor.fetchone()
    if schema:
        values.pop()
        connection.path_was_set(schema)
    return str(generation), dict(zip([name for name, _query in asked], values, strict=True))


def _read_rows() -> dict[int, Row]:
    """All sites in official order. Only those are read whose row is another one than at the last look.

    While the sites are upgraded one after the other, every process looks again at each of them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, xmin::text, ctid::text FROM public.network_tenancy_site ORDER BY sort_order, slug")
        versions = {key: (xmin, ctid) for key, xmin, ctid in cursor.fetchall()}
    global _rows
    kept = {key: row for key, row in _rows.items() if versions.get(key) == row.version}
    lacking = versions.keys() - kept.keys()
    # A row that changes after its version was read is newer than its version: the next look reads it again.
    read = Site.objects.filter(pk__in=lacking).values_list("pk", *FIELDS) if lacking else ()
    fresh = {key: Row(versions[key], tuple(values)) for key, *values in read if key in versions}
    _rows = {key: row for key in versions if (row := kept.get(key) or fresh.get(key))}
    return _rows


def _instance(values: tuple[Any, ...]) -> Site:
    # As Django reads a row, without its constructor: at every change of one site all of them are made.
    site = Site.__new__(Site)
    state = ModelState()
    state.adding, state.db = False, connection.alias
    site.__dict__.update(zip(FIELDS, values, strict=True), _state=state)
    return site


def _instances(rows: dict[int, Row]) -> tuple[Site, ...]:
    """The sites, each with its parent; made anew, so that nobody's changes of an object outlive a look."""
    by_id = {key: _instance(row.values) for key, row in rows.items()}
    for site in by_id.values():
        if site.parent_id in by_id:
            site._state.fields_cache["parent"] = by_id[site.parent_id]
    return tuple(by_id.values())


def _load(generation: str) -> Snapshot:
    with schema_context(get_public_schema_name()):
        sites = _instances(_read_rows())
        domains = list(Domain.objects.values_list("domain", "tenant_id", "is_primary"))
        parts = {name: load(sites) for name, load in snapshot_parts.items()}
    by_id = {site.pk: site for site in sites}
    by_host: dict[str, Site] = {}
    primary: dict[int, str] = {}
    for domain, site_id, is_primary in domains:
        by_host[domain] = by_id[site_id]
        if is_primary:
            primary[site_id] = domain
    if settings.DEMO_HOSTS:
        by_host.update({f"{site.slug}.localhost": site for site in sites})
    children: dict[int | None, list[Site]] = defaultdict(list)
    for site in sites:
        children[site.parent_id].append(site)
    return Snapshot(
        generation=generation,
        sites=sites,
        by_slug={site.slug: site for site in sites},
        by_schema={site.schema_name: site for site in sites},
        by_host=by_host,
        primary_host=primary,
        children=dict(children),
        parts=parts,
    )


def snapshot() -> Snapshot:
    """The registry as of now, or as the block around it holds it."""
    held_here: Snapshot | None = getattr(_held, "snapshot", None)
    return held_here or _renewed(_read_generation()[0])


@contextmanager
def held_snapshot() -> Iterator[Snapshot]:
    """One state of the registry for all that this thread reads in the block.

    For what does not change the registry, such as a request for a public page, a step of a review: it compares the
    generation once.
    """
    with _holding(getattr(_held, "snapshot", None) or _renewed(_read_generation()[0])) as held:
        yield held


@contextmanager
def opened_request(schema: str) -> Iterator[tuple[Snapshot, dict[str, Any]]]:
    """``held_snapshot`` with the ``request_columns`` of the schema that the host probably leads to.

    They are as old as the generation: what changes while the request is answered came after them.
    """
    generation, columns = _read_generation(schema)
    outer = getattr(_held, "memory", None)
    _held.memory = {}
    try:
        with _holding(_renewed(generation)) as held:
            yield held, columns
    finally:
        _held.memory = outer


def once_per_request(key: str, read: Callable[[], Held]) -> Held:
    """What ``read`` returned when a page first asked under this key, while one request for a page is answered.

    Outside of such a request it is read each time.
    """
    return _once(getattr(_held, "memory", None), key, read)


def _once(memory: dict[tuple[str, str], Any] | None, key: str, read: Callable[[], Held]) -> Held:
    if memory is None:
        return read()
    place = (connection.schema_name, key)
    if place not in memory:
        memory[place] = read()
    found: Held = memory[place]
    return found


@contextmanager
def one_act() -> Iterator[None]:
    """A block in which a person does one thing, to one item or to many: ``once_per_act`` reads once in it.

    Keep it within one transaction, and out of anything that changes what is read so. May stand in itself.
    """
    if getattr(_held, "act", None) is not None:
        yield
        return
    _held.act = {}
    try:
        yield
    finally:
        _held.act = None


def once_per_act(key: str, read: Callable[[], Held]) -> Held:
    """What ``read`` returned when an act first asked under this key at this site; without an act it reads each time."""
    return _once(getattr(_held, "act", None), key, read)


def once_per_generation(key: str, make: Callable[[], Held]) -> Held:
    """What ``make`` returned when first asked under this key since the registry changed.

    For what is a function of the registry alone; keys are few, at most some for each site.
    """
    made = snapshot().made
    if key not in made:
        made[key] = make()
    found: Held = made[key]
    return found


def columns_at(schema: str, held: Snapshot) -> dict[str, Any]:
    """The ``request_columns`` of a schema; none when the registry moved on since, for they must be no newer than it."""
    generation, columns = _read_generation(schema)
    return columns if generation == held.generation else {}


@contextmanager
def _holding(snapshot: Snapshot) -> Iterator[Snapshot]:
    outer = getattr(_held, "snapshot", None)
    _held.snapshot = snapshot
    try:
        yield snapshot
    finally:
        _held.snapshot = outer


def likely_site(host: str) -> Site | None:
    """The site behind a host when last looked; a guess that saves a statement, to be held against the snapshot."""
    held = _current
    return None if held is None else held.by_host.get(host)


def _renewed(generation: str) -> Snapshot:
    """What is held, read again unless it is of this generation."""
    global _current
    held = _current
    if held is not None and held.generation == generation:
        return held
    with _lock:
        held = _current
        if held is None or held.generation != generation:
            _current = held = _load(generation)
        return held


def forget() -> None:
    """Drop what is held, for a process whose database was replaced (tests)."""
    global _current, _rows
    _current, _rows = None, {}
