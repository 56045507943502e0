"""The blocks in force as the registry's snapshot carries them: no request asks for them itself."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from django.db import connection

from network.blocks.models import Block
from network.blocks.paths import normal_path
from network.tenancy.api import HUB_SLUG, Site, get_site, registry_part

PART = "blocks"


@dataclass(frozen=True)
class BlockFacts:
    """One block as whoever meets it is told."""

    id: int
    authority: str
    path: str
    covers_below: bool
    reason: str
    since: datetime.datetime


Held = dict[str, dict[str, BlockFacts]]
"""Site to normal path to the block there; of several, the widest."""


def authority_of(slug: str) -> Site:
    """Whose block it is; what a site stopped that is removed since is the hub's."""
    try:
        return get_site(slug)
    except LookupError:
        return get_site(HUB_SLUG)


def load_blocks(sites: Sequence[Site]) -> Held:
    """The part of the snapshot: every block in force, by site."""
    by_slug = {site.slug: site for site in sites}
    held: Held = defaultdict(dict)
    for block in Block.objects.filter(lifted_at__isnull=True).order_by("covers_below", "id"):
        authority = by_slug.get(block.authority)
        facts = BlockFacts(block.pk, block.authority, block.path, block.covers_below, block.reason, block.created_at)
        if block.site:
            held[block.site][block.path] = facts
        elif authority is not None:
            for site in sites:
                if site.region_path.startswith(authority.region_path):
                    held[site.slug][block.path] = facts
    return dict(held)


def find_block(site: Site, path: str, *, parts: Mapping[str, Held] | None = None) -> BlockFacts | None:
    """The block that stops a path of a site, spelt in whatever way; None when nothing does.

    ``parts`` are those of the snapshot, where the caller holds one.
    """
    held = (parts[PART] if parts is not None else registry_part(PART)).get(site.slug, {})
    if not held:
        return None
    wanted = normal_path(path)
    found = held.get(wanted)
    while found is None and wanted.count("/") > 1:
        wanted = wanted.rpartition("/")[0]
        above = held.get(wanted)
        found = above if above is not None and above.covers_below else None
    return found


def is_blocked(site: Site, path: str) -> bool:
    """Whether a path of a site is stopped from above. No link may lead to one that is."""
    return find_block(site, path) is not None


def is_blocked_here(path: str) -> bool:
    """The same for the site whose schema is in use; nothing is stopped where no site is entered."""
    site = connection.tenant
    return isinstance(site, Site) and is_blocked(site, path)


def blocked_test_here() -> Callable[[str], bool]:
    """``is_blocked_here`` for many paths, as of now: whether the site has a block at all is asked once."""
    site = connection.tenant
    is_any = isinstance(site, Site) and registry_part(PART).get(site.slug)
    return partial(is_blocked, site) if is_any else _never


def _never(path: str) -> bool:
    return False


@dataclass(frozen=True)
class BlockedPaths:
    """Normal paths stopped on one site: by themselves, with everything below."""

    alone: tuple[str, ...]
    below: tuple[str, ...]


def blocked_paths_here() -> BlockedPaths:
    """What is stopped on the site whose schema is in use, for queries over many pages."""
    site = connection.tenant
    held: dict[str, BlockFacts] = registry_part(PART).get(site.slug, {}) if isinstance(site, Site) else {}
    return BlockedPaths(
        alone=tuple(path for path, block in held.items() if not block.covers_below),
        below=tuple(path for path, block in held.items() if block.covers_below),
    )
