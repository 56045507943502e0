"""What django-tenants' own ``migrate_schemas`` meets here: a refusal that names the right command."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django_tenants.migration_executors.base import MigrationExecutor


class RefusingExecutor(MigrationExecutor):
    """Stock migration knows no lock, no ledger, no pinned content types."""

    codename = "refusing"

    def run_migrations(self, tenants: Any = None) -> None:
        raise CommandError(
            "migrate_schemas would give content types new ids and stop at the first failing site. "
            "Run 'manage.py migrate_network' instead; '--site guangdong' narrows it to one site."
        )

    def run_multi_type_migrations(self, tenants: Any) -> None:
        self.run_migrations(tenants)


def get_executor(codename: str | None = None) -> type[MigrationExecutor]:
    """``GET_EXECUTOR_FUNCTION``: the same answer whatever executor is asked for."""
    return RefusingExecutor
