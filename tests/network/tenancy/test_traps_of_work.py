"""The traps of background work, commands and django-tenants itself (decision 0016): each provoked, none shuts."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django_tenants.postgresql_backend import base as tenants_base
from wagtail.models import PageLogEntry, ReferenceIndex
from wagtail.snippets.models import get_snippet_models

from network.outbox.models import Work
from network.tenancy import checks
from network.tenancy.api import Site, in_public, in_site
from network.tenancy.models import Domain
from sites.accounts.api import system_user
from sites.accounts.models import Staff
from sites.inbox.models import PlacementPage
from tests.architecture.sources import FOLDERS, ROOT, python_files
from tests.factories.articles import dispatch, reviewed_article
from tests.factories.deliveries import work_off
from tests.network.tenancy.entering import hooks_inside_functions, misuses

pytestmark = [pytest.mark.tenancy]
in_database = pytest.mark.django_db


def rows(statement: str, parameters: Any = None) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def told_by_the_check() -> list[str]:
    return [f"{message.id} {message.msg}" for message in checks.check_schemas_agree(None, databases=["default"])]


# Background work, commands, logs


@in_database
def test_trap_23_background_work_carries_its_site(guangzhou: Site) -> None:
    """Wagtail's queue knows no sites, and its errors reach nobody."""
    from modelsearch.tasks import insert_or_update_object_task
    from wagtail.tasks import delete_file_from_storage_task

    with in_site(guangzhou):
        delete_file_from_storage_task.enqueue(["django.core.files.storage.FileSystemStorage", [], {}], "nothing.txt")
        assert Work.objects.get(kind="tenancy.task").site == "guangzhou"
        with pytest.raises(LookupError):
            insert_or_update_object_task.enqueue("no_app", "no_model", "1")


@in_database
@pytest.mark.parametrize("statement", ["CREATE SCHEMA late", "ALTER TABLE guangzhou.wagtailcore_page ADD x int"])
def test_trap_24_web_and_worker_cannot_migrate(guangzhou: Site, statement: str) -> None:
    """A migration inside them would turn the reference index off for the whole process."""
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
        rows(statement)


@in_database
def test_trap_25_group_wide_models_have_no_reference_index(hub: Site) -> None:
    """Its table is not on ``public``, where they are saved; none of them is a snippet."""
    shared = [model for model in apps.get_models() if model._meta.app_config.name in settings.SHARED_APPS]
    assert len(shared) > 10
    assert [model for model in shared if ReferenceIndex.is_indexed(model)] == []
    assert [model for model in get_snippet_models() if model in shared] == []
    with in_public():
        Domain.objects.create(domain="second.saic.gov.cn", tenant=hub, is_primary=False)


@in_database
def test_trap_26_delivered_items_belong_to_the_system_user(hub: Site, guangzhou: Site) -> None:
    """The hub's people have keys that are somebody else's here."""
    dispatch(hub, reviewed_article(hub))
    work_off()
    with in_site(guangzhou):
        placement = PlacementPage.objects.get()
        own = system_user().pk
        assert placement.owner_id == own
        assert set(PageLogEntry.objects.filter(page=placement.pk).values_list("user", flat=True)) <= {own}
        assert placement.locked_by_id is None


@in_database
@pytest.mark.parametrize("command", ["publish_scheduled", "clearsessions", "rebuild_references_index"])
def test_trap_27_a_command_without_a_site_does_nothing_in_silence(command: str) -> None:
    """On ``public`` the tables of a site are not there: it fails by name instead of reporting success."""
    from django.core.management import call_command

    with in_public(), pytest.raises(DatabaseError, match="does not exist"), transaction.atomic():
        call_command(command, verbosity=0)


def test_trap_28_hooks_are_registered_once_for_all_sites() -> None:
    """Registered inside a function they would hold the site of that call."""
    assert hooks_inside_functions("def ready():\n    hooks.register('x', len)") == [1]
    found = {path.name: hooks_inside_functions(path.read_text("utf-8")) for path in python_files(*FOLDERS)}
    assert {path: lines for path, lines in found.items() if lines} == {}


# django-tenants itself


def test_trap_29_nobody_enters_a_tenant_object() -> None:
    """``with tenant:`` keeps its stack for all threads; a context used as a decorator is one for all calls."""
    assert misuses("with site:\n pass") == misuses("with self.tenant as entered:\n pass") == [1]
    assert misuses("@schema_context('public')\ndef f(): pass") == [2]
    assert misuses("with in_site(site):\n pass") == []
    found = {str(path.relative_to(ROOT)): misuses(path.read_text("utf-8")) for path in python_files(*FOLDERS, "tests")}
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_trap_30_there_is_one_database_alias() -> None:
    """A context remembers the tenant of ``default`` only; a replica alias needs one of its own first."""
    assert list(settings.DATABASES) == ["default"]


@pytest.mark.django_db(transaction=True)
def test_trap_31_a_failed_switch_runs_no_statement_on_the_old_site(
    guangzhou: Site, shenzhen: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """django-tenants swallows the error, and the next statement writes to the site before."""
    with in_site(guangzhou):
        assert Staff.objects.filter(username="editor").count() == 1
        with monkeypatch.context() as patched:
            patched.setattr(tenants_base, "quote_schema_name", lambda name: "'no such syntax")
            with in_site(shenzhen), pytest.raises(DatabaseError, match="search path could not be set to 'shenzhen'"):
                Staff.objects.filter(username="editor").update(display_name="误写")
    for site in (guangzhou, shenzhen):
        with in_site(site):
            assert Staff.objects.filter(display_name="误写").count() == 0


@in_database
def test_trap_32_a_rolled_back_savepoint_leaves_the_right_site(guangzhou: Site, shenzhen: Site) -> None:
    """The search path set inside it is undone by the rollback, which the wrapper must know."""
    with in_site(guangzhou):
        try:
            with transaction.atomic(), in_site(shenzhen):
                assert rows("SELECT current_schema()") == [("shenzhen",)]
                raise ValueError
        except ValueError:
            pass
        assert rows("SELECT current_schema()") == [("guangzhou",)]
        connection.set_tenant(shenzhen)
        with pytest.raises(LookupError), transaction.atomic():
            rows("SELECT current_schema()")
            raise LookupError
        assert rows("SELECT current_schema()") == [("shenzhen",)]


@in_database
def test_trap_33_a_saved_row_builds_no_schema(guangdong: Site) -> None:
    """A site that serves without a schema fails the deploy check; saving it never makes one."""
    Site(
        slug="noschema",
        level="prefecture",
        parent=guangdong,
        division_code="449999",
        full_name="无",
        short_name="无",
    ).save()
    assert rows("SELECT count(*) FROM pg_namespace WHERE nspname = 'noschema'") == [(0,)]
    assert told_by_the_check() == []
    Site.objects.filter(slug="noschema").update(state="trial", state_reason="试运行")
    (told,) = told_by_the_check()
    assert told.startswith("network_tenancy.E005") and "'noschema'" in told
