"""Migrations worked out once, applied to many schemas.

Django computes the state of all models anew for every schema; here each operation keeps the states
before and after it, so that a schema costs its statements alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.management import inject_rename_contenttypes_operations
from django.db import connection
from django.db.migrations import Migration, RunPython, RunSQL
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState
from wagtail.signal_handlers import disable_reference_index_auto_update

from network.errors import NetworkError
from network.tenancy.contexts import in_site
from network.tenancy.models import Site
from network.tenancy.schema_states import applied_migrations

STRUCTURE = ("ALTER", "CREATE", "DROP", "TRUNCATE", "LOCK", "COMMENT")


@dataclass(frozen=True)
class PreparedMigration:
    """A migration with its operations, each with the states of the models around it."""

    migration: Migration
    operations: list[tuple[Operation, ProjectState, ProjectState]]


class MigrationPlans:
    """What is missing after a set of applied migrations, computed once per such set."""

    def __init__(self) -> None:
        self._held: dict[frozenset[tuple[str, str]], list[PreparedMigration]] = {}

    def for_site(self, site: Site) -> list[PreparedMigration]:
        """The migrations that a site lacks. Raises NetworkError for one that cannot run in a transaction."""
        applied = applied_migrations(site.schema_name)
        if applied not in self._held:
            with in_site(site):
                self._held[applied] = _prepare()
        return self._held[applied]


def _prepare() -> list[PreparedMigration]:
    executor = MigrationExecutor(connection)
    executor.loader.check_consistent_history(connection)
    targets = executor.loader.graph.leaf_nodes()
    plan = executor.migration_plan(targets)
    if not plan:
        return []
    for migration, _ in plan:
        if not migration.atomic:
            raise NetworkError(
                f"迁移 {migration.app_label}.{migration.name} 声明了 atomic = False，站点升级须在一个事务内完成，"
                "请拆成可在事务中执行的迁移。"
            )
    state = executor._create_project_state(with_applied_migrations=True)
    # Rendered once: what follows reloads only the models that an operation touches.
    inject_rename_contenttypes_operations(plan=plan, apps=state.apps, using=connection.alias)
    wanted = {migration for migration, _ in plan}
    prepared = []
    for migration, _ in executor.migration_plan(targets, clean_start=True):
        if migration in wanted:
            prepared.append(PreparedMigration(migration=migration, operations=_operations(migration, state)))
    return prepared


def _operations(migration: Migration, state: ProjectState) -> list[tuple[Operation, ProjectState, ProjectState]]:
    operations = []
    for operation in migration.operations:
        before = state.clone()
        if isinstance(operation, RunPython):
            _render_for_good(before)
        operation.state_forwards(migration.app_label, state)
        operations.append((operation, before, state.clone()))
    return operations


def _render_for_good(state: ProjectState) -> None:
    """A data migration drops models whose relations were not followed, then renders all: once is enough."""
    state.clear_delayed_apps_cache()
    state.apps.get_models()
    state.is_delayed = False


def apply_migrations(prepared: list[PreparedMigration]) -> None:
    """Run them in the schema that is entered, inside the caller's transaction.

    After an operation that writes rows the deferred constraints are checked at once: a trigger that
    waits for the commit would forbid the next change of its table.
    """
    recorder = MigrationRecorder(connection)
    with disable_reference_index_auto_update():
        for entry in prepared:
            with connection.schema_editor(atomic=True) as editor:
                for operation, before, after in entry.operations:
                    operation.database_forwards(entry.migration.app_label, editor, before, after)
                    if isinstance(operation, RunPython | RunSQL):
                        check_constraints()
            check_constraints()
            for app, name in entry.migration.replaces or [(entry.migration.app_label, entry.migration.name)]:
                recorder.record_applied(app, name)
            if entry.migration.replaces:
                recorder.record_applied(entry.migration.app_label, entry.migration.name)


def check_constraints() -> None:
    """Have every deferred constraint say now what it would say at the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


class LockWatch:
    """Longest time that a statement on the structure took, from asking for its lock to its end."""

    def __init__(self) -> None:
        self.longest_seconds = 0.0

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch the statements of this connection within the block."""
        with connection.execute_wrapper(self._run):
            yield

    def _run(self, execute: Callable[..., Any], statement: Any, parameters: Any, many: bool, context: Any) -> Any:
        is_structure = str(statement).lstrip().upper().startswith(STRUCTURE) or "pg_advisory_xact_lock" in str(
            statement
        )
        if not is_structure:
            return execute(statement, parameters, many, context)
        began = time.monotonic()
        try:
            return execute(statement, parameters, many, context)
        finally:
            self.longest_seconds = max(self.longest_seconds, time.monotonic() - began)
