"""Bringing every schema to the present migrations: public, the template, the ids of all, then each site."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection, transaction
from django_tenants.utils import schema_context

from network.events import public_steps, table_steps, template_steps
from network.rules.api import load_rules
from network.tenancy.children import work_in_children
from network.tenancy.content_types import copy_to_schemas
from network.tenancy.contexts import in_public
from network.tenancy.dumping import keep_template_dump
from network.tenancy.models import GENERATION_PARTS, Installation, Maintenance, RegistryGeneration, Site
from network.tenancy.names import TEMPLATE_SCHEMA
from network.tenancy.prepared_migrations import MigrationPlans
from network.tenancy.privileges import apply_privileges, close_trigger_functions
from network.tenancy.probing import loaded_handler
from network.tenancy.schema_migrations import migrate_schema
from network.tenancy.schema_states import schema_states
from network.tenancy.upgrading_ledger import (
    begin_run,
    end_run,
    failures,
    note_failed,
    note_version,
    share_children_lock,
    template_held,
    upgrade_lock,
    versions,
)
from network.tenancy.upgrading_plan import (
    all_site_rows,
    disk_migrations,
    find_differences,
    missing_migrations,
    plan_version,
)
from network.tenancy.upgrading_site import LOCK_SECONDS, upgrade_site

logger = logging.getLogger(__name__)
Report = Callable[[str], None]

SECOND_STAGE = 5


@dataclass
class UpgradeReport:
    """What a run did. ``failed`` maps a site's key to the reason, ``left`` were not begun."""

    version: str
    total: int = 0
    done: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    seconds: float = 0.0
    longest_lock_seconds: float = 0.0
    longest_lock_site: str = ""
    stopped: str = ""

    @property
    def is_good(self) -> bool:
        return not self.failed and not self.left

    def as_json(self) -> dict[str, Any]:
        return {
            "version": self.version,
            "sites": self.total,
            "done": self.done,
            "failed": self.failed,
            "left": self.left,
            "stopped": self.stopped,
            "seconds": round(self.seconds, 2),
            "longest_lock_seconds": round(self.longest_lock_seconds, 3),
            "longest_lock_site": self.longest_lock_site,
        }

    def lines(self) -> list[str]:
        """The report for a person."""
        lines = [f"失败 {slug}：{reason}" for slug, reason in self.failed.items()]
        if self.stopped:
            lines.append(f"已停止：{self.stopped}")
        lock = f"，最长等锁 {self.longest_lock_seconds:.2f} 秒（{self.longest_lock_site}）" if self.done else ""
        counts = {"完成": len(self.done), "失败": len(self.failed), "未开始": len(self.left)}
        counts["无需改动"] = self.total - sum(counts.values())
        said = "，".join(f"{name} {count}" for name, count in counts.items())
        lines.append(f"站点 {self.total} 个：{said}；用时 {self.seconds:.1f} 秒{lock}")
        return lines


def migrate_network(
    *,
    report: Report = logger.info,
    slugs: tuple[str, ...] = (),
    jobs: int = 0,
    canary: str = "",
    lock_seconds: float = LOCK_SECONDS,
) -> UpgradeReport:
    """Upgrade the network; owner role only. Goes past failing sites, takes up what an earlier run left.

    ``jobs`` child processes work at a time, 0 works in this process. Raises UpgradeInProgress when
    another upgrade runs, whatever public or the template raise; no site has been touched then.
    """
    began = time.monotonic()
    with upgrade_lock() as server:
        version = _prepare_template(server, report=report)
        sites = all_site_rows(slugs)
        differences = find_differences(sites, version=version)
        result = UpgradeReport(version=version, total=len(sites))
        result.failed.update(dict.fromkeys(_slugs(sites, differences.missing), "站点的 schema 不完整，请从备份恢复。"))
        pending = [site for site in sites if site.schema_name in set(differences.pending)]
        if pending:
            # All sites, not those asked for: new code must find the ids wherever it runs next.
            lacking = find_differences(all_site_rows(), version=version) if slugs else differences
            copy_to_schemas([*lacking.migrations, *lacking.identities])
            run = begin_run(version)
            upgrade = _Upgrade(
                result, version=version, run_id=run.pk, report=report, jobs=jobs, lock_seconds=lock_seconds
            )
            upgrade.run(pending, canary=canary)
            result.seconds = time.monotonic() - began
            end_run(run.pk, result.as_json())
        result.seconds = time.monotonic() - began
    return result


def _slugs(sites: list[Site], schemas: list[str]) -> list[str]:
    return [site.slug for site in sites if site.schema_name in schemas]


