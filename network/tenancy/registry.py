"""The registry as one process holds it: loaded whole, renewed when its generation moves.

Every request compares one number in the database, so a change holds at once in every process.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection
from django_tenants.utils import get_public_schema_name, schema_context

from network.events import snapshot_parts
from network.tenancy.models import Domain, Site


@dataclass(frozen=True)
class Snapshot:
    """All sites with their hosts at one generation."""

    generation: int
    sites: tuple[Site, ...]
    by_slug: dict[str, Site]
    by_schema: dict[str, Site]
    by_host: dict[str, Site]
    primary_host: dict[int, str]
    children: dict[int | None, list[Site]] = field(default_factory=dict)
    parts: dict[str, Any] = field(default_factory=dict)
    """What upper apps want to know at every request without asking, by ``events.snapshot_parts``."""


_lock = threading.Lock()
_held = threading.local()
_current: Snapshot | None = None


def _read_generation() -> int:
    # Qualified by schema: inside a site's search path a stray table must never answer.
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(number), 0)::bigint FROM public.network_tenancy_registrygeneration")
        return int(cursor.fetchone()[0])


def _load(generation: int) -> Snapshot:
    with schema_context(get_public_schema_name()):
        sites = tuple(Site.objects.select_related("parent").order_by("sort_order", "slug"))
        domains = list(Domain.objects.all())
        parts = {name: load(sites) for name, load in snapshot_parts.items()}
    by_id = {site.pk: site for site in sites}
    by_host: dict[str, Site] = {}
    primary: dict[int, str] = {}
    for domain in domains:
        by_host[domain.domain] = by_id[domain.tenant_id]
        if domain.is_primary:
            primary[domain.tenant_id] = domain.domain
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
    return held_here or _newest()


@contextmanager
def held_snapshot() -> Iterator[Snapshot]:
    """One state of the registry for all that this thread reads in the block.

    For what only reads, such as the request for a public page: it compares the number once.
    """
    outer = getattr(_held, "snapshot", None)
    _held.snapshot = outer or _newest()
    try:
        yield _held.snapshot
    finally:
        _held.snapshot = outer


def _newest() -> Snapshot:
    global _current
    generation = _read_generation()
    held = _current
    if held is not None and held.generation == generation:
        return held
    with _lock:
        held = _current
        if held is None or held.generation != generation:
            held = _load(generation)
            # What an open transaction sees may be rolled back, and its generation given out again.
            if not connection.in_atomic_block:
                _current = held
        return held


def forget() -> None:
    """Drop what is held, for a process whose database was replaced (tests)."""
    global _current
    _current = None
