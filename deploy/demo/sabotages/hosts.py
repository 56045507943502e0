"""Sabotages of addresses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from deploy.demo.sabotage import sabotage
from network.tenancy import middleware
from network.tenancy.registry import Snapshot

SWAPPED = ("hebei.localhost", "shandong.localhost")


class _AnyHost(dict[str, Any]):
    """Knows every host: whoever is not listed is the hub."""

    def get(self, key: str, default: Any = None) -> Any:
        return super().get(key) or super().get("hub.localhost")


@sabotage("不认识的主机名得到总站")
def unknown_host_answers() -> None:
    read = middleware.snapshot
    middleware.snapshot = lambda: _with_hosts(read(), _AnyHost)


def _with_hosts(held: Snapshot, kind: Any) -> Snapshot:
    return replace(held, by_host=kind(held.by_host))


@sabotage("两个站点的主机名互换")
def hosts_swapped() -> None:
    read = middleware.snapshot
    one, other = SWAPPED

    def swap(by_host: dict[str, Any]) -> dict[str, Any]:
        return {**by_host, one: by_host[other], other: by_host[one]}

    middleware.snapshot = lambda: _with_hosts(read(), swap)
