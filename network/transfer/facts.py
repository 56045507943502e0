"""Registry facts of a site that is opened from an archive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from network.tenancy.api import FACTS

PLACE_IN_GROUP = frozenset({"parent", "sort_order", "tile_row", "tile_column"})
"""Facts that hold in the group that the site stands in, and no other."""

SITE_FACTS = ("slug", *(name for name in FACTS if name not in PLACE_IN_GROUP))
"""What an archive says of the site itself, apart from its content."""

NOT_TAKEN_OVER = frozenset({"slug", "site_code", "state"})
STATES_TO_OPEN_IN = frozenset({"trial", "live"})


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a person decides about the new site; what is empty is taken from the archive."""

    slug: str
    domain: str
    parent: str = ""
    level: str = ""
    site_code: str = ""
    division_code: str = ""


def facts_of(given: dict[str, Any], wish: Wish) -> dict[str, Any]:
    """Facts for ``request_site``. A site code is unique in the group, so it is taken only when asked for."""
    facts = {
        name: given[name] for name in SITE_FACTS if name not in NOT_TAKEN_OVER and isinstance(given.get(name), str)
    }
    state = given.get("state")
    return {
        **facts,
        "level": wish.level or facts.get("level", ""),
        "division_code": wish.division_code or facts.get("division_code", ""),
        "parent": wish.parent or str(given.get("parent") or "hub"),
        "site_code": wish.site_code or None,
        "state": state if state in STATES_TO_OPEN_IN else "trial",
    }
