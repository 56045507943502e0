"""Times django-tenants' own executor: python -m deploy.bench.releases.stock SCHEMA …, prints seconds of each as JSON."""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time

import django


def main(schemas: list[str]) -> None:
    """Migrate each schema as ``migrate_schemas`` would."""
    django.setup()
    from django_tenants.migration_executors.standard import StandardExecutor  # needs settings

    options = {
        "verbosity": 0,
        "interactive": False,
        "database": "default",
        "skip_checks": True,
        "app_label": None,
        "migration_name": None,
        "run_syncdb": False,
        "plan": False,
        "check_unapplied": False,
        "fake": False,
        "fake_initial": False,
        "prune": False,
        "force_color": False,
        "no_color": True,
        "traceback": False,
        "stdout": None,
        "stderr": None,
    }
    seconds = []
    for schema in schemas:
        began = time.perf_counter()
        with contextlib.redirect_stdout(io.StringIO()):
            StandardExecutor((), dict(options)).run_migrations(tenants=[schema])
        seconds.append(time.perf_counter() - began)
    print(json.dumps(seconds))


if __name__ == "__main__":
    main(sys.argv[1:])
