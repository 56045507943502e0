"""What the database says of a schema, to compare it with another or with itself later."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from django.db import connection


def rows(statement: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or [])
        return cursor.fetchall()


CATALOGUE = {
    "columns": """SELECT table_name, column_name, data_type, is_nullable, replace(column_default, %(schema)s || '.', '')
                  FROM information_schema.columns WHERE table_schema = %(schema)s""",
    "constraints": """SELECT conrelid::regclass::text, conname,
                      replace(pg_get_constraintdef(oid), %(schema)s || '.', '')
                      FROM pg_constraint WHERE connamespace = %(schema)s::regnamespace""",
    "indexes": """SELECT tablename, indexname, replace(indexdef, %(schema)s || '.', '')
                  FROM pg_indexes WHERE schemaname = %(schema)s""",
    "triggers": """SELECT tgrelid::regclass::text, tgname, tgenabled,
                   replace(pg_get_triggerdef(oid), %(schema)s || '.', '')
                   FROM pg_trigger WHERE NOT tgisinternal
                   AND tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = %(schema)s::regnamespace)""",
    "sequences": """SELECT sequencename, data_type::text, increment_by FROM pg_sequences
                    WHERE schemaname = %(schema)s""",
    "privileges": """SELECT table_name, grantee, privilege_type FROM information_schema.table_privileges
                     WHERE table_schema = %(schema)s AND grantee LIKE 'govsites%%'""",
    "content types": "SELECT id, app_label, model FROM {schema}.django_content_type",
    "permissions": "SELECT id, content_type_id, codename FROM {schema}.auth_permission",
    "migrations": "SELECT app, name FROM {schema}.django_migrations",
}


def schema_hashes(schemas: list[str]) -> dict[str, str]:
    """One hash per schema over everything that the database says of it, with the rows of its pages."""
    found = {}
    for schema in schemas:
        facts = [sorted(catalogue(schema, kind)) for kind in sorted(CATALOGUE)]
        facts.append(rows(f"SELECT id, title, live, url_path FROM {schema}.wagtailcore_page ORDER BY id"))
        found[schema] = hashlib.sha256(repr(facts).encode()).hexdigest()
    return found


def catalogue(schema: str, kind: str) -> set[tuple[Any, ...]]:
    """What the database says of a schema, its own name taken out."""
    found = rows(CATALOGUE[kind].replace("{schema}", schema), {"schema": schema})  # type: ignore[arg-type]
    return {tuple(_without(schema, str(value)) for value in row) for row in found}


def _without(schema: str, text: str) -> str:
    """A definition without the schema's name, without the casts that a dump writes in another place."""
    for prefix in (f'"{schema}".', f"{schema}."):
        text = text.replace(prefix, "")
    return re.sub(r"::(character varying|text)(\[\])?|[()]", "", text)


def take_back(schema: str) -> int:
    """Make a schema one that lacks the publishers and what came to editing since, as an old dump does.

    Owner role. Returns the number of migrations taken.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SET search_path TO {schema}")
        cursor.execute("DROP TABLE sites_editing_publishingplace, sites_editing_publishschedule")
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sites_editing' AND name >= '0014_publishers'")
        taken = cursor.rowcount
    connection.set_schema_to_public()
    assert taken
    return taken
