"""Bring every schema of the network to the present migrations."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from network.errors import NetworkError
from network.tenancy.upgrading import migrate_network
from network.tenancy.upgrading_plan import Plan, disk_migrations, make_plan, migration_statements
from network.tenancy.upgrading_site import LOCK_SECONDS

JOBS = 2


class Command(BaseCommand):
    help = (
        "Upgrades public, the template and every site; goes past a failing site, takes up what was left (owner role)."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--plan", action="store_true", help="Tell what would be done, write nothing.")
        parser.add_argument("--sql", metavar="APP.MIGRATION", help="Print the statements of one migration.")
        parser.add_argument("--site", action="append", default=[], help="Key of a site; may be repeated.")
        parser.add_argument("--canary", default="", help="Key of the site to upgrade first.")
        parser.add_argument("--jobs", type=int, default=JOBS, help="Child processes at a time; 0 uses none.")
        parser.add_argument("--lock-timeout", type=float, default=LOCK_SECONDS, metavar="SECONDS")
        parser.add_argument("--json", action="store_true", dest="as_json", help="Print the report as JSON.")

    def handle(self, *args: object, **options: Any) -> None:
        if settings.DATABASE_ROLE != "owner":
            raise CommandError("migrate_network needs the owner role. Set GOVSITES_DATABASE_ROLE=owner.")
        as_json: bool = options["as_json"]
        try:
            if options["sql"]:
                self.stdout.write("\n".join(migration_statements(disk_migrations()[0], options["sql"])))
                return
            if options["plan"]:
                self._tell(make_plan(tuple(options["site"])), as_json=as_json)
                return
            result = migrate_network(
                report=(lambda line: None) if as_json else self._line,
                slugs=tuple(options["site"]),
                jobs=options["jobs"],
                canary=options["canary"],
                lock_seconds=options["lock_timeout"],
            )
        except NetworkError as error:
            raise CommandError(error.message) from error
        self.stdout.write(
            json.dumps(result.as_json(), ensure_ascii=False, indent=1) if as_json else "\n".join(result.lines())
        )
        if not result.is_good:
            raise CommandError(f"升级没有全部完成：{len(result.failed)} 个站点失败，{len(result.left)} 个没有开始。")

    def _line(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _tell(self, plan: Plan, *, as_json: bool) -> None:
        if as_json:
            facts = {
                "public": plan.public,
                "template": plan.template,
                "sites": plan.sites,
                "missing": plan.differences.missing,
                "breaking": plan.breaking,
            }
            self.stdout.write(json.dumps(facts, ensure_ascii=False, indent=1))
            return
        for title, names in (("公共库", plan.public), ("站点模板", plan.template)):
            self.stdout.write(f"{title}：{'、'.join(names) or '无'}")
        groups: dict[str, list[str]] = {}
        for schema, names in plan.sites.items():
            groups.setdefault("、".join(names) or "只执行站点步骤、核对编号", []).append(schema)
        for what, schemas in groups.items():
            self.stdout.write(
                f"{len(schemas)} 个站点（{'、'.join(schemas[:5])}{'…' if len(schemas) > 5 else ''}）：{what}"
            )
        for schema in plan.differences.missing:
            self.stdout.write(f"{schema}：schema 不完整，请从备份恢复")
        for name, reasons in plan.breaking.items():
            self.stdout.write(f"破坏性迁移 {name}：{'；'.join(reasons)}")
        if plan.is_empty:
            self.stdout.write("没有要做的事。")
