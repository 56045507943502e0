"""System checks: every page-type table stands behind the publish gate, which knows its pictures and files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, Tags, register
from django.db.migrations.loader import MigrationLoader
from modelcluster.fields import ParentalKey
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import Page

from sites.editing.operations import GateTable

UNGATED = frozenset({"wagtailcore_page"})
NAMES = {ImageChooserBlock: ("image", ""), DocumentChooserBlock: ("file", "attachment")}
"""Chooser to the name under which the gate finds its choice: within a struct, as a block of a stream."""


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


def unknown_choosers(block: blocks.Block, *, path: str = "", within: str = "") -> Iterator[tuple[str, str]]:
    """``(path, wanted name)`` of every picture or file that a stream takes under a name the gate does not know."""
    for chooser, (in_struct, in_stream) in NAMES.items():
        if isinstance(block, chooser):
            wanted = {"struct": in_struct, "stream": in_stream}.get(within, "")
            if not wanted or path.rpartition(".")[2] != wanted:
                yield path, in_struct
    kind = {blocks.BaseStructBlock: "struct", blocks.BaseStreamBlock: "stream"}
    held = next((name for base, name in kind.items() if isinstance(block, base)), "")
    if held:
        for name, child in block.child_blocks.items():
            yield from unknown_choosers(child, path=f"{path}.{name}" if path else name, within=held)
    elif isinstance(block, blocks.ListBlock):
        yield from unknown_choosers(block.child_block, path=path, within="list")


@register(Tags.models)
def check_files_of_pages_are_known(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The words of a picture that the gate does not find could be changed on line without a review."""
    return [
        Error(
            f"'{model._meta.label}.{field.name}' takes a picture or file as '{path}', where the gate does not look.",
            hint=f"Put it into a StructBlock under the name '{wanted}' (sites/editing/sql/files.sql).",
            id="sites_editing.E002",
        )
        for model in apps.get_models()
        if issubclass(model, Page) and model._meta.app_label.startswith("sites_")
        for field in model._meta.get_fields()
        if isinstance(field, StreamField)
        for path, wanted in unknown_choosers(field.stream_block)
    ]
