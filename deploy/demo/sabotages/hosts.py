"""Sabotages of addresses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from deploy.demo.sabotage import sabotage
from network.tenancy import registry

SWAPPED = ("hebei.localhost", "shandong.localhost")
Hosts = dict[str, Any]


class _AnyHost(Hosts):
    """Knows every host: whoever is not listed is the hub."""

    def get(self, key: str, default: Any = None) -> Any:
        return super().get(key) or super().get("hub.localhost")


def _change_hosts(change: Callable[[Hosts], Hosts]) -> None:
    load = registry._load

    def load_changed(generation: str) -> registry.Snapshot:
        held = load(generation)
        return replace(held, by_host=change(held.by_host))

    registry._load = load_changed


@sabotage("不认识的主机名得到总站")
def unknown_host_answers() -> None:
    _change_hosts(_AnyHost)


@sabotage("两个站点的主机名互换")
def hosts_swapped() -> None:
    one, other = SWAPPED
    _change_hosts(lambda by_host: {**by_host, one: by_host[other], other: by_host[one]})
