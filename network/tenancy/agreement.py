"""Whether the schemas of all sites agree with the template, in one statement."""

from __future__ import annotations

from django.db import connection
from psycopg import sql

from network.tenancy.contexts import in_public
from network.tenancy.models import PUBLIC_STATES, Site
from network.tenancy.names import TEMPLATE_SCHEMA

SHOWN = 5

DIFFERING = """
SELECT {name}, id, app_label, model FROM (
    (SELECT id, app_label, model FROM {schema}.django_content_type
     EXCEPT SELECT id, app_label, model FROM {template}.django_content_type)
    UNION
    (SELECT id, app_label, model FROM {template}.django_content_type
     EXCEPT SELECT id, app_label, model FROM {schema}.django_content_type)
) AS differing
"""


def disagreements() -> tuple[list[str], dict[str, str]]:
    """Sites that serve without a schema; schema to the first content types that only it or the template has.

    A row is told as ``id app_label.model``. Nothing to tell before the first migration.
    """
    with in_public(), connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.network_tenancy_site')")
        if cursor.fetchone()[0] is None:
            return [], {}
        sites = list(Site.objects.order_by("sort_order", "slug").values_list("schema_name", "state"))
        cursor.execute("SELECT schemaname FROM pg_tables WHERE tablename = 'django_content_type'")
        present = {row[0] for row in cursor.fetchall()}
        missing = [name for name, state in sites if name not in present and state in PUBLIC_STATES]
        compared = [name for name, _ in sites if name in present]
        if TEMPLATE_SCHEMA not in present or not compared:
            return missing, {}
        cursor.execute(
            sql.SQL(" UNION ALL ").join(
                sql.SQL(DIFFERING).format(
                    name=sql.Literal(name), schema=sql.Identifier(name), template=sql.Identifier(TEMPLATE_SCHEMA)
                )
                for name in compared
            )
        )
        found: dict[str, list[str]] = {}
        for name, identifier, app_label, model in cursor.fetchall():
            found.setdefault(name, []).append(f"{identifier} {app_label}.{model}")
    return missing, {name: ", ".join(sorted(rows)[:SHOWN]) for name, rows in found.items()}
