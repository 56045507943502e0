"""Removing a site for good: schema, files' home, registry row. For sites opened by mistake or for a trial."""

from __future__ import annotations

import logging
import shutil
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

from network.audit.api import OPERATOR, record
from network.errors import InvalidValue
from network.events import site_left, site_removal
from network.tenancy.contexts import in_public
from network.tenancy.lifecycle import hold_no_children
from network.tenancy.models import Domain, MovedAddress, Site, SiteRequest, State
from network.tenancy.site_locks import hold_site

logger = logging.getLogger(__name__)


@transaction.atomic
def remove_site(slug: str, *, confirmed_key: str) -> None:
    """Drop the schema of a closed site with everything the group keeps about it, in one transaction.

    The histories of states and names and the audit log stay. Owner role. Raises InvalidValue, with
    nothing changed, unless the site is closed, the key was typed, and nothing of it stands elsewhere.
    """
    with in_public():
        site = Site.objects.select_for_update(of=("self",)).filter(slug=slug).first()
        if site is None:
            raise InvalidValue(f"没有标识为“{slug}”的站点，请核对标识。")
        if confirmed_key != slug:
            raise InvalidValue(f"输入的站点标识“{confirmed_key}”与“{slug}”不符，没有删除任何内容。")
        if site.state != State.CLOSED:
            raise InvalidValue(
                f"“{site.short_name}”现为“{site.get_state_display()}”，只能删除已关停的站点。请先在站点管理中关停。"
            )
        hold_no_children(site)
        if Site.objects.filter(merged_into=site).exclude(state=State.CLOSED).exists():
            raise InvalidValue(f"还有站点并入“{site.short_name}”，旧网址会失去去处，不能删除。")
        hold_site(slug)
        site_left.emit(site.schema_name)
        site_removal.emit(site)
        MovedAddress.objects.filter(site=slug).delete()
        MovedAddress.objects.filter(target_site=slug).delete()
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(site.schema_name)))
        SiteRequest.objects.filter(slug=slug).delete()
        Domain.objects.filter(tenant=site).delete()
        parent = site.parent.slug if site.parent else ""
        detail = {"full_name": site.full_name, "division_code": site.division_code}
        Site.objects.filter(pk=site.pk).delete()
        transaction.on_commit(partial(_remove_files, site.schema_name))
        for key in (parent, slug):
            record("site.remove", site=key, person=OPERATOR, object_kind="site", object_id=slug, detail=detail)


def _remove_files(schema_name: str) -> None:
    """The rows are gone for good: a file that resists is told to the operator, who deletes the folder."""
    folder = Path(settings.MEDIA_ROOT) / schema_name
    try:
        if folder.exists():
            shutil.rmtree(folder)
    except OSError:
        logger.exception("The files of removed site '%s' could not be deleted. Delete %s by hand.", schema_name, folder)
