"""Reads of images and documents."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

SHOWING = "SELECT public.gate_showing(current_schema(), %s, %s, %s::bigint[])"


def page_showing(kind: str, key: int, *, among: Sequence[int] | None = None) -> str:
    """Title of a live page whose approved rows name this ``image`` or ``document``; empty for none.

    ``among`` limits the look to some pages; without it every live page of the site is read.
    """
    with connection.cursor() as cursor:
        cursor.execute(SHOWING, [kind, key, None if among is None else list(among)])
        return cursor.fetchone()[0] or ""
