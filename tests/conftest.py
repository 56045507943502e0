"""Set-up that every test shares: a cloned database per worker, the sites, their people, their clients."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was loaded by now stays to the end; looking through it for rubbish is a tenth of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def database_clone(worker_id: str) -> tuple[str, str]:
    """Names of the prepared database and of this worker's clone."""
    from tests import databases  # settings are read here

    return databases.ensure_prepared(), f"govsites_test_{os.getpid()}_{worker_id}"


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """Name of the pytest-xdist worker, ``main`` without one."""
    return getattr(request.config, "workerinput", {}).get("workerid", "main")


class Clone:
    """This worker's database: made anew after tests that commit."""

    def __init__(self, template: str, name: str, blocker: Any) -> None:
        self.template, self.name, self.blocker = template, name, blocker
        self.dirty_module = ""

    def renew(self) -> None:
        from tests import databases

        databases.disconnect()
        databases.clone(self.template, self.name)
        databases.connect_as("app", self.name)
        databases.forget_everything()
        self.dirty_module = ""


_clone: list[Clone] = []
_running: list[pytest.Item] = []


def _shares_commits(item: pytest.Item) -> bool:
    return item.get_closest_marker("shares_commits") is not None


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: Any,
    database_clone: tuple[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """pytest-django's set-up replaced: a clone, reached under the application role.

    Tests marked ``django_db`` are rolled back; those marked ``django_db(transaction=True)`` commit,
    and the clone is made anew after them (after their module, where it is marked ``shares_commits``).
    """
    from django.conf import settings
    from django.test import TransactionTestCase

    from tests import databases

    # The middleware of static files warns of a missing folder.
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    # One folder for the run: storages keep the place they were made with.
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")
    clone = Clone(*database_clone, django_db_blocker)

    def leave(case: Any) -> None:
        item = _running[-1]
        clone.dirty_module = item.nodeid.split("::")[0]
        if not _shares_commits(item):
            clone.renew()

    stock = TransactionTestCase._fixture_teardown
    with django_db_blocker.unblock():
        clone.renew()
    _clone.append(clone)
    TransactionTestCase._fixture_teardown = leave
    yield
    TransactionTestCase._fixture_teardown = stock
    with django_db_blocker.unblock():
        databases.disconnect()
        databases.drop(clone.name)
        databases.release()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before any fixture: no rows that the test before committed."""
    _running[:] = [item]
    module = item.nodeid.split("::")[0]
    for clone in _clone:
        if clone.dirty_module and not (clone.dirty_module == module and _shares_commits(item)):
            with clone.blocker.unblock():
                clone.renew()


@pytest.fixture(autouse=True)
def clean_process() -> Iterator[None]:
    """No test sees the site, the registry or the caches of the one before."""
    from django.conf import settings

    if getattr(settings, "TENANT_MODEL", "") != "network_tenancy.Site":
        yield
        return
    from django.db import connection

    from tests.databases import forget_everything

    forget_everything()
    connection.set_schema_to_public()
    yield
    connection.set_schema_to_public()


@pytest.fixture
def owner(transactional_db: None) -> Callable[[], AbstractContextManager[None]]:
    """``with owner():`` runs a block under the owner role; the test commits."""
    from tests.databases import as_owner

    return as_owner


@pytest.fixture
def in_site() -> Any:
    """``with in_site(site):`` enters a site's schema."""
    from network.tenancy.api import in_site as enter

    return enter


def _site(slug: str) -> Any:
    from network.tenancy.api import get_site

    return get_site(slug)


@pytest.fixture
def hub(db: None) -> Any:
    """The national site."""
    return _site("hub")


@pytest.fixture
def guangdong(db: None) -> Any:
    """A province site with two cities."""
    return _site("guangdong")


@pytest.fixture
def hebei(db: None) -> Any:
    """A province site without cities."""
    return _site("hebei")


@pytest.fixture
def guangzhou(db: None) -> Any:
    """A sub-provincial city of Guangdong."""
    return _site("guangzhou")


@pytest.fixture
def shenzhen(db: None) -> Any:
    """A separately planned city of Guangdong."""
    return _site("shenzhen")


@pytest.fixture
def client_of() -> Callable[..., Any]:
    """``client_of(site, "editor")``: a browser at a site, signed in as one of its staff or as nobody."""
    from tests.factories.people import client_of as make

    return make
