"""Names with addresses of the group's sites, as results need them."""

from __future__ import annotations

import threading

from network.tenancy.api import Site, absolute_url, all_sites


class Directory:
    """The public sites at one state of the registry; addresses are worked out once each."""

    def __init__(self, sites: tuple[Site, ...]) -> None:
        self.sites = sites
        self.by_schema = {site.schema_name: site for site in sites if site.is_public}
        self.names_of_regions = {site.region_path: site.short_name for site in sites if not site.is_gone}
        # Named only where they are fewer than all: what a site off line shows alone is not found.
        self.shown_on = tuple(sorted(self.by_schema)) if len(self.by_schema) < len(sites) else ()
        self._bases: dict[str, str] = {}

    def address(self, site: Site, path: str) -> str:
        """Absolute address of a path on a site."""
        if site.schema_name not in self._bases:
            self._bases[site.schema_name] = absolute_url(site, "/").removesuffix("/")
        return self._bases[site.schema_name] + path


_lock = threading.Lock()
_held: Directory | None = None


def directory() -> Directory:
    """The directory of now. The registry hands out one tuple as long as nothing changes in it."""
    global _held
    sites = all_sites()
    with _lock:
        if _held is None or _held.sites is not sites:
            _held = Directory(sites)
        return _held
