"""The admin's own address in mails, notices, the user bar: that of the site in use."""

from __future__ import annotations

from django.db import connection

from network.tenancy.api import Site, absolute_url


def admin_base_url() -> str:
    """Scheme with host of the site whose schema is in use; empty where no site is entered."""
    tenant = connection.tenant
    return absolute_url(tenant, "") if isinstance(tenant, Site) else ""
