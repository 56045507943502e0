"""What each schema has had: its migrations, content types and permissions as sums of hashes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from psycopg import sql

SCHEMAS_PER_STATEMENT = 60
NEEDED_TABLES = ("django_migrations", "django_content_type", "auth_permission")


@dataclass(frozen=True)
class SchemaState:
    """Sums of the hashes of a schema's applied migrations, and of its content types with its permissions."""

    migrations: str
    identities: str


_ONE = """SELECT {name} AS schema_name,
    (SELECT sum(hashtextextended(app || '.' || name, 0))::text FROM {schema}.django_migrations),
    (SELECT sum(hashtextextended(id || '.' || app_label || '.' || model, 0))::text FROM {schema}.django_content_type)
    || ' ' ||
    (SELECT sum(hashtextextended(concat_ws('.', id, content_type_id, codename), 0))::text FROM {schema}.auth_permission)
"""


def schema_states(schemas: Sequence[str]) -> dict[str, SchemaState]:
    """State of each schema, many in one statement; a schema that lacks one of the tables is left out."""
    parts = [sql.SQL(_ONE).format(name=sql.Literal(name), schema=sql.Identifier(name)) for name in _complete(schemas)]
    states = {}
    with connection.cursor() as cursor:
        # All in one would be planned twice as long as in pieces.
        for start in range(0, len(parts), SCHEMAS_PER_STATEMENT):
            cursor.execute(sql.SQL(" UNION ALL ").join(parts[start : start + SCHEMAS_PER_STATEMENT]))
            for name, migrations, identities in cursor.fetchall():
                states[name] = SchemaState(migrations=migrations or "", identities=identities or "")
    return states


def _complete(schemas: Sequence[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT schemaname FROM pg_tables WHERE schemaname = ANY(%s) AND tablename = ANY(%s)
               GROUP BY schemaname HAVING count(*) = %s""",
            [list(schemas), list(NEEDED_TABLES), len(NEEDED_TABLES)],
        )
        present = {row[0] for row in cursor.fetchall()}
    return [name for name in schemas if name in present]


def applied_migrations(schema: str) -> frozenset[tuple[str, str]]:
    """Applied migrations of one schema as (app, name); empty where there is no table of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [f'"{schema}".django_migrations'])
        if cursor.fetchone()[0] is None:
            return frozenset()
        cursor.execute(sql.SQL("SELECT app, name FROM {}").format(sql.Identifier(schema, "django_migrations")))
        return frozenset(cursor.fetchall())
