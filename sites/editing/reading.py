"""The gate's function that reads the rows of a page, made for the tables that a schema has."""

from __future__ import annotations

from django.db import connection


def make_reader() -> None:
    """Make it for the schema that is entered, where no schema with the same gated tables has it yet. Owner role."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.gate_make_reader(current_schema())")
