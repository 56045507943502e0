"""Backing up one site while it and all others run."""

from __future__ import annotations

import json
import os
import platform
import shutil
from pathlib import Path
from typing import Any

import django
import wagtail
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from network.audit.api import OPERATOR, record
from network.errors import NetworkError
from network.events import backup_rows
from network.signing import install_id
from network.tenancy.backup_archive import (
    DUMP,
    FORMAT,
    MANIFEST,
    ROWS,
    Manifest,
    keep_file,
    open_archive,
    write_manifest,
    write_packed,
)
from network.tenancy.contexts import in_public
from network.tenancy.dumping import run_pg_dump
from network.tenancy.models import Domain, Site
from network.tenancy.schema_states import applied_migrations
from network.tenancy.site_locks import share_site

STAMP = "%Y%m%dT%H%M%S"
PARTIAL = ".partial"


def backup_site(site: Site, *, directory: Path, person: str = OPERATOR) -> Path:
    """Write an archive of a site into ``directory/slug/time``; returns its folder. Owner role.

    Dump and rows are of one moment. Raises NetworkError while the site is upgraded or restored.
    """
    folder = directory / site.slug / timezone.localtime().strftime(STAMP)
    number = 1
    while folder.exists():
        number += 1
        folder = folder.with_name(f"{folder.name.partition('-')[0]}-{number}")
    partial = folder.with_name(folder.name + PARTIAL)
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    partial.chmod(0o700)
    try:
        _fill(partial, site)
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    with in_public():
        record("site.backup", site=site.slug, person=person, object_kind="site", object_id=site.slug)
    return folder


def _fill(folder: Path, site: Site) -> None:
    with in_public(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = str(cursor.fetchone()[0])
        if not share_site(site.slug):
            raise NetworkError(f"站点“{site.slug}”正在升级或恢复，请稍后再备份。", site=site.slug)
        present = Site.objects.get(pk=site.pk)
        if present.maintenance:
            raise NetworkError(f"站点“{site.slug}”处于维护状态，请先完成升级或恢复，再备份。", site=site.slug)
        rows = {name: build(present) for name, build in backup_rows.items()}
        rows["registry"] = [*_registry(present)]
        migrations = sorted(applied_migrations(site.schema_name))
        parts = {
            ROWS: write_packed(folder / ROWS, json.dumps(rows, ensure_ascii=False, default=str)),
            DUMP: write_packed(
                folder / DUMP,
                run_pg_dump(
                    site.schema_name, "--no-owner", "--no-privileges", "--no-comments", f"--snapshot={snapshot}"
                ),
            ),
        }
    write_manifest(
        folder,
        Manifest(
            format=FORMAT,
            install=install_id(),
            slug=site.slug,
            schema_name=site.schema_name,
            full_name=site.full_name,
            created_at=timezone.localtime().isoformat(),
            epoch=present.epoch,
            versions=_versions(),
            migrations=[[app, name] for app, name in migrations],
            parts=parts,
            files=_keep_files(folder, site),
        ),
    )


def _registry(site: Site) -> list[dict[str, Any]]:
    domains = list(Domain.objects.filter(tenant=site).values("domain", "is_primary"))
    return [*Site.objects.filter(pk=site.pk).values(), {"domains": domains}]


def _keep_files(folder: Path, site: Site) -> list[dict[str, Any]]:
    """Copy what lies in the site's media folder; a file never changes once it is stored."""
    root = Path(settings.MEDIA_ROOT) / site.schema_name
    kept = []
    for directory, _, names in os.walk(root):
        for name in sorted(names):
            path = Path(directory) / name
            facts = keep_file(path, folder)
            if facts is not None:
                kept.append({"path": str(path.relative_to(root)), **facts})
    return sorted(kept, key=lambda entry: str(entry["path"]))


def _versions() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        server = str(cursor.fetchone()[0])
    return {
        "python": platform.python_version(),
        "django": django.get_version(),
        "wagtail": wagtail.__version__,
        "postgresql": server,
    }


def archives_of(directory: Path, slug: str) -> list[Path]:
    """The finished archives of a site, the oldest first."""
    folder = directory / slug
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_dir() and (path / MANIFEST).exists())


def drop_old_archives(directory: Path, slug: str, *, keep: int) -> list[Path]:
    """Delete all but the newest ``keep`` archives of a site, the newest proven whole first; returns the deleted."""
    held = archives_of(directory, slug)
    old = held[:-keep] if keep else []
    if old:
        open_archive(held[-1])
    for path in old:
        shutil.rmtree(path)
    return old
