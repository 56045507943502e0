"""Sabotages of search."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from deploy.demo.sabotage import sabotage
from network.tenancy.api import Site
from search import actions
from search.backends.base import EngineUnavailable, Query
from search.indexing.indexes import building_indexes
from search.querying import engine, page
from search.querying.parameters import Parameters


@sabotage("本站搜索搜到全群")
def tenant_filter_off() -> None:
    compose = page.query_for

    def unlimited(parameters: Parameters, site: Site) -> Query:
        return replace(compose(parameters, site), is_site_only=False)

    page.query_for = unlimited


@sabotage("悄悄改由 PostgreSQL 应答")
def elasticsearch_silently_off() -> None:
    ask = page.answer
    engine.is_configured = lambda: False
    page.answer = lambda query: replace(ask(query), is_fallback=False)


@sabotage("重建索引期间搜索停用")
def search_stops_for_rebuild() -> None:
    ask = page.answer

    def refuse(query: Query) -> engine.Answer:
        if building_indexes():
            raise EngineUnavailable("sabotage: search_stops_for_rebuild")
        return ask(query)

    page.answer = refuse


@sabotage("撤下的信息仍可搜到")
def search_tombstones_ignored() -> None:
    def keep(document_ids: Iterable[str]) -> int:
        return 0

    actions.withdraw_entries = keep


@sabotage("搜索结果不注明另有哪些站点刊载")
def also_on_lost() -> None:
    def forget(content_ids: Iterable[Any]) -> int:
        return 0

    actions.refresh_presence = forget
