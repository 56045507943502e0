"""The door of the registry for other folders."""

from network.guarded_views import shown_to
from network.tenancy.addresses import absolute_url, host_of
from network.tenancy.contexts import current_site, in_public, in_site
from network.tenancy.divisions import group_tiles
from network.tenancy.domains import is_official_host, normalise_host
from network.tenancy.graded import (
    MANAGE_NETWORK,
    MANAGE_SECURITY,
    READ_AUDIT,
    is_network_manager,
    is_webmaster,
    is_within,
    require_manages,
    require_network_manager,
)
from network.tenancy.guards import network_manager_required, webmaster_required
from network.tenancy.models import Level, Maintenance, Site, State
from network.tenancy.names import HUB_SCHEMA, HUB_SLUG
from network.tenancy.passwords import PASSWORD_LENGTH, new_password
from network.tenancy.provisioning import FACTS, open_site, request_site
from network.tenancy.queries import (
    all_sites,
    child_sites,
    domains_of,
    former_names,
    get_site,
    get_site_by_schema,
    hosts_of,
    is_group_host,
    live_sites,
    name_of_schema,
    registry_part,
    request_error,
    subtree,
)
from network.tenancy.registry import (
    columns_at,
    held_snapshot,
    once_per_act,
    once_per_generation,
    once_per_request,
    one_act,
)
from network.tenancy.relations import RELATIONS_OF_SCHEMA

__all__ = [
    "FACTS",
    "HUB_SCHEMA",
    "HUB_SLUG",
    "MANAGE_NETWORK",
    "MANAGE_SECURITY",
    "PASSWORD_LENGTH",
    "READ_AUDIT",
    "RELATIONS_OF_SCHEMA",
    "Level",
    "Maintenance",
    "Site",
    "State",
    "absolute_url",
    "all_sites",
    "child_sites",
    "columns_at",
    "current_site",
    "domains_of",
    "former_names",
    "get_site",
    "get_site_by_schema",
    "group_tiles",
    "held_snapshot",
    "host_of",
    "hosts_of",
    "in_public",
    "in_site",
    "is_group_host",
    "is_network_manager",
    "is_official_host",
    "is_webmaster",
    "is_within",
    "live_sites",
    "name_of_schema",
    "network_manager_required",
    "new_password",
    "normalise_host",
    "once_per_act",
    "once_per_generation",
    "once_per_request",
    "one_act",
    "open_site",
    "registry_part",
    "request_error",
    "request_site",
    "require_manages",
    "require_network_manager",
    "shown_to",
    "subtree",
    "webmaster_required",
]
