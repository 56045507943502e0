"""Sabotages of moving whole sites."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection

from deploy.demo.sabotage import sabotage
from network.tenancy.api import get_site
from network.transfer import archive, views
from sites.transfer import kinds, loading, pages, review_loading

NEIGHBOUR = "hebei"


@sabotage("整站档案带有邻站的页面")
def export_leaks_neighbour() -> None:
    kind = kinds.archive_kinds.get("pages")
    read = kind.read

    def read_more(export: Any) -> Iterator[dict[str, Any]]:
        yield from read(export)
        here = connection.tenant
        connection.set_tenant(get_site(NEIGHBOUR))
        try:
            found = [record for record in pages.read_pages(export) if record["kind"] == "article"]
        finally:
            connection.set_tenant(here)
        yield from found

    kinds.archive_kinds._entries["pages"] = kinds.ArchiveKind(
        name=kind.name, order=kind.order, read=read_more, hold=kind.hold, write=kind.write
    )


@sabotage("整站档案漏掉一半页面的网址")
def export_forgets_addresses() -> None:
    kind = kinds.archive_kinds.get("addresses")

    def read_half(export: Any) -> Iterator[dict[str, Any]]:
        return (record for number, record in enumerate(kind.read(export)) if number % 2)

    kinds.archive_kinds._entries["addresses"] = kinds.ArchiveKind(
        name=kind.name, order=kind.order, read=read_half, hold=kind.hold, write=kind.write
    )


@sabotage("任何登录人员都能下载整站档案")
def archives_open_to_all() -> None:
    views.is_manager = lambda person, site: True
    views.may_see = lambda person, site, job: True


@sabotage("损坏的整站档案照样导入")
def import_ignores_damage() -> None:
    archive._hold_hash = lambda held, entry: None


@sabotage("导入时草稿直接公开")
def import_publishes_drafts() -> None:
    write = review_loading.write_approvals
    kind = kinds.archive_kinds.get("approvals")

    def publish_all(load: loading.Load, records: Iterator[dict[str, Any]]) -> None:
        write(load, records)
        with connection.cursor() as cursor:
            cursor.execute(
                """SELECT 'ALTER TABLE ' || tgrelid::regclass || ' DISABLE TRIGGER publish_gate' FROM pg_trigger
                   JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_namespace ON pg_namespace.oid = relnamespace
                   WHERE tgname = 'publish_gate' AND nspname = current_schema()"""
            )
            statements = [row[0] for row in cursor.fetchall()]
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for statement in statements:
                cursor.execute(statement)
            cursor.execute("UPDATE wagtailcore_page SET live = true")

    kinds.archive_kinds._entries["approvals"] = kinds.ArchiveKind(
        name=kind.name, order=kind.order, read=kind.read, hold=kind.hold, write=publish_all
    )
