"""Proof that the publish gate holds: real attempts to get round it, each rolled back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.utils.crypto import get_random_string
from wagtail.models import Page

from sites.editing.middleware import is_gate_refusal
from sites.editing.models import GatedTable

GROUP_TABLES = {
    "search_document": ("id", "origin = current_schema() AND NOT is_withdrawn"),
    "network_syndication_item": ("content_id", "origin = current_schema() AND state = 'live'"),
}
"""Tables of the group behind the gate: the key, which rows are the site's own."""


@dataclass
class Proof:
    """What was tried on one site; ``holes`` names every attempt that went through."""

    site: str
    attempts: int = 0
    holes: list[str] = field(default_factory=list)


def prove_gate(site: str) -> Proof:
    """Try to change live rows without a review on the site that is entered; nothing stays.

    Tries the page table with every gated table that has a live page, the approvals table itself, a search row
    and the head of an item of the site. Also looks for a disabled or missing trigger.
    """
    proof = Proof(site=site)
    live = Page.objects.live().filter(depth__gt=1)
    if live.exists():
        _attempt(proof, "wagtailcore_page", "UPDATE wagtailcore_page SET title = %s WHERE id = %s", live.first().pk)
    draft = (
        "INSERT INTO sites_editing_approval (page_id, kind, rows_hash, people, decisions, created_at, voided_reason)"
    )
    _attempt(proof, "sites_editing_approval", draft + " VALUES (0, 'review', %s, %s, '[]', now(), '')", 3)
    for table in GatedTable.objects.all():
        _attempt_table(proof, table)
    for name, (key, condition) in GROUP_TABLES.items():
        _attempt_group_table(proof, name, key, condition)
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT wanted.name FROM (SELECT table_name AS name FROM sites_editing_gatedtable
                                       UNION SELECT 'wagtailcore_page'
                                       UNION SELECT 'public.' || unnest(%s::text[])) AS wanted
               WHERE NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgname = 'publish_gate' AND tgenabled IN ('O', 'A')
                   AND tgrelid = CASE WHEN starts_with(wanted.name, 'public.') THEN to_regclass(wanted.name)
                       ELSE to_regclass(quote_ident(current_schema()) || '.' || wanted.name) END)""",
            [list(GROUP_TABLES)],
        )
        proof.holes += [f"{row[0]}: trigger missing or disabled" for row in cursor.fetchall()]
    return proof


def _attempt_table(proof: Proof, table: GatedTable) -> None:
    """Change the first text column of a live page's row."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT column_name FROM information_schema.columns
               WHERE table_schema = current_schema() AND table_name = %s
                 AND data_type IN ('text', 'character varying') ORDER BY ordinal_position LIMIT 1""",
            [table.table_name],
        )
        column = cursor.fetchone()
        cursor.execute(
            f"""SELECT held."{table.page_column}" FROM "{table.table_name}" AS held
                JOIN wagtailcore_page AS page ON page.id = held."{table.page_column}" AND page.live LIMIT 1"""
        )
        row = cursor.fetchone()
    if column and row:
        statement = f'UPDATE "{table.table_name}" SET "{column[0]}" = %s WHERE "{table.page_column}" = %s'
        _attempt(proof, table.table_name, statement, row[0])


def _attempt_group_table(proof: Proof, table: str, key: str, condition: str) -> None:
    """Call one row of the site otherwise."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {key} FROM public.{table} WHERE {condition} LIMIT 1")
        row = cursor.fetchone()
    if row:
        _attempt(proof, table, f"UPDATE public.{table} SET title = %s WHERE {key} = %s", row[0])


def _attempt(proof: Proof, name: str, statement: str, key: Any) -> None:
    proof.attempts += 1
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(statement, [get_random_string(12), key])
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            transaction.set_rollback(True)
    except DatabaseError as error:
        # Refused by the gate, or by the lack of the right to write at all.
        if not is_gate_refusal(error) and "permission denied" not in str(error):
            raise
    else:
        proof.holes.append(f"{name}: an unreviewed change went through")
