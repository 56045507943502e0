"""The ledger of upgrades, with the lock that keeps two of them apart."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection, transaction
from django.utils import timezone

from network.errors import NetworkError
from network.tenancy.contexts import in_public
from network.tenancy.models import Maintenance, Site, UpgradeRun, UpgradeSite, UpgradeState
from network.tenancy.names import TEMPLATE_SCHEMA

SPACE = "network_tenancy.upgrade"
RUN, CHILDREN, TEMPLATE = "run", "children", "template"
ORPHAN_SECONDS = 60


class UpgradeInProgress(NetworkError):
    """Another upgrade runs; the sentence names it."""

    code = "tenancy.upgrade_in_progress"


def process_name() -> str:
    """Names this process to a person who meets its lock."""
    return f"{socket.gethostname()}:{os.getpid()}"


def _own_connection(name: str) -> psycopg.Connection[Any]:
    """A connection beside Django's, which is closed before each fork."""
    facts = connection.settings_dict
    return psycopg.connect(
        host=facts["HOST"] or None,
        port=facts["PORT"] or None,
        user=facts["USER"] or None,
        password=facts["PASSWORD"] or None,
        dbname=facts["NAME"],
        autocommit=True,
        application_name=name,
    )


@contextmanager
def upgrade_lock() -> Iterator[psycopg.Connection[Any]]:
    """Hold the one upgrade of this network. Raises UpgradeInProgress naming who holds it.

    Children of an upgrade that was killed are waited for: they end after the site at hand.
    """
    server = _own_connection(f"upgrade {process_name()}"[:63])
    try:
        if not _try(server, "pg_try_advisory_lock", RUN):
            raise UpgradeInProgress(_who_upgrades(server))
        server.execute(f"SET lock_timeout = '{ORPHAN_SECONDS}s'")
        try:
            server.execute("SELECT pg_advisory_lock(hashtext(%s), hashtext(%s))", [SPACE, CHILDREN])
        except psycopg.errors.LockNotAvailable as error:
            raise UpgradeInProgress(
                f"上一次升级被中断，它的子进程 {ORPHAN_SECONDS} 秒后仍在处理一个站点，请稍后再运行。"
            ) from error
        server.execute("SELECT pg_advisory_unlock(hashtext(%s), hashtext(%s))", [SPACE, CHILDREN])
        yield server
    finally:
        server.close()


def _try(server: psycopg.Connection[Any], function: str, name: str) -> bool:
    row = server.execute(f"SELECT {function}(hashtext(%s), hashtext(%s))", [SPACE, name]).fetchone()
    return bool(row and row[0])


def _who_upgrades(server: psycopg.Connection[Any]) -> str:
    row = server.execute(
        """SELECT activity.application_name, to_char(activity.backend_start AT TIME ZONE 'Asia/Shanghai', 'HH24:MI:SS')
           FROM pg_locks AS held JOIN pg_stat_activity AS activity USING (pid)
           WHERE held.locktype = 'advisory' AND held.granted
             AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
             AND held.classid::bigint = hashtext(%s)::bigint & 4294967295
             AND held.objid::bigint = hashtext(%s)::bigint & 4294967295""",
        [SPACE, RUN],
    ).fetchone()
    name, since = row or ("", "")
    return f"另一个升级正在进行（进程 {str(name).removeprefix('upgrade ')}，{since} 开始），请等它结束后再运行。"


def share_children_lock() -> None:
    """Say, for the life of this connection, that a child of an upgrade is at work."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock_shared(hashtext(%s), hashtext(%s))", [SPACE, CHILDREN])


def share_template() -> None:
    """Until the transaction ends the template stays as it is; waits while it is being migrated."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtext(%s), hashtext(%s))", [SPACE, TEMPLATE])


@contextmanager
def template_held(server: psycopg.Connection[Any]) -> Iterator[None]:
    """Nobody opens a site from the template within the block."""
    server.execute("SELECT pg_advisory_lock(hashtext(%s), hashtext(%s))", [SPACE, TEMPLATE])
    try:
        yield
    finally:
        server.execute("SELECT pg_advisory_unlock(hashtext(%s), hashtext(%s))", [SPACE, TEMPLATE])


def _has_ledger() -> bool:
    """False before the first upgrade that brings it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.network_tenancy_upgradesite') IS NOT NULL")
        return bool(cursor.fetchone()[0])


def versions() -> dict[str, str]:
    """Version that each schema reached."""
    if not _has_ledger():
        return {}
    with in_public():
        return dict(UpgradeSite.objects.filter(state=UpgradeState.DONE).values_list("schema_name", "version"))


def held_version(schema_name: str) -> str:
    """The last version that a schema reached, whatever became of it since; empty for none."""
    return UpgradeSite.objects.filter(schema_name=schema_name).values_list("version", flat=True).first() or ""


def failures() -> dict[str, str]:
    """Schemas whose last attempt failed or never ended, with the reason."""
    if not _has_ledger():
        return {}
    with in_public():
        rows = UpgradeSite.objects.exclude(state=UpgradeState.DONE)
        return {row.schema_name: row.error or "The attempt was cut off." for row in rows}


def note_version(schema_name: str, version: str) -> None:
    """A schema is at this version without a run: public, the template, a site just opened, a site restored."""
    with in_public():
        UpgradeSite.objects.update_or_create(
            schema_name=schema_name,
            defaults={"version": version, "state": UpgradeState.DONE, "error": "", "finished_at": timezone.now()},
        )


def note_opened(schema_name: str) -> None:
    """A new site is as far as the template that it was made from."""
    template = UpgradeSite.objects.filter(schema_name=TEMPLATE_SCHEMA).values_list("version", flat=True).first()
    note_version(schema_name, template or "")


def note_started(site: Site, *, run_id: int | None) -> None:
    """The site answers 503 from here on."""
    with in_public(), transaction.atomic():
        Site.objects.filter(pk=site.pk, maintenance=Maintenance.NONE).update(maintenance=Maintenance.UPGRADE)
        UpgradeSite.objects.update_or_create(
            schema_name=site.schema_name,
            defaults={
                "run_id": run_id,
                "state": UpgradeState.RUNNING,
                "error": "",
                "started_at": timezone.now(),
                "finished_at": None,
            },
        )


def note_done(site: Site, *, version: str, longest_lock_seconds: float, attempts: int) -> None:
    """In the transaction of the migrations: the site serves again with their commit."""
    UpgradeSite.objects.filter(schema_name=site.schema_name).update(
        state=UpgradeState.DONE,
        version=version,
        error="",
        attempts=attempts,
        finished_at=timezone.now(),
        longest_lock_seconds=longest_lock_seconds,
    )
    Site.objects.filter(pk=site.pk, maintenance=Maintenance.UPGRADE).update(maintenance=Maintenance.NONE)


def note_failed(schema_name: str, error: str, *, longest_lock_seconds: float = 0, attempts: int = 1) -> None:
    """The site stays in maintenance: the new code would answer wrongly from the old structure."""
    with in_public():
        UpgradeSite.objects.filter(schema_name=schema_name).update(
            state=UpgradeState.FAILED,
            error=error[:2000],
            attempts=attempts,
            finished_at=timezone.now(),
            longest_lock_seconds=longest_lock_seconds,
        )


def begin_run(version: str) -> UpgradeRun:
    with in_public():
        return UpgradeRun.objects.create(version=version, process=process_name())


def end_run(run_id: int, summary: dict[str, Any]) -> None:
    with in_public():
        UpgradeRun.objects.filter(pk=run_id).update(finished_at=timezone.now(), summary=summary)
