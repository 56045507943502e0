"""Sabotages of who keeps which column."""

from __future__ import annotations

from deploy.demo.sabotage import sabotage
from network.boards import actions as boards
from network.tenancy import guards
from network.tenancy.api import all_sites
from network.upkeep import actions, views


@sabotage("任何站点都能准许不定期更新")
def anybody_excuses() -> None:
    guards.is_network_manager = lambda person, site: True
    views.sites_below = lambda site: list(all_sites())
    actions.require_manages = lambda person, site, target: None


@sabotage("上级的看板不跟着更新")
def dues_stale() -> None:
    boards._write_dues = lambda site: None