def _prepare_template(server: psycopg.Connection[Any], *, report: Report) -> str:
    """Public, then the template with its steps; returns the version that sites must reach."""
    _, known = disk_migrations()
    version = plan_version(known)
    if missing_migrations("public", known):
        report("公共库结构")
        migrate_schema("public")
        apply_privileges("public")
    with in_public():
        parts = [RegistryGeneration(id=number) for number in range(1, GENERATION_PARTS + 1)]
        RegistryGeneration.objects.bulk_create(parts, ignore_conflicts=True)
        Installation.objects.update_or_create(id=1, defaults={"is_demo": settings.PROFILE == "demo"})
        for _name, step in (*public_steps.items(),):
            step()
    missing = missing_migrations(TEMPLATE_SCHEMA, known)
    if not missing and versions().get(TEMPLATE_SCHEMA) == version:
        report(f"规则 {load_rules()} 条；站点模板没有变化")
        return version
    with in_public():
        report(f"规则 {load_rules()} 条")
    with template_held(server):
        report("站点模板")
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {TEMPLATE_SCHEMA}")
        if missing:
            migrate_schema(TEMPLATE_SCHEMA)
        with schema_context(TEMPLATE_SCHEMA), transaction.atomic():
            for name, step in (*template_steps.items(), *table_steps.items()):
                report(f"模板内容：{name}")
                step()
        apply_privileges(TEMPLATE_SCHEMA)
        close_trigger_functions()
        note_version(TEMPLATE_SCHEMA, version)
        keep_template_dump()
    return version


class _Upgrade:
    """The sites of one run: a canary, five, all."""

    def __init__(
        self, result: UpgradeReport, *, version: str, run_id: int, report: Report, jobs: int, lock_seconds: float
    ) -> None:
        self.result, self.report, self.jobs = result, report, jobs
        self.version, self.run_id, self.lock_seconds = version, run_id, lock_seconds
        self.plans = MigrationPlans()
        self.by_slug: dict[str, Site] = {}
        self.is_child_known = False

    def run(self, pending: list[Site], *, canary: str) -> None:
        held = [site for site in pending if site.maintenance == Maintenance.RESTORE]
        for site in held:
            self.result.failed[site.slug] = "站点正在从备份恢复，恢复完成后再运行。"
        ready = [site for site in pending if site not in held]
        self.by_slug = {site.slug: site for site in ready}
        waiting = self._in_order(ready, canary=canary)
        self._prepare(ready)
        first, second, rest = waiting[:1], waiting[1 : 1 + SECOND_STAGE], waiting[1 + SECOND_STAGE :]
        for name, stage in (("先行站", first), ("第二批", second), ("其余", rest)):
            if not stage:
                continue
            self.report(f"{name}：{len(stage)} 个站点")
            before = len(self.result.failed)
            work_in_children(stage, self._work, jobs=self.jobs, on_result=self._note)
            if name != "其余" and len(self.result.failed) - before == len(stage):
                self.result.left = [slug for slug in (*second, *rest) if slug not in self._tried()]
                self.result.stopped = f"{name}全部失败，其余 {len(self.result.left)} 个站点没有开始。"
                return

    def _in_order(self, ready: list[Site], *, canary: str) -> list[str]:
        """The canary first: the one asked for, else the last city that did not fail before."""
        broken = failures()
        slugs = [site.slug for site in ready]
        if canary in slugs:
            chosen = canary
        else:
            fit = [site.slug for site in ready if not site.is_hub and site.schema_name not in broken]
            chosen = (fit or slugs or [""])[-1]
        return [chosen, *(slug for slug in slugs if slug != chosen)] if slugs else []

    def _prepare(self, ready: list[Site]) -> None:
        """Work out the migrations, load the application before the first fork, so that each child has them."""
        loaded_handler()
        seen: set[str] = set()
        states = schema_states([site.schema_name for site in ready])
        for site in ready:
            state = states[site.schema_name].migrations
            if state not in seen:
                seen.add(state)
                self.plans.for_site(site)

    def _work(self, slug: str) -> dict[str, Any]:
        if self.jobs and not self.is_child_known:
            share_children_lock()
            self.is_child_known = True
        return upgrade_site(
            self.by_slug[slug],
            version=self.version,
            plans=self.plans,
            run_id=self.run_id,
            lock_seconds=self.lock_seconds,
        )

    def _tried(self) -> set[str]:
        return {*self.result.done, *self.result.failed}

    def _note(self, slug: str, answer: dict[str, Any]) -> None:
        number, total = len(self._tried()) + 1, len(self.by_slug)
        lock = float(answer.get("longest_lock_seconds", 0))
        if lock > self.result.longest_lock_seconds:
            self.result.longest_lock_seconds, self.result.longest_lock_site = lock, slug
        if answer.get("error"):
            if answer.get("died"):
                note_failed(self.by_slug[slug].schema_name, answer["error"])
            self.result.failed[slug] = answer["error"]
            self.report(f"站点 {slug}（{number}/{total}）失败：{answer['error']}")
            return
        self.result.done.append(slug)
        self.report(f"站点 {slug}（{number}/{total}）")
