"""Reads of the registry."""

from __future__ import annotations

from typing import Any

from network.tenancy.contexts import in_public
from network.tenancy.models import Domain, RequestState, Site, SiteName, SiteRequest
from network.tenancy.registry import snapshot


def get_site(slug: str) -> Site:
    """A site by its key. Raises LookupError that names it."""
    try:
        return snapshot().by_slug[slug]
    except KeyError:
        raise LookupError(f"No site has the key '{slug}'. See 'manage.py network_status'.") from None


def get_site_by_schema(schema_name: str) -> Site:
    """A site by its schema. Raises LookupError that names it."""
    try:
        return snapshot().by_schema[schema_name]
    except KeyError:
        raise LookupError(f"No site has the schema '{schema_name}'.") from None


def former_names() -> list[tuple[str, str]]:
    """``(former, present)`` full names of bureaux that were renamed, less those that some bureau bears today."""
    held = snapshot()
    borne = {site.full_name for site in held.sites}
    rows = SiteName.objects.exclude(valid_to=None).values_list("full_name", "site").order_by("pk")
    return [(name, held.by_slug[slug].full_name) for name, slug in rows if name not in borne and slug in held.by_slug]


def request_error(slug: str) -> str:
    """Why the request for this site failed; empty when it waits, was carried out, or never was."""
    with in_public():
        return str(
            SiteRequest.objects.filter(slug=slug, state=RequestState.FAILED).values_list("error", flat=True).first()
            or ""
        )


def domains_of(site: Site) -> list[str]:
    """Registered host names of a site, the primary one first."""
    with in_public():
        return list(
            Domain.objects.filter(tenant=site).order_by("-is_primary", "domain").values_list("domain", flat=True)
        )


def name_of_schema(schema_name: str) -> str:
    """Full name of the site behind a schema; of a removed site the last name that its history holds."""
    held = snapshot().by_schema.get(schema_name)
    if held is not None:
        return held.full_name
    last = SiteName.objects.filter(site=schema_name).order_by("-id").first()
    return last.full_name if last else ""


def registry_part(name: str) -> Any:
    """A part that an upper app put into the snapshot (``events.snapshot_parts``)."""
    return snapshot().parts[name]


def hosts_of(site: Site) -> frozenset[str]:
    """Every host name that leads to a site."""
    return frozenset(host for host, held in snapshot().by_host.items() if held.pk == site.pk)


def is_group_host(host: str) -> bool:
    """Whether a host name leads to a site of the group; in the demo those under ``localhost`` do."""
    return host in snapshot().by_host


def all_sites() -> tuple[Site, ...]:
    """Every registered site, in official order."""
    return snapshot().sites


def live_sites() -> list[Site]:
    """Sites that answer the public, in official order."""
    return [site for site in snapshot().sites if site.is_public]


def child_sites(site: Site) -> list[Site]:
    """Sites directly below this one that answer the public."""
    return [child for child in snapshot().children.get(site.pk, []) if child.is_public]


def subtree(site: Site) -> list[Site]:
    """This site with all below it, in official order."""
    return [other for other in snapshot().sites if other.region_path.startswith(site.region_path)]
