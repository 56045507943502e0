"""Expand first, contract a release later: held for every migration of ours by the linter's analyser."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import migrations, models

from network.tenancy.upgrading_plan import breaking_migrations, disk_migrations, exceptions

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db(transaction=True)]
Owner = Callable[[], AbstractContextManager[None]]
OUR_LABELS = ("network_", "sites_", "search", "deploy_")


def test_no_migration_of_ours_breaks_the_code_before_it(owner: Owner) -> None:
    loader, known = disk_migrations()
    ours = sorted(f"{app}.{name}" for app, name in known if app.startswith(OUR_LABELS))
    assert len(ours) > 20
    with owner():
        assert breaking_migrations(loader, ours) == {}


def test_every_exception_names_a_migration_with_a_reason(db: None) -> None:
    _, known = disk_migrations()
    for migration, codes in exceptions().items():
        app, _, name = migration.partition(".")
        assert (app, name) in known, migration
        assert all(len(reason) > 20 for reason in codes.values()), migration


def test_the_rule_sees_what_breaks(owner: Owner) -> None:
    """Control: a table dropped, a column renamed, a data migration without a way back."""
    loader, _ = disk_migrations()

    class Broken(migrations.Migration):
        dependencies = [("sites_pages", "0001_initial")]
        operations = [
            migrations.RenameField("columnpage", "clock_key", "clock"),
            migrations.AddField("columnpage", "needed", models.IntegerField(default=1)),
            migrations.RunPython(lambda apps, editor: None),
        ]

    broken = Broken("0999_broken", "sites_pages")
    loader.graph.add_node(("sites_pages", "0999_broken"), broken)
    loader.graph.add_dependency(broken, ("sites_pages", "0999_broken"), ("sites_pages", "0001_initial"))
    with owner():
        found = breaking_migrations(loader, ["sites_pages.0999_broken"])
    reasons = " ".join(found["sites_pages.0999_broken"])
    assert "RENAME" in reasons
    assert "RUNPYTHON_REVERSIBLE" in reasons
