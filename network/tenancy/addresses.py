"""The one function that writes absolute addresses, for pages, previews, mails alike."""

from __future__ import annotations

from django.conf import settings

from network.tenancy.models import Site
from network.tenancy.registry import snapshot


def host_of(site: Site) -> str:
    """Host under which a site answers, with port in the demo profile."""
    if settings.DEMO_HOSTS:
        return f"{site.slug}.localhost:{settings.PUBLIC_PORT}"
    host = snapshot().primary_host.get(site.pk)
    if not host:
        raise LookupError(f"Site '{site.slug}' has no primary domain. Add one, for example '{site.slug}.gov.cn'.")
    return host


def absolute_url(site: Site, path: str = "/") -> str:
    """Address of a path on a site, with scheme and host."""
    scheme = "http" if settings.DEMO_HOSTS else "https"
    return f"{scheme}://{host_of(site)}{path}"
