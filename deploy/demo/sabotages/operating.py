"""Sabotages of upgrade, backup and restore."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from deploy.demo.sabotage import sabotage
from network.events import restore_steps
from network.outbox import actions
from network.tenancy import middleware, upgrading_plan
from network.tenancy.api import all_sites
from network.tenancy.registry import Snapshot


@sabotage("一个站点维护时全部站点都答复 503")
def maintenance_hits_all() -> None:
    enter = middleware.HostMiddleware._enter

    def enter_or_stop(self: Any, request: HttpRequest, host: str, registry: Snapshot) -> HttpResponse:
        worked_on = next((site for site in registry.sites if site.maintenance), None)
        return middleware.maintenance_answer(worked_on) if worked_on else enter(self, request, host, registry)

    middleware.HostMiddleware._enter = enter_or_stop


@sabotage("恢复期间站点照常服务")
def maintenance_ignored() -> None:
    enter = middleware.HostMiddleware._enter

    def enter_always(self: Any, request: HttpRequest, host: str, registry: Snapshot) -> HttpResponse:
        request.is_upgrade_probe = True
        return enter(self, request, host, registry)

    middleware.HostMiddleware._enter = enter_always


@sabotage("恢复后忘记此前的撤回")
def restore_forgets_recalls() -> None:
    restore_steps._entries["10 recalls"] = lambda site: {}


@sabotage("恢复后不再补投此前下发的信息")
def restore_owes_nothing() -> None:
    restore_steps._entries["20 deliveries"] = lambda site: {}


@sabotage("恢复后检索仍是恢复前的条目")
def restore_keeps_search() -> None:
    restore_steps._entries["30 search"] = lambda site: {}


@sabotage("恢复过的站点的待办全部丢弃")
def restored_work_lost() -> None:
    drop = actions._drop_of_older_epochs

    known: dict[str, int] = {}

    def drop_all(kind: str, site: str) -> None:
        epoch = next((held.epoch for held in all_sites() if held.slug == site), 0)
        # Only what is restored from now on: a demo may have been checked before.
        if epoch > known.setdefault(site, epoch):
            actions._claim = lambda *words, **options: []
        drop(kind, site)

    actions._drop_of_older_epochs = drop_all


@sabotage("升级计划说有事要做")
def plan_never_empty() -> None:
    missing = upgrading_plan.missing_migrations
    upgrading_plan.missing_migrations = lambda schema, known: missing(schema, known) or ["wagtailcore.9999_again"]
