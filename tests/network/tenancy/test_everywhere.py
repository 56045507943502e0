"""A command over many sites: which ones, past those that fail, one row in the audit log."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command, get_commands
from django.core.management.base import BaseCommand
from django.db import connection

from network.audit.models import AuditEntry
from network.errors import InvalidValue
from network.tenancy.api import Site, in_site
from network.tenancy.everywhere import choose_sites, run_everywhere
from tests.databases import database_url

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]
ROOT = Path(__file__).resolve().parents[3]
ALL = ["hub", "guangdong", "guangzhou", "shenzhen", "hebei"]


class Told(BaseCommand):
    """Says in which schema it runs; fails at Hebei, leaves with a code at Shenzhen."""

    def handle(self, *args: object, **options: object) -> None:
        if connection.schema_name == "hebei":
            raise CommandError("不行")
        if connection.schema_name == "shenzhen":
            sys.exit(3)
        self.stdout.write(f"here {connection.schema_name}")


@pytest.fixture
def told() -> Iterator[None]:
    """A command of the tests, found like any other."""
    known: dict[str, Any] = get_commands()
    known["told"] = Told()
    yield
    del known["told"]


@pytest.mark.parametrize(
    ("choice", "slugs"),
    [
        ({}, ALL),
        ({"level": "province"}, ["guangdong", "hebei"]),
        ({"below": "guangdong"}, ["guangdong", "guangzhou", "shenzhen"]),
        ({"below": "guangdong", "level": "subprovincial"}, ["guangzhou", "shenzhen"]),
        ({"slugs": ["hebei", "hub"]}, ["hub", "hebei"]),
        ({"slugs": ["hebei"], "below": "guangdong"}, []),
    ],
)
def test_sites_are_chosen_by_level_subtree_or_key(hub: Site, choice: dict[str, Any], slugs: list[str]) -> None:
    assert sorted(site.slug for site in choose_sites(**choice)) == sorted(slugs)


@pytest.mark.parametrize("choice", [{"level": "county"}, {"below": "nowhere"}, {"slugs": ["nowhere"]}])
def test_a_wrong_choice_is_refused_by_name(hub: Site, choice: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue, match="county|nowhere"):
        choose_sites(**choice)


def test_it_goes_past_failures_and_writes_one_row(told: None, hub: Site) -> None:
    lines: list[str] = []
    result = run_everywhere("told", [], sites=choose_sites(), jobs=0, report=lines.append)
    assert result.done == {
        "hub": "here national\n",
        "guangdong": "here guangdong\n",
        "guangzhou": "here guangzhou\n",
    }
    assert result.failed == {"hebei": "CommandError: 不行", "shenzhen": "exit code 3: "}
    entry = AuditEntry.objects.get(act="network.run_everywhere")
    assert (entry.site, entry.object_id) == ("hub", "told")
    assert entry.detail == {"arguments": [], "sites": 5, "done": 3, "failed": ["hebei", "shenzhen"]}
    assert len(lines) == 5


def test_a_site_in_maintenance_is_left_alone(told: None, guangzhou: Site) -> None:
    Site.objects.filter(slug="guangzhou").update(maintenance="restore")
    result = run_everywhere("told", [], sites=choose_sites(slugs=["guangzhou"]), jobs=0, report=lambda line: None)
    assert (result.done, list(result.failed)) == ({}, ["guangzhou"])


@pytest.mark.parametrize("command", ["migrate", "migrate_schemas", "flush", "remove_stale_contenttypes", "nosuch"])
def test_what_would_harm_or_does_not_exist_is_refused(hub: Site, command: str) -> None:
    with pytest.raises(InvalidValue, match=command):
        run_everywhere(command, [], sites=choose_sites(), jobs=0, report=lambda line: None)
    assert not AuditEntry.objects.filter(act="network.run_everywhere").exists()


@pytest.mark.django_db(transaction=True)
def test_the_operator_runs_it_in_child_processes(hub: Site) -> None:
    """The real command: expired sessions go on two sites, the third keeps its own."""
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    def count(slug: str) -> int:
        with in_site(Site.objects.get(slug=slug)):
            return Session.objects.count()

    for slug in ("guangdong", "guangzhou", "hebei"):
        with in_site(Site.objects.get(slug=slug)):
            Session.objects.create(session_key="old", session_data="", expire_date=timezone.now())
    done = subprocess.run(
        [sys.executable, "manage.py", "run_everywhere", "--json", "--subtree", "guangdong", "clearsessions"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={
            **os.environ,
            "DATABASE_URL": database_url("app", str(connection.settings_dict["NAME"])),
            "DJANGO_SETTINGS_MODULE": "deploy.settings.test",
            "GOVSITES_DATABASE_ROLE": "app",
            "REDIS_URL": "",
        },
    )
    assert done.returncode == 0, done.stderr
    assert sorted(json.loads(done.stdout)["done"]) == ["guangdong", "guangzhou", "shenzhen"]
    assert [count(slug) for slug in ("guangdong", "guangzhou", "hebei")] == [0, 0, 1]


def test_the_command_exits_with_an_error_when_a_site_failed(told: None, hub: Site) -> None:
    out = io.StringIO()
    with pytest.raises(CommandError, match="hebei、shenzhen"):
        call_command("run_everywhere", "told", jobs=0, stdout=out)
    assert "told: 3 sites done, 2 failed" in out.getvalue()
