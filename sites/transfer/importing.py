"""Opening a site from an archive, filling an empty one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import transaction

from network.audit.api import record
from network.errors import InvalidValue
from network.tenancy.api import get_site, in_public, in_site, open_site, request_site
from network.transfer.api import Archive, Wish, facts_of, open_archive
from sites.transfer.loading import Progress, load_archive, no_progress


def import_new(path: Path, wish: Wish, *, person: str, progress: Progress = no_progress) -> dict[str, Any]:
    """Open a site with an archive's contents, in one transaction. Owner role only. Raises InvalidValue, NotAllowed."""
    if not wish.domain:
        raise InvalidValue("请写明新站点的域名，例如 --domain zhuhai.gongshang.gov.cn。")
    with open_archive(path) as archive, in_public(), transaction.atomic():
        request = request_site(
            wish.slug, facts=facts_of(archive.site, wish), domain=wish.domain, staff=[], requested_by=person
        )
        site = open_site(request)
        with in_site(site):
            report = load_archive(archive, site, progress=progress)
        tell(site.slug, archive, report, person=person)
    return report


def import_into(path: Path, slug: str, *, person: str, progress: Progress = no_progress) -> dict[str, Any]:
    """Fill an empty site. Owner role only. Raises InvalidValue, NotAllowed, LookupError."""
    site = get_site(slug)
    with open_archive(path) as archive, in_site(site), transaction.atomic():
        report = load_archive(archive, site, progress=progress)
        tell(slug, archive, report, person=person)
    return report


def tell(slug: str, archive: Archive, report: dict[str, Any], *, person: str) -> None:
    """The audit entry of an import."""
    record(
        "site.import",
        site=slug,
        person=person,
        object_kind="site",
        object_id=slug,
        detail={
            "from": str(archive.site.get("slug", "")),
            "trust": report["trust"],
            "key_id": report["key_id"],
            "pages_live": report["pages_live"],
            "pages_draft": report["pages_draft"],
            "refused": report["refused_count"],
        },
    )
