"""Empty copies of the platform's tables, which the references write into."""

from __future__ import annotations

from django.db import connection
from psycopg import sql

SCHEMA = "bench_copies"


def prepare() -> None:
    """Make the schema of the copies anew."""
    drop()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")


def drop() -> None:
    """Remove all copies, a few tables at a time: one statement would lock them all at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [SCHEMA])
        for (table,) in cursor.fetchall():
            cursor.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(SCHEMA, table)))
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")


def copy_table(schema: str, table: str, *, name: str = "") -> sql.Identifier:
    """An empty table with the columns, defaults, checks, indexes of another; returns its name."""
    copy = sql.Identifier(SCHEMA, name or table)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)").format(copy, sql.Identifier(schema, table)))
    return copy
