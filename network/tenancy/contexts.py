"""Entering a site, explicitly.

``with in_site(site), transaction.atomic()`` and never the reverse: what runs on commit must still
see the site.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django_tenants.utils import get_public_schema_name, schema_context, tenant_context

from network.tenancy.models import Site


@contextmanager
def in_site(site: Site) -> Iterator[Site]:
    """Run the block in a site's schema; the tenant before is restored even after an error."""
    with tenant_context(site):
        yield site


@contextmanager
def in_public() -> Iterator[None]:
    """Run the block in the group-wide schema."""
    with schema_context(get_public_schema_name()):
        yield


def current_site() -> Site:
    """The site whose schema is in use. Raises LookupError on the group-wide schema."""
    tenant = connection.tenant
    if not isinstance(tenant, Site):
        raise LookupError("No site is entered here. Open in_site(site) around this call.")
    return tenant
