"""Content types and permissions with the template's ids in every schema.

The template is the only schema in which ids are made. Whatever creates a row later finds it there
(tenancy.md, section 3).
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction
from psycopg import sql

from network.tenancy.names import TEMPLATE_SCHEMA

SCHEMAS_PER_STATEMENT = 40
TABLES = {
    "django_content_type": "id, app_label, model",
    "auth_permission": "id, content_type_id, codename, name",
}
"""Table to its columns, content types first: a permission names one."""

IDENTITY = {"django_content_type": "id, app_label, model", "auth_permission": "id, content_type_id, codename"}
"""The columns that must be equal in every schema."""


def copy_to_schemas(schemas: Iterable[str]) -> None:
    """Give each schema the template's rows that it lacks, with their ids, and the template's sequences."""
    wanted = list(schemas)
    for start in range(0, len(wanted), SCHEMAS_PER_STATEMENT):
        statements = [_copy(schema) for schema in wanted[start : start + SCHEMAS_PER_STATEMENT]]
        with transaction.atomic(), connection.cursor() as cursor:
            # The raw cursor sends many statements at once.
            cursor.cursor.execute(sql.SQL("").join(statements))


def _copy(schema: str) -> sql.Composed:
    parts = []
    for table, columns in TABLES.items():
        names = {
            "target": sql.Identifier(schema, table),
            "source": sql.Identifier(TEMPLATE_SCHEMA, table),
            "sequence": sql.Identifier(TEMPLATE_SCHEMA, f"{table}_id_seq"),
            "own_sequence": sql.Literal(f'"{schema}".{table}_id_seq'),
            "columns": sql.SQL(columns),  # type: ignore[arg-type]  # constants of this module
        }
        parts.append(
            sql.SQL(
                "INSERT INTO {target} ({columns}) SELECT {columns} FROM {source} ON CONFLICT DO NOTHING;"
                "SELECT setval({own_sequence}, last_value, is_called) FROM {sequence};"
            ).format(**names)
        )
    return sql.Composed(parts)


def differing_content_types(schema: str) -> list[tuple[object, ...]]:
    """Rows of content types or permissions that only one of template and schema has."""
    found: list[tuple[object, ...]] = []
    with connection.cursor() as cursor:
        for table, columns in IDENTITY.items():
            own, template = (
                f'SELECT {columns} FROM "{schema}".{table}',
                f"SELECT {columns} FROM {TEMPLATE_SCHEMA}.{table}",
            )
            cursor.execute(f"({own} EXCEPT {template}) UNION ALL ({template} EXCEPT {own})")
            found += cursor.fetchall()
    return found


def hold_content_types(schema: str) -> None:
    """Raise when a schema's content type or permission ids differ from the template's."""
    differing = differing_content_types(schema)
    if differing:
        raise RuntimeError(
            f"Content types of schema '{schema}' differ from the template: {differing[:5]}. "
            "Restore the schema before it serves; ids are written into revisions, permissions, log entries."
        )
