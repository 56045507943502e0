"""Upgrading a network of as many sites as this one, in a database of its own, beside django-tenants' executor."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from typing import Any
from urllib.parse import quote

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

from deploy.bench.network import Network
from deploy.bench.releases.opening import STOCK_SCHEMA
from deploy.bench.results import NotMeasured, Result
from deploy.settings import env
from network.tenancy.api import all_sites
from network.tenancy.names import TEMPLATE_SCHEMA

DATABASE = "govsites_bench_upgrade"
NOOP_ROUNDS = 3
NOOP_SECONDS = 3.0
STOCK_SCHEMAS = 3
TIMES_FASTER = 5
_open: dict[str, int] = {}


def measure_noop(network: Network) -> Result:
    """The whole command with nothing to apply, from its start to its exit."""
    sites = _prepare(network)
    rounds = []
    for _ in range(NOOP_ROUNDS):
        seconds, report = _upgrade("first")
        if report["done"] or report["failed"]:
            raise NotMeasured(f"没有变化的升级却做了事：{report}")
        rounds.append(seconds)
    stock = _stock("first")
    projected = statistics.mean(stock) * sites
    ours = statistics.median(rounds)
    return Result(
        name="upgrade_noop",
        ours=ours,
        reference=projected,
        unit="s",
        ratio=projected / ours,
        goal=f"{sites} sites under {NOOP_SECONDS:.0f} s",
        is_met=ours < NOOP_SECONDS,
        details={"sites": sites, "ours_rounds": rounds, "reference_seconds_per_site": stock},
    )


def measure_apply(network: Network) -> Result:
    """A release with two models, a column with data, one site that cannot follow."""
    sites = _prepare(network)
    with _connect(DATABASE) as server:
        row = server.execute(
            "SELECT schema_name FROM public.network_tenancy_site WHERE level = 'province' ORDER BY sort_order LIMIT 1"
        ).fetchone()
        if row is None:
            raise NotMeasured("升级至少要有一个省级站点，请把 --sites 写大一些。")
        bad = str(row[0])
        # It cannot follow: two rows of one title stand against the new constraint.
        server.execute(
            sql.SQL("INSERT INTO {} (title) VALUES ('x'), ('x')").format(sql.Identifier(bad, "bench_releases_notice"))
        )
    seconds, report = _upgrade("second")
    if list(report["failed"]) != [bad] or len(report["done"]) != sites - 1 or report["left"]:
        raise NotMeasured(f"升级的结果不对：失败 {report['failed']}，完成 {len(report['done'])}，应为 {sites - 1}")
    differing = _differing_ids()
    stock = _stock("second")
    projected = statistics.mean(stock) * sites
    ratio = projected / seconds
    return Result(
        name="upgrade_apply",
        ours=seconds,
        reference=projected,
        unit="s",
        ratio=ratio,
        goal=f"at least {TIMES_FASTER} times faster, {len(differing)} of {sites} sites with other ids",
        is_met=ratio >= TIMES_FASTER and not differing,
        details={
            "sites": sites,
            "failed": report["failed"],
            "longest_lock_seconds": report["longest_lock_seconds"],
            "longest_lock_site": report["longest_lock_site"],
            "sites_with_other_ids": differing,
            "reference_seconds_per_site": stock,
        },
    )


def drop() -> None:
    """Remove the database; the end of the measurements."""
    with _connect(str(connection.settings_dict["NAME"])) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE)))
    _open.clear()


def _prepare(network: Network) -> int:
    """Open the network to upgrade, once for both lines; returns its number of sites."""
    if DATABASE in _open:
        return _open[DATABASE]
    sites = network.site_limit or len(all_sites())
    drop()
    with _connect(str(connection.settings_dict["NAME"])) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        server.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                sql.Identifier(DATABASE), sql.Identifier(str(settings.APPLICATION_ROLE))
            )
        )
    network.report(f"另建数据库，开设 {sites} 个站点")
    _run("first", "-m", "deploy.bench.releases.opening", str(sites), str(STOCK_SCHEMAS))
    _open[DATABASE] = sites
    return sites


def _upgrade(release: str) -> tuple[float, dict[str, Any]]:
    began = time.perf_counter()
    said = _run(release, "manage.py", "migrate_network", "--json", is_failure_expected=True)
    seconds = time.perf_counter() - began
    return seconds, json.loads(said)


def _stock(release: str) -> list[float]:
    schemas = [STOCK_SCHEMA.format(number=number) for number in range(STOCK_SCHEMAS)]
    seconds: list[float] = json.loads(_run(release, "-m", "deploy.bench.releases.stock", *schemas))
    return seconds


def _differing_ids() -> list[str]:
    """Schemas of sites whose content types or permissions differ from the template's."""
    facts = "SELECT md5(string_agg(id || app_label || model, ',' ORDER BY id)) FROM {}"
    with _connect(DATABASE) as server:
        schemas = [row[0] for row in server.execute("SELECT schema_name FROM public.network_tenancy_site").fetchall()]

        def read(schema: str) -> Any:
            return server.execute(sql.SQL(facts).format(sql.Identifier(schema, "django_content_type"))).fetchone()

        wanted = read(TEMPLATE_SCHEMA)
        return [schema for schema in schemas if read(schema) != wanted]


def _run(release: str, *command: str, is_failure_expected: bool = False) -> str:
    done = subprocess.run(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env=env.child_environment(
            DATABASE_URL=_url("app"),
            DATABASE_ADMIN_URL=_url("owner"),
            GOVSITES_DATABASE_ROLE="owner",
            DJANGO_SETTINGS_MODULE=f"deploy.bench.releases.settings_{release}",
            REDIS_URL="",
        ),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode and not (is_failure_expected and done.stdout.strip()):
        raise NotMeasured(f"{' '.join(command[:2])} 失败：{done.stderr.strip()[-500:]}")
    return done.stdout


def _url(role: str) -> str:
    facts = env.database(role)
    user, password = quote(str(facts["USER"])), quote(str(facts["PASSWORD"]))
    host = quote(str(facts["HOST"]), safe="")
    return f"postgres://{user}:{password}@{host}:{facts['PORT'] or 5432}/{DATABASE}"


def _connect(database: str) -> psycopg.Connection[Any]:
    facts = connection.settings_dict
    return psycopg.connect(
        host=facts["HOST"] or None,
        port=facts["PORT"] or None,
        user=facts["USER"] or None,
        password=facts["PASSWORD"] or None,
        dbname=database,
        autocommit=True,
    )
