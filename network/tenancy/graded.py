"""Graded management: who may act on which sites of the group.

The hub's network manager acts on every site, a province's on the own subtree, nobody else on any
(architecture, decision 15). People are named by the rights of their own site.
"""

from __future__ import annotations

from typing import Any

from network.errors import NotAllowed
from network.tenancy.models import Level, Site

MANAGE_NETWORK = "sites_accounts.manage_network"
MANAGE_SECURITY = "sites_accounts.manage_security"
READ_AUDIT = "sites_accounts.read_audit"
TAKE_DOWN = "sites_accounts.take_down"


def require_network_manager(person: Any, site: Site) -> None:
    """Only a network manager of the hub, or of a province for its subtree, acts on the group. Raises NotAllowed."""
    if not site.is_hub and site.level != Level.PROVINCE:
        raise NotAllowed(f"“{site.short_name}”不具备站群管理权限，请由上级站点操作。", site=site.slug)
    if not person.has_perm(MANAGE_NETWORK):
        raise NotAllowed(f"用户“{person.get_username()}”没有站群管理权限，请联系总站管理员授权。")


def is_network_manager(person: Any, site: Site) -> bool:
    """Whether the person manages the group from this site."""
    try:
        require_network_manager(person, site)
    except NotAllowed:
        return False
    return True


def is_webmaster(person: Any) -> bool:
    """Whether the person is the webmaster of the own site, whom the right to take down tells from other staff."""
    return bool(person.has_perm(TAKE_DOWN))


def is_within(site: Site, target: Site) -> bool:
    """Whether a site is the other or stands above it."""
    return target.region_path.startswith(site.region_path)


def require_manages(person: Any, site: Site, target: Site) -> None:
    """A network manager of ``site`` acts on a site of its subtree, never on the own one. Raises NotAllowed."""
    require_network_manager(person, site)
    if target.pk == site.pk or not is_within(site, target):
        raise NotAllowed(f"“{site.short_name}”只能管理本级下辖站点，“{target.short_name}”不在其中。", site=target.slug)
