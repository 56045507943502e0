"""Databases of a test run: one prepared per state of the code, a clone of it per worker.

Preparing has two stages, each kept for as long as what shapes it is the same: the migrations, most of a
minute, on an empty database; what an upgrade adds to that for the rest of the code, with five sites. A test
that commits leaves a dirty clone, which is dropped with its changes.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from psycopg import sql

from deploy.settings import env
from network.tenancy import registry

ROOT = Path(__file__).resolve().parents[1]
PREFIX = "govsites_prepared_"
MIGRATED = f"{PREFIX}migrated_"
SHAPING = ("network", "sites", "search/migrations", "search/models.py", "deploy/settings", "requirements.txt")
SHAPING_TESTS = ("tests/seeding.py", "tests/factories/places.py")
SUFFIXES = frozenset({".py", ".sql", ".toml", ".csv", ".txt"})
DATA_SUFFIXES = frozenset({".sql", ".toml", ".csv"})
DROP_ATTEMPTS = 20
DROP_PAUSE_SECONDS = 0.5


def state_hash() -> str:
    """Names the state of everything that shapes the prepared database."""
    return _hash_of(path for path in _shaping() if path.suffix in SUFFIXES)


def migrations_hash() -> str:
    """Names the state of the migrations with the data they read."""
    return _hash_of(
        path
        for path in _shaping()
        if "migrations" in path.parts or path.suffix in DATA_SUFFIXES or path.name == "requirements.txt"
    )


def _shaping() -> Iterator[Path]:
    for name in (*SHAPING, *SHAPING_TESTS):
        start = ROOT / name
        yield from [start] if start.is_file() else sorted(path for path in start.rglob("*") if path.is_file())


def _hash_of(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def owner_connection(database: str = "") -> psycopg.Connection[Any]:
    """A connection of the owner role outside Django, in autocommit."""
    facts = env.database("owner")
    return psycopg.connect(
        host=str(facts["HOST"]),
        port=int(str(facts["PORT"] or 5432)),
        user=str(facts["USER"]),
        password=str(facts["PASSWORD"]),
        dbname=database or str(facts["NAME"]),
        autocommit=True,
    )


def database_url(role: str, database: str) -> str:
    """Address of a database for a program that a test starts."""
    facts = env.database(role)
    user, password = quote(str(facts["USER"])), quote(str(facts["PASSWORD"]))
    return f"postgres://{user}:{password}@{facts['HOST']}:{facts['PORT'] or 5432}/{database}"


_holding: list[psycopg.Connection[Any]] = []


def ensure_prepared() -> str:
    """Name of the prepared database; makes it when it is not there, one run at a time.

    A lock on the server keeps it for as long as this process lives, whatever other runs clear away.
    """
    name = f"{PREFIX}{state_hash()}"
    server = owner_connection()
    _holding.append(server)
    server.execute("SELECT pg_advisory_lock(hashtext(%s))", [PREFIX])
    try:
        migrated = f"{MIGRATED}{migrations_hash()}"
        for kept in (name, migrated):
            server.execute("SELECT pg_advisory_lock_shared(hashtext(%s))", [kept])
        if not _exists(server, name):
            _drop_unused(server)
            if not _exists(server, migrated):
                _prepare(migrated, template="template1", stage="migrate")
            _prepare(name, template=migrated, stage="fill")
    finally:
        server.execute("SELECT pg_advisory_unlock(hashtext(%s))", [PREFIX])
    return name


def release() -> None:
    """Give up the prepared database; the end of the run."""
    while _holding:
        _holding.pop().close()


def _drop_unused(server: psycopg.Connection[Any]) -> None:
    """Drop prepared databases of other states of the code that no run holds."""
    rows = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX]).fetchall()
    for (stale,) in rows:
        if server.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [stale]).fetchone() == (True,):
            drop(stale)
            server.execute("SELECT pg_advisory_unlock(hashtext(%s))", [stale])


def _exists(server: psycopg.Connection[Any], name: str) -> bool:
    return server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def _prepare(name: str, *, template: str, stage: str) -> None:
    unfinished = f"{name}_making"
    drop(unfinished)
    _execute("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", unfinished, template)
    subprocess.run(
        [sys.executable, "-m", "tests.seeding", stage],
        cwd=ROOT,
        check=True,
        env={
            **os.environ,
            "DATABASE_URL": database_url("app", unfinished),
            "DATABASE_ADMIN_URL": database_url("owner", unfinished),
            "GOVSITES_DATABASE_ROLE": "owner",
            "DJANGO_SETTINGS_MODULE": "deploy.settings.test",
            "REDIS_URL": "",
        },
    )
    # Nobody may connect to a template: it would stop the next clone.
    _execute("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false", unfinished)
    _execute("ALTER DATABASE {} RENAME TO {}", unfinished, name)


def clone(template: str, name: str) -> None:
    """A fresh copy of the prepared database under this name."""
    drop(name)
    _execute("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)
    # A page that a test before kept from the copy before would be taken for one of this copy.
    with owner_connection(name) as copy:
        copy.execute("SELECT public.network_move_page_token('')")


def drop(name: str) -> None:
    """Drop a database with whoever is connected to it.

    A server process that cleans up there for a moment belongs to nobody we may end: wait it out.
    """
    for attempt in range(DROP_ATTEMPTS):
        try:
            _execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        except psycopg.errors.InsufficientPrivilege:
            if attempt == DROP_ATTEMPTS - 1:
                raise
            time.sleep(DROP_PAUSE_SECONDS)
        else:
            return


def _execute(statement: str, *names: str) -> None:
    # One statement per connection: databases are made and dropped outside transactions.
    with owner_connection() as server:
        server.execute(sql.SQL(statement).format(*[sql.Identifier(name) for name in names]))


def disconnect() -> None:
    """Close Django's connection with its pool."""
    connection.close()
    connection.close_pool()


def connect_as(role: str, database: str) -> None:
    """Point Django's connection at a database under one of the two roles."""
    disconnect()
    facts = env.database(role)
    for holder in (settings.DATABASES["default"], connection.settings_dict):
        holder.update({key: facts[key] for key in ("HOST", "PORT", "USER", "PASSWORD")}, NAME=database)
    settings.DATABASE_ROLE = role
    connection.set_schema_to_public()


@contextmanager
def as_owner() -> Iterator[None]:
    """Run the block under the owner role. Only where the test commits (``django_db(transaction=True)``)."""
    if connection.in_atomic_block:
        raise RuntimeError("The owner role needs a connection of its own: mark the test django_db(transaction=True).")
    database = connection.settings_dict["NAME"]
    connect_as("owner", database)
    try:
        yield
    finally:
        connect_as("app", database)


def forget_everything() -> None:
    """Drop what the process holds of the database before."""
    registry.forget()
    for cache in caches.all():
        cache.clear()
