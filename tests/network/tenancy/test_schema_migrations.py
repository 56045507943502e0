"""Migrating public and the template: each notes every migration, each holds its own tables alone."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.apps import apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from network.errors import NetworkError
from network.tenancy.names import TEMPLATE_SCHEMA
from network.tenancy.schema_migrations import migrate_schema
from network.tenancy.upgrading_plan import disk_migrations
from tests.network.tenancy.catalogues import rows

pytestmark = [pytest.mark.tenancy]


def noted(schema_name: str) -> set[tuple[str, str]]:
    return set(rows(f"SELECT app, name FROM {schema_name}.django_migrations"))


def tables(schema_name: str) -> set[str]:
    return {name for (name,) in rows("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema_name])}


def tables_of(names: list[str]) -> set[str]:
    """Tables of the models, with those between two models, of the applications of a list in the settings."""
    held = [config for config in apps.get_app_configs() if {config.name, _path(config)} & set(names)]
    return {
        model._meta.db_table
        for config in held
        for model in config.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }


def _path(config: object) -> str:
    return f"{type(config).__module__}.{type(config).__qualname__}"


@pytest.mark.django_db
def test_both_note_every_migration() -> None:
    _, on_disk = disk_migrations()
    assert noted("public") == noted(TEMPLATE_SCHEMA)
    assert noted("public") >= on_disk


@pytest.mark.django_db
def test_each_holds_the_tables_of_its_own_applications_alone() -> None:
    shared, of_a_site = tables_of(settings.SHARED_APPS), tables_of(settings.TENANT_APPS)
    assert (shared - tables("public"), of_a_site & tables("public")) == (set(), set())
    assert (of_a_site - tables(TEMPLATE_SCHEMA), shared & tables(TEMPLATE_SCHEMA)) == (set(), set())


@pytest.mark.django_db
def test_names_of_permissions_are_not_translated() -> None:
    named = rows(f"SELECT name FROM {TEMPLATE_SCHEMA}.auth_permission WHERE codename = 'publish_page'")
    assert named == [("Publish any page",)]


@pytest.mark.django_db(transaction=True)
def test_two_last_migrations_of_an_application_are_refused(
    owner: Callable[[], AbstractContextManager[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = noted("public")
    with owner():
        with monkeypatch.context() as patch:
            patch.setattr(MigrationLoader, "detect_conflicts", lambda self: {"search": {"0002_one", "0002_two"}})
            with pytest.raises(NetworkError, match="search：0002_one、0002_two.*makemigrations --merge"):
                migrate_schema("public")
        assert noted("public") == before
        migrate_schema("public")
    assert noted("public") == before
