"""Exemptions that sites ask for, written as rows."""

from __future__ import annotations

from network.tenancy.api import Site, all_sites
from network.upkeep.models import Exemption, ExemptionState

REASON = "机构职能确有变动时才更新"


def exemption_below(site: Site, key: str, *, is_granted: bool = False) -> Exemption:
    """A request of a site below this one, of the site itself where none is; its words name no site."""
    below = [other for other in all_sites() if other.parent_id == site.pk]
    asking = below[-1] if below else site
    decided = {"state": ExemptionState.GRANTED, "authority": "hub", "decided_by": "manager"} if is_granted else {}
    return Exemption.objects.create(
        site=asking.slug,
        column_key=f"{site.slug}-{key}"[:40],
        column_title="机构概况",
        reason=REASON,
        asked_by="webmaster",
        **decided,
    )
