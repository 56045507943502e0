"""Taking a site away again: demo and measurements only, a real site is closed and kept."""

from __future__ import annotations

from django.db import connection, transaction
from psycopg import sql

from network.events import site_left, site_removal
from network.tenancy.contexts import in_public
from network.tenancy.models import Domain, Site, SiteRequest
from network.tenancy.site_locks import hold_site
from network.transfer.api import TransferJob


def drop_site(slug: str) -> None:
    """Drop the schema with every row in public that names the site. Raises LookupError for an unknown one."""
    with in_public(), transaction.atomic():
        site = Site.objects.filter(slug=slug).first()
        SiteRequest.objects.filter(slug=slug).delete()
        TransferJob.objects.filter(site=slug).delete()
        if site is None:
            raise LookupError(f"No site has the key '{slug}'.")
        # As a real removal does: the worker would meet it in the middle.
        hold_site(slug)
        site_left.emit(site.schema_name)
        site_removal.emit(site)
        TransferJob.objects.filter(site=slug).delete()
        Domain.objects.filter(tenant=site).delete()
        Site.objects.filter(pk=site.pk).delete()
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(site.schema_name)))
