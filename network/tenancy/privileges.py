"""What the application role may do to which table.

It owns nothing: it cannot disable a trigger, alter a table, or write where a registered
restriction leaves it only the right to read.
"""

from __future__ import annotations

from django.conf import settings
from django.db import connection
from psycopg import sql

from network.events import restricted_tables
from network.tenancy.relations import RELATIONS_OF_SCHEMA

_LACKING = f"""
SELECT relation.relname, relation.relkind = 'S' FROM {RELATIONS_OF_SCHEMA}
WHERE relation.relkind IN ('r', 'p', 'v', 'm', 'S') AND NOT (
    CASE WHEN relation.relkind = 'S'
    THEN has_sequence_privilege(%(role)s, relation.oid, 'USAGE')
        AND has_sequence_privilege(%(role)s, relation.oid, 'SELECT')
    ELSE has_table_privilege(%(role)s, relation.oid, 'SELECT') AND has_table_privilege(%(role)s, relation.oid, 'INSERT')
        AND has_table_privilege(%(role)s, relation.oid, 'UPDATE')
        AND has_table_privilege(%(role)s, relation.oid, 'DELETE') END)
"""

_HELD = """
SELECT relation.relname, array_agg(DISTINCT held.privilege_type::text) || CASE WHEN EXISTS (
    SELECT FROM pg_attribute WHERE attrelid = relation.oid AND attacl IS NOT NULL
) THEN ARRAY['some columns'] ELSE '{}' END FROM pg_class AS relation
JOIN pg_namespace AS schema ON schema.oid = relation.relnamespace
CROSS JOIN LATERAL aclexplode(relation.relacl) AS held
WHERE schema.nspname = %(schema)s AND relation.relname = ANY(%(tables)s)
    AND held.grantee = (SELECT oid FROM pg_roles WHERE rolname = %(role)s)
GROUP BY relation.oid, relation.relname
"""


_TRIGGER_FUNCTIONS = """
SELECT function.proname FROM pg_proc AS function
WHERE function.pronamespace = 'public'::regnamespace AND function.prorettype = 'trigger'::regtype
    AND function.proowner = current_user::regrole AND has_function_privilege(%s, function.oid, 'EXECUTE')
"""


def close_trigger_functions() -> None:
    """Let nobody but the owner make triggers with the functions of the platform; run by the owner role.

    They work with the owner's rights on the schema of their table. The application role may make temporary tables:
    with such a trigger on one of them it would write with those rights. A trigger that stands fires as before.
    """
    role = str(settings.APPLICATION_ROLE)
    revoke = sql.SQL("REVOKE EXECUTE ON FUNCTION public.{function}() FROM PUBLIC, {role}")
    with connection.cursor() as cursor:
        cursor.execute(_TRIGGER_FUNCTIONS, [role])
        for (name,) in cursor.fetchall():
            cursor.execute(revoke.format(function=sql.Identifier(name), role=sql.Identifier(role)))


def apply_privileges(schema_name: str) -> None:
    """Grant the application role its rights in one schema; run by the owner role after each migration.

    Only where they differ: a grant that changes nothing still makes every session read the table's
    description anew.
    """
    role = str(settings.APPLICATION_ROLE)
    schema = sql.Identifier(schema_name)
    names = {"schema": schema, "role": sql.Identifier(role)}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_schema_privilege(%s, oid, 'USAGE') FROM pg_namespace WHERE nspname = %s", [role, schema_name]
        )
        if cursor.fetchone() != (True,):
            cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA {schema} TO {role}").format(**names))
        cursor.execute(_LACKING, {"schema": schema_name, "role": role})
        restricted = dict(restricted_tables.items())
        for name, is_sequence in cursor.fetchall():
            if name in restricted:
                continue
            rights = "USAGE, SELECT ON SEQUENCE" if is_sequence else "SELECT, INSERT, UPDATE, DELETE ON"
            statement = sql.SQL("GRANT " + rights + " {schema}.{relation} TO {role}")
            cursor.execute(statement.format(relation=sql.Identifier(name), **names))
        _restrict(schema_name, role, restricted)


def _restrict(schema_name: str, role: str, restricted: dict[str, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_HELD, {"schema": schema_name, "tables": list(restricted), "role": role})
        held = {name: set(rights) for name, rights in cursor.fetchall()}
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename = ANY(%s)",
            [schema_name, list(restricted)],
        )
        for (table,) in cursor.fetchall():
            kept = restricted[table]
            # Rights on single columns are not in the table's list: such a table is always granted anew.
            if "(" not in kept and held.get(table, set()) == {right.strip() for right in kept.split(",")}:
                continue
            names = {
                "schema": sql.Identifier(schema_name),
                "table": sql.Identifier(table),
                "role": sql.Identifier(role),
            }
            cursor.execute(sql.SQL("REVOKE ALL ON {schema}.{table} FROM {role}").format(**names))
            cursor.execute(sql.SQL("GRANT " + kept + " ON {schema}.{table} TO {role}").format(**names))
