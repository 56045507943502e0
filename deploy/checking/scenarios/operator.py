"""The operator's view before anything is done."""

from __future__ import annotations

from typing import Any

from deploy.checking.plan import step
from deploy.checking.steps import listing, require, until
from deploy.checking.world import World

PROCESSES = ("worker", "indexer", "provisioner")
LONGEST_SILENCE = 30
"""Processes beat every five seconds; a machine under load may be late."""


SECONDS_TO_CONNECT = 10
"""A process that has just started reports its broker with its second beat."""


def _connected(found: dict[str, Any]) -> dict[str, Any]:
    """The status when the worker has its broker or needs none, else nothing."""
    return found if found["broker"] in ("redis", "none") else {}


@step("status", "运维状态可查，检索引擎按配置应答", needs=["logins"])
def status(world: World) -> str:
    world.before = until(lambda: _connected(world.network_status()), seconds=SECONDS_TO_CONNECT)
    world.before = world.before or world.network_status()
    search = world.before["search"]
    world.facts["engine"] = search["engine"]
    world.facts["configured"] = search["configured"]
    world.facts["broker"] = world.before["broker"]
    require(search["is_answering"], f"配置的检索引擎 {search['configured']} 没有应答：{search['detail']}")
    require(search["engine"] == search["configured"], f"检索由 {search['engine']} 代为应答。")
    require(_connected(world.before), f"消息代理状态是“{world.before['broker']}”。")
    return f"检索 {search['engine']}，消息 {world.before['broker']}"


@step("processes", "后台进程在工作", needs=["status"])
def processes(world: World) -> None:
    beats = world.before["processes"]
    silent = [name for name in PROCESSES if beats.get(name, {}).get("seconds_ago", 1e9) > LONGEST_SILENCE]
    require(not silent, f"进程 {listing(silent)} 超过 {LONGEST_SILENCE} 秒没有消息。")
