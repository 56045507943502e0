"""Putting one site back to a backup while all others run: one transaction, agreed with the group before it shows."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

from network.audit.api import OPERATOR, record
from network.errors import InvalidValue
from network.events import restore_steps, table_steps, upgrade_steps
from network.tenancy.backup_archive import DUMP, FILES, Manifest, file_hash, open_archive, read_packed
from network.tenancy.content_types import copy_to_schemas, hold_content_types
from network.tenancy.contexts import in_public, in_site
from network.tenancy.dump_replay import replay_dump
from network.tenancy.models import Maintenance, Site
from network.tenancy.names import TEMPLATE_SCHEMA
from network.tenancy.prepared_migrations import MigrationPlans, apply_migrations, check_constraints
from network.tenancy.privileges import apply_privileges
from network.tenancy.probing import probe_home
from network.tenancy.schema_states import applied_migrations
from network.tenancy.site_locks import hold_site
from network.tenancy.upgrading_ledger import note_version, upgrade_lock, versions
from network.tenancy.upgrading_plan import disk_migrations

LOCK_SECONDS = 30


@dataclass
class RestoreReport:
    """What a restore did: migrations applied on top of the dump, the counts of the steps, the new epoch."""

    slug: str
    created_at: str
    epoch: int
    migrations: int = 0
    files: int = 0
    counts: dict[str, int] = field(default_factory=dict)


def restore_site(site: Site, *, archive: Path, person: str = OPERATOR) -> RestoreReport:
    """Replace a site by its backup. Owner role.

    The site answers 503 meanwhile; the schema is swapped, brought to the present migrations and made
    to agree with recalls and deliveries since the backup in one transaction. A failure leaves the site
    as it was. Raises InvalidValue for an archive that may not be restored here, UpgradeInProgress.
    """
    manifest = open_archive(archive)
    _hold(manifest, site)
    with upgrade_lock():
        with in_public():
            Site.objects.filter(pk=site.pk).update(maintenance=Maintenance.RESTORE)
        try:
            return _swap(site, manifest, archive, person=person)
        finally:
            # After success it is clear already; after a failure the old schema stands and serves again.
            give_up_restore(site)


def give_up_restore(site: Site) -> bool:
    """Let a site serve again whose restore was cut off: its schema is as it was before."""
    with in_public():
        return bool(
            Site.objects.filter(pk=site.pk, maintenance=Maintenance.RESTORE).update(maintenance=Maintenance.NONE)
        )


def _hold(manifest: Manifest, site: Site) -> None:
    if manifest.slug != site.slug or manifest.schema_name != site.schema_name:
        raise InvalidValue(
            f"这是站点“{manifest.slug}”的备份，不能恢复到“{site.slug}”。", site=site.slug, archive=manifest.slug
        )
    loader, known = disk_migrations()
    replaced = {key for migration in loader.disk_migrations.values() for key in migration.replaces}
    held = {(app, name) for app, name in manifest.migrations}
    unknown = sorted(f"{app}.{name}" for app, name in held - known - replaced)
    if unknown:
        raise InvalidValue(
            f"备份来自较新的程序，含有本程序没有的迁移：{'、'.join(unknown[:5])}。请先升级程序，再恢复。",
            migrations=unknown,
        )
    if known - applied_migrations(TEMPLATE_SCHEMA):
        raise InvalidValue("站点模板还没有升级到本程序。请先运行 migrate_network，再恢复。")


def _swap(site: Site, manifest: Manifest, archive: Path, *, person: str) -> RestoreReport:
    dump = read_packed(archive / DUMP)
    before = f"{site.schema_name}_replaced"
    with _files(site, manifest, archive) as file_count, in_site(site), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{LOCK_SECONDS}s"])
        hold_site(site.slug)
        _take_tables(site.schema_name)
        _statement("ALTER SCHEMA {} RENAME TO {}", site.schema_name, before)
        replay_dump(dump)
        report = RestoreReport(slug=site.slug, created_at=manifest.created_at, epoch=_next_epoch(site))
        report.files = file_count
        apply_privileges(site.schema_name)
        copy_to_schemas([site.schema_name])
        prepared = MigrationPlans().for_site(site)
        apply_migrations(prepared)
        report.migrations = len(prepared)
        for _name, step in (*upgrade_steps.items(), *table_steps.items()):
            step()
        apply_privileges(site.schema_name)
        hold_content_types(site.schema_name)
        fresh = Site.objects.select_related("parent").get(pk=site.pk)
        connection.set_tenant(fresh)
        for name, agree in restore_steps.items():
            report.counts.update({f"{name}.{key}": count for key, count in agree(fresh).items()})
        check_constraints()
        probe_home(fresh)
        _statement("DROP SCHEMA {} CASCADE", before)
        Site.objects.filter(pk=site.pk).update(maintenance=Maintenance.NONE)
        note_version(site.schema_name, versions().get(TEMPLATE_SCHEMA, ""))
        record(
            "site.restore",
            site=site.slug,
            person=person,
            object_kind="site",
            object_id=site.slug,
            detail={
                "backup": manifest.created_at,
                "epoch": report.epoch,
                "migrations": report.migrations,
                **report.counts,
            },
        )
    return report


def _take_tables(schema: str) -> None:
    """Wait for whoever writes in the old schema, keep newcomers out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY tablename", [schema])
        tables = [sql.Identifier(schema, row[0]) for row in cursor.fetchall()]
        cursor.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(sql.SQL(", ").join(tables)))


def _statement(text: str, *names: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(text).format(*[sql.Identifier(name) for name in names]))  # type: ignore[arg-type]


def _next_epoch(site: Site) -> int:
    """Work written for the state before is dropped from here on."""
    held = Site.objects.select_for_update().get(pk=site.pk)
    Site.objects.filter(pk=site.pk).update(epoch=held.epoch + 1)
    return int(held.epoch) + 1


@contextmanager
def _files(site: Site, manifest: Manifest, archive: Path) -> Iterator[int]:
    """The backup's files stand in the site's folder within the block, and after it when it succeeds.

    A file of the present site under the same name is put back after a failure.
    """
    root = Path(settings.MEDIA_ROOT) / site.schema_name
    added: list[Path] = []
    replaced: list[tuple[Path, Path]] = []
    try:
        for entry in manifest.files:
            target = root / entry["path"]
            if not target.resolve().is_relative_to(root.resolve()):
                raise InvalidValue(f"备份中的文件名“{entry['path']}”越出站点目录，不能恢复。", file=entry["path"])
            if target.exists() and file_hash(target) == entry["sha256"]:
                continue
            if target.exists():
                aside = target.with_name(target.name + ".replaced")
                target.rename(aside)
                replaced.append((target, aside))
            else:
                added.append(target)
            _place(archive / FILES / entry["sha256"], target)
        yield len(added) + len(replaced)
    except BaseException:
        for path in added:
            path.unlink(missing_ok=True)
        for target, aside in replaced:
            aside.replace(target)
        raise
    for _target, aside in replaced:
        aside.unlink()


def _place(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as file, tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as copy:
        shutil.copyfileobj(file, copy)
        copy.flush()
        os.fsync(copy.fileno())
    Path(copy.name).chmod(settings.FILE_UPLOAD_PERMISSIONS)
    Path(copy.name).rename(target)
