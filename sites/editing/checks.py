"""System check: every page-type table stands behind the publish gate."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, Tags, register
from django.db.migrations.loader import MigrationLoader
from modelcluster.fields import ParentalKey
from wagtail.models import Page

from sites.editing.operations import GateTable

UNGATED = frozenset({"wagtailcore_page"})


def gated_tables() -> set[str]:
    """Tables that some migration puts behind the gate."""
    migrations = MigrationLoader(None, ignore_no_migrations=True).disk_migrations.values()
    return {
        operation.table
        for migration in migrations
        for operation in migration.operations
        if isinstance(operation, GateTable)
    }


def tables_to_gate() -> set[str]:
    """Tables of page types with their child tables, Wagtail's own bookkeeping left out."""
    tables = set()
    for model in apps.get_models():
        is_page = issubclass(model, Page) and not model._meta.abstract
        is_child = model._meta.app_label.startswith("sites_") and any(
            isinstance(field, ParentalKey) for field in model._meta.local_fields
        )
        if is_page or is_child:
            tables.add(model._meta.db_table)
    return tables - UNGATED


@register(Tags.models)
def check_page_tables_are_gated(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A page type without its trigger could be changed on line without a review."""
    return [
        Error(
            f"Table '{table}' holds page content but no migration puts it behind the publish gate.",
            hint=f"Add GateTable('{table}', '<page column>') to a migration of sites.editing.",
            id="sites_editing.E001",
        )
        for table in sorted(tables_to_gate() - gated_tables())
    ]
