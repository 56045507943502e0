"""Sabotages of what is made public: checks, index numbers, the change feed."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from deploy.demo.sabotage import sabotage
from network.tenancy.api import Site
from sites.editing import actions as editing
from sites.feeds import changes, open_api
from sites.feeds.parameters import ChangeQuery
from sites.screening import actions as screening
from sites.screening import api as screening_api


@sabotage("内容检查什么也不查")
def checks_off() -> None:
    def overlook(page: Any) -> list[Any]:
        return []

    screening.screen = overlook
    screening_api.screen = overlook


@sabotage("发布时不编索引号")
def index_numbers_left_out() -> None:
    def forget(content_id: uuid.UUID, *, site: Site) -> str:
        return ""

    editing.issue_number = forget


@sabotage("变化流不给出墓碑")
def tombstones_lost() -> None:
    read = changes.changes_after

    def forget(query: ChangeQuery) -> changes.ChangePage:
        page = read(query)
        return replace(page, entries=[entry for entry in page.entries if entry.item is not None])

    open_api.changes_after = forget
