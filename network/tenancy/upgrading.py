"""Bringing every schema to the present migrations: public, the template, then each site."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django_tenants.utils import schema_context

from network.events import template_steps
from network.rules.api import load_rules
from network.tenancy.contexts import in_public
from network.tenancy.models import Installation, RegistryGeneration, Site
from network.tenancy.names import TEMPLATE_SCHEMA
from network.tenancy.privileges import apply_privileges

logger = logging.getLogger(__name__)


def migrate_network(*, report: Callable[[str], None] = logger.info) -> None:
    """Migrate public, the template, then the sites that lag behind the template. Owner role only."""
    report("公共库结构")
    _migrate("public")
    apply_privileges("public")
    with in_public():
        RegistryGeneration.objects.get_or_create(id=1)
        Installation.objects.update_or_create(id=1, defaults={"is_demo": settings.PROFILE == "demo"})
        report(f"规则 {load_rules()} 条")
    report("站点模板")
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {TEMPLATE_SCHEMA}")
    _migrate(TEMPLATE_SCHEMA)
    with schema_context(TEMPLATE_SCHEMA), transaction.atomic():
        for name, step in template_steps.items():
            report(f"模板内容：{name}")
            step()
    apply_privileges(TEMPLATE_SCHEMA)
    lagging = list(lagging_schemas())
    for number, schema_name in enumerate(lagging, start=1):
        report(f"站点 {schema_name}（{number}/{len(lagging)}）")
        copy_content_types(schema_name)
        _migrate(schema_name)
        apply_privileges(schema_name)
        hold_content_types(schema_name)


def _applied(schema_name: str) -> set[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [f"{schema_name}.django_migrations"])
        if cursor.fetchone()[0] is None:
            return set()
        cursor.execute(f'SELECT app, name FROM "{schema_name}".django_migrations')
        return set(cursor.fetchall())


def _migrate(schema_name: str) -> bool:
    """Run the migrations of one schema; returns whether any were applied."""
    before = _applied(schema_name)
    with schema_context(schema_name):
        call_command("migrate_schemas", schema_name=schema_name, interactive=False, verbosity=0)
    return _applied(schema_name) != before


def lagging_schemas() -> Iterable[str]:
    """Schemas of sites whose applied migrations differ from the template's."""
    wanted = _applied(TEMPLATE_SCHEMA)
    with in_public():
        schemas = list(Site.objects.order_by("sort_order").values_list("schema_name", flat=True))
    return [schema_name for schema_name in schemas if _applied(schema_name) != wanted]


def copy_content_types(schema_name: str) -> None:
    """Insert the template's content types that this schema lacks, with their ids, before it migrates.

    Whatever creates content types afterwards finds its row, so ids stay equal in every schema.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO "{schema_name}".django_content_type (id, app_label, model)
                SELECT id, app_label, model FROM {TEMPLATE_SCHEMA}.django_content_type
                ON CONFLICT (id) DO NOTHING"""
        )
        cursor.execute(
            f"""SELECT setval(pg_get_serial_sequence('"{schema_name}".django_content_type', 'id'),
                (SELECT max(id) FROM {TEMPLATE_SCHEMA}.django_content_type))"""
        )


def differing_content_types(schema_name: str) -> list[tuple[int, str, str]]:
    """Rows of ``(id, app_label, model)`` that only one of template and schema has."""
    with connection.cursor() as cursor:
        columns = "id, app_label, model"
        cursor.execute(
            f"""(SELECT {columns} FROM "{schema_name}".django_content_type
                 EXCEPT SELECT {columns} FROM {TEMPLATE_SCHEMA}.django_content_type)
                UNION ALL
                (SELECT {columns} FROM {TEMPLATE_SCHEMA}.django_content_type
                 EXCEPT SELECT {columns} FROM "{schema_name}".django_content_type)"""
        )
        return list(cursor.fetchall())


def hold_content_types(schema_name: str) -> None:
    """Raise when a schema's content type ids differ from the template's."""
    differing = differing_content_types(schema_name)
    if differing:
        raise RuntimeError(
            f"Content types of schema '{schema_name}' differ from the template: {differing[:5]}. "
            "Restore the schema before it serves; ids are written into revisions, permissions, log entries."
        )
