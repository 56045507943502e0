"""What the application role may do to which table.

It owns nothing: it cannot disable a trigger, alter a table, or write where a registered
restriction leaves it only the right to read.
"""

from __future__ import annotations

from django.conf import settings
from django.db import connection
from psycopg import sql

from network.events import restricted_tables


def apply_privileges(schema_name: str) -> None:
    """Grant the application role its rights in one schema; run by the owner role after each migration."""
    role = sql.Identifier(str(settings.APPLICATION_ROLE))
    schema = sql.Identifier(schema_name)
    statements = [
        sql.SQL("GRANT USAGE ON SCHEMA {schema} TO {role}"),
        sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}"),
        sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}"),
    ]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.format(schema=schema, role=role))
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema_name])
        present = {row[0] for row in cursor.fetchall()}
        for table, kept in restricted_tables.items():
            if table not in present:
                continue
            names = {"schema": schema, "table": sql.Identifier(table), "role": role}
            cursor.execute(sql.SQL("REVOKE ALL ON {schema}.{table} FROM {role}").format(**names))
            cursor.execute(sql.SQL("GRANT " + kept + " ON {schema}.{table} TO {role}").format(**names))
