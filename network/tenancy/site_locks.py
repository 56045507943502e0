"""Locks that keep work inside a site apart from work on its schema.

Whoever works inside a site beside its visitors (the worker) shares the site's lock; who works on
its schema (upgrade, restore) holds it alone. They live in the database and end with the transaction.
"""

from __future__ import annotations

from django.db import connection

SPACE = "network_tenancy.site"


def share_site(slug: str) -> bool:
    """Share the site until the transaction ends; False when its schema is being worked on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock_shared(hashtext(%s), hashtext(%s))", [SPACE, slug])
        return bool(cursor.fetchone()[0])


def hold_site(slug: str) -> None:
    """Hold the site alone until the transaction ends; waits as long as ``lock_timeout`` allows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), hashtext(%s))", [SPACE, slug])
