"""Django's own migration of one schema, with its signals.

Django works out the models again after every operation, also after those of applications that the schema does not
hold. Here such a migration is noted as applied and changes what is known of the models, nothing is worked out for it.
"""

from __future__ import annotations

from typing import Any

from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import connection, router
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState
from django.utils import translation
from django_tenants.utils import schema_context

from network.errors import NetworkError


class SchemaExecutor(MigrationExecutor):
    """Renders the models only for migrations that the schema takes part in."""

    def _migrate_all_forwards(
        self, state: ProjectState, plan: Any, full_plan: Any, fake: bool, fake_initial: bool
    ) -> ProjectState:
        waiting = {migration for migration, _ in plan}
        for migration, _ in full_plan:
            if migration not in waiting:
                continue
            if router.allow_migrate(self.connection.alias, migration.app_label):
                state = self.apply_migration(state, migration, fake=fake, fake_initial=fake_initial)
            else:
                # A state that holds rendered models renders again at every change.
                state.__dict__.pop("apps", None)
                state = migration.mutate_state(state, preserve=False)
                self.record_migration(migration)  # type: ignore[call-arg]  # the stubs hold an older form
        return state


def migrate_schema(schema_name: str) -> None:
    """Apply what public or the template lacks, as ``migrate`` does: only here are ids made.

    Raises NetworkError when two migrations of one application both claim to be the last.
    """
    connection.set_schema(schema_name, include_public=False)
    try:
        # Without a table of its own a schema would be answered by that of public.
        MigrationRecorder(connection).ensure_schema()
        # Names of permissions are kept as they are in the code, whatever language is spoken.
        with schema_context(schema_name), translation.override(None):
            _migrate(SchemaExecutor(connection))
    finally:
        connection.set_schema_to_public()


def _migrate(executor: SchemaExecutor) -> None:
    connection.prepare_database()
    executor.loader.check_consistent_history(connection)
    if conflicts := executor.loader.detect_conflicts():
        names = "；".join(f"{app}：{'、'.join(sorted(names))}" for app, names in sorted(conflicts.items()))
        raise NetworkError(f"迁移有两个末尾（{names}）。请运行 manage.py makemigrations --merge。")
    targets = executor.loader.graph.leaf_nodes()
    plan = executor.migration_plan(targets)
    before = executor._create_project_state(with_applied_migrations=True)
    said: dict[str, Any] = {"verbosity": 0, "interactive": False, "db": connection.alias, "plan": plan}
    emit_pre_migrate_signal(**said, apps=before.apps)
    after = executor.migrate(targets, plan=plan, state=before.clone())
    after.clear_delayed_apps_cache()
    emit_post_migrate_signal(**said, apps=after.apps)
