"""Reads of blocks and appeals for the screens."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from network.blocks.actions import concerns
from network.blocks.models import Appeal, Block, Outcome
from network.compiled import Compiled
from network.tenancy.api import Site, get_site, is_within, once_per_generation, subtree


def blocks_under(authority: Site) -> QuerySet[Block]:
    """Blocks by this site or by sites below it, for the hub by removed sites too, those in force first."""
    makers = Q() if authority.is_hub else Q(authority__in=[site.slug for site in subtree(authority)])
    return (
        Block.objects.filter(makers)
        .annotate(open_appeals=Count("appeals", filter=Q(appeals__outcome=Outcome.OPEN)))
        .prefetch_related("appeals")
        .order_by("lifted_at", "-id")
    )


_SITE, _AUTHORITY = "\0site", "\0authority"
"""Stand in the compiled statement for the site, the sites that stand above it with itself."""

ANY_ON = Compiled(
    lambda: Block.objects.filter(Q(site=_SITE) | Q(site="", authority__in=[_AUTHORITY])).values_list("pk")[:1],
    names=(_AUTHORITY,),
)


def is_any_stopped(site: Site) -> bool:
    """Whether any address of this site is stopped, or was."""
    return bool(ANY_ON.rows({_SITE: site.slug, _AUTHORITY: _above(site)})) and bool(blocks_on(site))


def blocks_on(site: Site) -> list[Block]:
    """Blocks of addresses of this site, those in force first."""
    rows = (
        Block.objects.filter(Q(site=site.slug) | Q(site="", authority__in=_above(site)))
        .prefetch_related("appeals")
        .order_by("lifted_at", "-id")
    )
    return [block for block in rows if concerns(block, site)]


def _above(site: Site) -> list[str]:
    """Keys of the sites that stand above this one, with its own."""

    def find() -> list[str]:
        return [other.slug for other in subtree(get_site("hub")) if is_within(other, site)]

    return once_per_generation(f"blocks.above:{site.slug}", find)


def find_appeal(appeal_id: int) -> Appeal | None:
    """An appeal with its block; None when there is none."""
    return Appeal.objects.select_related("block").filter(pk=appeal_id).first()
