"""Whom an item is sent to."""

from __future__ import annotations

from dataclasses import dataclass

from network.errors import InvalidValue, NotAllowed
from network.tenancy.api import Level, Site, live_sites


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Either all sites, or those of given levels, within given regions, or named one by one.

    ``regions`` are site keys: the site with everything below it.
    """

    is_all: bool = False
    levels: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        return {
            "all": self.is_all,
            "levels": list(self.levels),
            "regions": list(self.regions),
            "sites": list(self.sites),
        }


def resolve_audience(audience: Audience, *, sender: Site) -> list[Site]:
    """The sites meant, in official order, the sender left out.

    A sender below the hub reaches its own subtree only. Raises InvalidValue for an unknown level
    or key or an empty result, NotAllowed for a site outside the sender's subtree.
    """
    unknown_levels = set(audience.levels) - set(Level.values)
    if unknown_levels:
        raise InvalidValue(f"层级“{'、'.join(sorted(unknown_levels))}”不存在，可用：{'、'.join(Level.values)}。")
    candidates = live_sites()
    known = {site.slug: site for site in candidates}
    unknown = [slug for slug in (*audience.regions, *audience.sites) if slug not in known]
    if unknown:
        raise InvalidValue(f"站点“{'、'.join(unknown)}”不存在或未开通，请从站点列表中选择。", sites=unknown)
    outside = [
        slug
        for slug in (*audience.regions, *audience.sites)
        if not known[slug].region_path.startswith(sender.region_path)
    ]
    if outside:
        raise NotAllowed(
            f"“{sender.short_name}”只能向本级下辖站点下发，“{'、'.join(outside)}”不在其中。", sites=outside
        )
    paths = tuple(known[slug].region_path for slug in audience.regions)
    chosen = [
        site
        for site in candidates
        if site.pk != sender.pk
        and site.region_path.startswith(sender.region_path)
        and (
            audience.is_all
            or site.level in audience.levels
            or site.slug in audience.sites
            or (bool(paths) and site.region_path.startswith(paths))
        )
    ]
    if not chosen:
        raise InvalidValue("下发范围内没有已开通的站点，请重新选择范围。")
    return chosen
