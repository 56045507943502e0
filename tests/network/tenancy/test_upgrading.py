"""Upgrading many sites: equal to a fresh clone, past a failing one, after a kill, one at a time."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings

from network.outbox.api import drain, enqueue
from network.outbox.models import Work
from network.tenancy.api import get_site
from network.tenancy.models import UpgradeRun, UpgradeSite
from network.tenancy.names import TEMPLATE_SCHEMA
from network.tenancy.provisioning import open_site, request_site
from tests import databases
from tests.databases import database_url
from tests.factories.people import client_of
from tests.factories.places import site_wish
from tests.network.tenancy.catalogues import CATALOGUE, catalogue, rows, schema_hashes
from tests.network.tenancy.upgrades import (
    end_all,
    end_forkers,
    finish_upgrade,
    run_code,
    run_upgrade,
    start_upgrade,
    upgrade,
    wait_for,
)

pytestmark = [pytest.mark.tenancy, pytest.mark.faults, pytest.mark.django_db(transaction=True)]
Owner = Callable[[], AbstractContextManager[None]]
SEEDED = ["hub", "guangdong", "guangzhou", "shenzhen", "hebei"]
MORE = ("foshan", "zhuhai", "dongguan", "zhongshan", "huizhou", "jiangmen", "zhaoqing")


@pytest.fixture(autouse=True)
def no_leftovers() -> Iterator[None]:
    """No upgrade outlives its test."""
    yield
    end_all()


@pytest.fixture(autouse=True, scope="module")
def no_forkers() -> Iterator[None]:
    """What upgrades are forks of ends with the module."""
    yield
    end_forkers()


@pytest.fixture(scope="module")
def first_release_database() -> Iterator[list[str]]:
    """Name of a database with the first release, made by the first test that needs it."""
    held: list[str] = []
    yield held
    for name in held:
        databases.drop(name)


@pytest.fixture
def first_release(transactional_db: None, first_release_database: list[str]) -> None:
    """Every site has had the first release."""
    name = str(connection.settings_dict["NAME"])
    if first_release_database:
        databases.disconnect()
        databases.clone(first_release_database[0], name)
    else:
        code, _, said = upgrade("first")
        assert code == 0, said
        databases.disconnect()
        databases.clone(name, f"{name}_first")
        first_release_database.append(f"{name}_first")
    databases.connect_as("app", name)
    databases.forget_everything()


def owner_server() -> psycopg.Connection[Any]:
    return psycopg.connect(database_url("owner", str(connection.settings_dict["NAME"])))


def children_of(pid: int) -> list[int]:
    """Processes that this one started and that still run."""
    return [int(key) for key in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_waiting_for(relation: str) -> bool:
    return bool(rows("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass", [relation])[0][0])


def test_three_releases_leave_old_sites_equal_to_a_new_one() -> None:
    """Models added, renamed, deleted; columns added, filled, renamed, deleted; a permission: ids stay equal."""
    for release in ("first", "second", "third"):
        code, report, said = run_upgrade(release)
        assert (code, sorted(report["done"]), report["failed"]) == (0, sorted(SEEDED), {}), said
    run_code(
        "third",
        "from network.tenancy.provisioning import open_site, request_site\n"
        "from tests.factories.places import site_wish\n"
        "open_site(request_site('foshan', **site_wish('foshan')))",
    )
    for kind in CATALOGUE:
        wanted = catalogue(TEMPLATE_SCHEMA, kind)
        for schema in ("national", "guangzhou", "hebei", "foshan"):
            assert catalogue(schema, kind) == wanted, (kind, schema)
    assert ("bench_releases", "subject") in {row[1:] for row in catalogue("hebei", "content types")}
    assert "pin_notice" in {row[2] for row in catalogue("hebei", "permissions")}
    # The data migration ran on the rows of each site.
    for schema in ("national", "guangzhou"):
        assert rows(f"SELECT count(*) FROM {schema}.bench_releases_reading") == rows(
            f"SELECT count(*) FROM {schema}.wagtailcore_page"
        )
    # The next row of each site gets the same id as in the template.
    last = "SELECT last_value FROM {}.django_content_type_id_seq"
    assert rows(last.format("hebei")) == rows(last.format(TEMPLATE_SCHEMA))
    assert client_of(get_site("hebei")).get("/").status_code == 200


def test_one_failing_site_does_not_stop_the_fleet(owner: Owner) -> None:
    """Twelve sites, one with a bad row in the middle: it alone stays behind, in maintenance, and is taken up again."""
    with owner():
        for slug in MORE:
            open_site(request_site(slug, **site_wish(slug)))
    assert upgrade("first")[0] == 0
    with owner_server() as server:
        server.execute("INSERT INTO zhuhai.bench_releases_notice (title) VALUES ('同题'), ('同题')")
    code, report, _ = upgrade("second")
    assert code == 1
    assert list(report["failed"]) == ["zhuhai"]
    assert "bench_notice_title_once" in report["failed"]["zhuhai"]
    assert sorted(report["done"]) == sorted({*SEEDED, *MORE} - {"zhuhai"})
    # All or nothing: but for the ids that every schema got, the failed one is as it was.
    assert rows("SELECT to_regclass('zhuhai.bench_releases_sticker')") == [(None,)]
    assert catalogue("zhuhai", "content types") == catalogue(TEMPLATE_SCHEMA, "content types")
    answer = client_of(get_site("zhuhai")).get("/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    for slug in ("hub", "foshan", "guangzhou"):
        assert client_of(get_site(slug)).get("/").status_code == 200
    ledger = UpgradeSite.objects.get(schema_name="zhuhai")
    assert (ledger.state, ledger.attempts) == ("failed", 1)

    # Repaired, the next run does this site alone.
    hashes = schema_hashes(["national", "foshan"])
    with owner_server() as server:
        server.execute("UPDATE zhuhai.bench_releases_notice SET title = title || id")
    code, report, _ = upgrade("second")
    assert (code, report["done"], report["failed"]) == (0, ["zhuhai"], {})
    assert schema_hashes(["national", "foshan"]) == hashes
    assert client_of(get_site("zhuhai")).get("/").status_code == 200
    assert UpgradeSite.objects.get(schema_name="zhuhai").state == "done"
    assert UpgradeRun.objects.filter(finished_at__isnull=True).count() == 0


def test_an_upgrade_killed_inside_a_site_is_taken_up(first_release: None) -> None:
    """Only the site in progress answers 503, its work waits; after the kill the next run does what is left."""
    enqueue("tenancy.task", site="guangzhou", key="x", payload={"task": "nowhere.task", "args": [], "kwargs": {}})
    with owner_server() as server:
        server.execute("LOCK TABLE guangzhou.bench_releases_notice IN ACCESS EXCLUSIVE MODE")
        process = start_upgrade("second", "--jobs", "1", "--lock-timeout", "300", "--canary", "shenzhen")
        wait_for(lambda: is_waiting_for("guangzhou.bench_releases_notice"))
        answers = {slug: client_of(get_site(slug)).get("/").status_code for slug in SEEDED}
        assert answers == {**dict.fromkeys(SEEDED, 200), "guangzhou": 503}
        assert client_of(get_site("guangzhou")).get("/admin/").status_code == 503
        assert drain() == 0
        assert Work.objects.get().attempts == 0

        code, _, said = finish_upgrade(start_upgrade("second"))
        assert code == 1
        assert f":{process.pid}" in said and "另一个升级正在进行" in said

        neighbours = schema_hashes(["shenzhen", "hebei"])
        os.killpg(process.pid, signal.SIGKILL)
        assert finish_upgrade(process)[0] == -signal.SIGKILL
    assert client_of(get_site("guangzhou")).get("/").status_code == 503
    assert rows("SELECT to_regclass('guangzhou.bench_releases_sticker')") == [(None,)]
    assert UpgradeSite.objects.get(schema_name="guangzhou").state == "running"

    code, report, said = upgrade("second")
    assert (code, report["failed"]) == (0, {}), said
    assert "shenzhen" not in report["done"]
    assert "guangzhou" in report["done"]
    assert client_of(get_site("guangzhou")).get("/").status_code == 200
    for kind in CATALOGUE:
        assert catalogue("guangzhou", kind) == catalogue(TEMPLATE_SCHEMA, kind)
    assert schema_hashes(["shenzhen"])["shenzhen"] == neighbours["shenzhen"]


def test_a_child_that_dies_costs_its_site_only(first_release: None) -> None:
    """The parent lives: it records the site, another child takes the rest."""
    with owner_server() as server:
        server.execute("LOCK TABLE guangzhou.bench_releases_notice IN ACCESS EXCLUSIVE MODE")
        process = start_upgrade("second", "--jobs", "1", "--lock-timeout", "300", "--canary", "shenzhen")
        wait_for(lambda: is_waiting_for("guangzhou.bench_releases_notice"))
        (child,) = children_of(process.pid)
        os.kill(child, signal.SIGKILL)
        code, report, _ = finish_upgrade(process)
    assert code == 1
    assert report["failed"] == {"guangzhou": "The child process ended by signal 9."}
    assert sorted(report["done"]) == sorted(set(SEEDED) - {"guangzhou"})
    assert UpgradeSite.objects.get(schema_name="guangzhou").state == "failed"


def test_a_lock_that_never_comes_fails_the_site_after_a_few_tries(first_release: None) -> None:
    with owner_server() as server:
        server.execute("LOCK TABLE hebei.bench_releases_notice IN ACCESS EXCLUSIVE MODE")
        code, report, _ = upgrade("second", "--lock-timeout", "0.2", "--canary", "shenzhen")
    assert code == 1
    assert list(report["failed"]) == ["hebei"]
    assert UpgradeSite.objects.get(schema_name="hebei").attempts == 3
    assert 0.2 <= report["longest_lock_seconds"] < 2
    assert report["longest_lock_site"] == "hebei"


def test_a_broken_release_stops_at_the_canary(first_release: None) -> None:
    with owner_server() as server:
        server.execute("INSERT INTO shenzhen.bench_releases_notice (title) VALUES ('同题'), ('同题')")
    before = schema_hashes(["guangzhou", "hebei"])
    code, report, _ = upgrade("second", "--canary", "shenzhen")
    assert code == 1
    assert (report["done"], list(report["failed"])) == ([], ["shenzhen"])
    assert sorted(report["left"]) == sorted(set(SEEDED) - {"shenzhen"})
    after = {kind: catalogue("hebei", kind) for kind in ("columns", "migrations")}
    assert not any("bench_releases_sticker" in str(row) for row in after["columns"])
    assert before
    assert client_of(get_site("hebei")).get("/").status_code == 200


def test_the_plan_tells_and_writes_nothing(first_release: None) -> None:
    before = schema_hashes(["hebei", "national"])
    code, plan, _ = upgrade("third", "--plan")
    assert code == 0
    assert plan["template"] == [
        "bench_releases.0002_expand",
        "bench_releases.0003_fill",
        "bench_releases.0004_titles_once",
        "bench_releases.0005_contract",
    ]
    assert set(plan["sites"]) == {"national", "guangdong", "hebei", "guangzhou", "shenzhen"}
    assert set(plan["breaking"]) == {"bench_releases.0004_titles_once", "bench_releases.0005_contract"}
    assert "ADD_UNIQUE" in plan["breaking"]["bench_releases.0004_titles_once"][0]
    reasons = " ".join(plan["breaking"]["bench_releases.0005_contract"])
    assert "DROP_TABLE" in reasons and "RENAME" in reasons
    code, plan, _ = upgrade("first", "--plan")
    assert (plan["public"], plan["template"], plan["sites"], plan["breaking"]) == ([], [], {}, {})
    assert schema_hashes(["hebei", "national"]) == before


def test_one_site_alone_is_upgraded_when_asked() -> None:
    code, report, _ = upgrade("first", "--site", "hebei")
    assert (code, report["done"], report["sites"]) == (0, ["hebei"], 1)
    assert rows("SELECT to_regclass('guangzhou.bench_releases_notice')") == [(None,)]
    # The ids are there already, wherever the new code runs next.
    assert catalogue("guangzhou", "content types") == catalogue(TEMPLATE_SCHEMA, "content types")
    code, _, said = upgrade("first", "--site", "nowhere")
    assert code == 1
    assert "没有站点“nowhere”" in said


@override_settings(DATABASE_ROLE="app")
def test_the_application_role_upgrades_nothing() -> None:
    with pytest.raises(CommandError, match="needs the owner role"):
        call_command("migrate_network")


@pytest.mark.parametrize("command", ["migrate_schemas", "migrate"])
def test_stock_migration_is_refused_by_name(command: str) -> None:
    with pytest.raises(CommandError, match="manage.py migrate_network"):
        call_command(command, verbosity=0)
