"""Upgrading one site: one transaction, from its first statement to its serving again."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.db import OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected, LockNotAvailable

from network.events import table_steps, upgrade_steps
from network.tenancy.content_types import copy_to_schemas, hold_content_types
from network.tenancy.contexts import in_site
from network.tenancy.models import Site
from network.tenancy.names import TEMPLATE_SCHEMA
from network.tenancy.prepared_migrations import LockWatch, MigrationPlans, apply_migrations, check_constraints
from network.tenancy.privileges import apply_privileges
from network.tenancy.probing import probe_home
from network.tenancy.schema_states import applied_migrations
from network.tenancy.site_locks import hold_site
from network.tenancy.upgrading_ledger import held_version, note_done, note_failed, note_started
from network.tenancy.upgrading_plan import had_steps_of

logger = logging.getLogger(__name__)

LOCK_SECONDS = 3.0
STATEMENT_SECONDS = 600
ATTEMPTS = 3
PAUSE_SECONDS = 1.0


def upgrade_site(
    site: Site, *, version: str, plans: MigrationPlans, run_id: int | None = None, lock_seconds: float = LOCK_SECONDS
) -> dict[str, Any]:
    """Bring one site to the template's migrations and steps; never raises.

    Returns ``{"seconds", "longest_lock_seconds", "migrations"}``, with ``"error"`` when it failed: the
    schema is then as it was, the site in maintenance. A lock that does not come is tried again a few
    times. Owner role.
    """
    began = time.monotonic()
    watch = LockWatch()
    error, count, attempt = "", 0, 0
    try:
        note_started(site, run_id=run_id)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                count = _attempt(site, version=version, plans=plans, watch=watch, seconds=lock_seconds, number=attempt)
                error = ""
                break
            except OperationalError as problem:
                if not isinstance(problem.__cause__, LockNotAvailable | DeadlockDetected) or attempt == ATTEMPTS:
                    raise
                error = str(problem)
                time.sleep(PAUSE_SECONDS * attempt)
    except Exception as problem:  # noqa: BLE001  whatever a migration raises must not stop the other sites
        error = f"{type(problem).__name__}: {problem}".strip()
        logger.warning("Site '%s' could not be upgraded: %s", site.slug, error)
        note_failed(site.schema_name, error, longest_lock_seconds=watch.longest_seconds, attempts=attempt)
    return {
        "seconds": round(time.monotonic() - began, 3),
        "longest_lock_seconds": round(watch.longest_seconds, 4),
        "migrations": count,
        **({"error": error} if error else {}),
    }


def _attempt(site: Site, *, version: str, plans: MigrationPlans, watch: LockWatch, seconds: float, number: int) -> int:
    """One transaction; returns the number of migrations applied."""
    prepared = plans.for_site(site)
    with in_site(site), transaction.atomic(), watch.watching():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('lock_timeout', %s, true), set_config('statement_timeout', %s, true)",
                [f"{int(seconds * 1000)}ms", f"{STATEMENT_SECONDS}s"],
            )
        hold_site(site.slug)
        copy_to_schemas([site.schema_name])
        apply_migrations(prepared)
        _hold_migrations(site.schema_name)
        had_steps = had_steps_of(held_version(site.schema_name), version)
        for registry, is_due in ((upgrade_steps, not had_steps), (table_steps, bool(prepared) or not had_steps)):
            for _name, step in registry.items() if is_due else ():
                step()
        check_constraints()
        apply_privileges(site.schema_name)
        hold_content_types(site.schema_name)
        probe_home(site)
        note_done(site, version=version, longest_lock_seconds=watch.longest_seconds, attempts=number)
    return len(prepared)


def _hold_migrations(schema: str) -> None:
    """Raise when the schema has had what the template has not: newer code worked on it."""
    strange = applied_migrations(schema) ^ applied_migrations(TEMPLATE_SCHEMA)
    if strange:
        names = ", ".join(sorted(f"{app}.{name}" for app, name in strange)[:5])
        raise RuntimeError(
            f"Schema '{schema}' and the template differ in the migrations {names}. "
            "Upgrade the code, or restore the site from a backup."
        )
