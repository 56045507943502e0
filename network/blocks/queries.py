"""Reads of blocks and appeals for the screens."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from network.blocks.actions import concerns
from network.blocks.models import Appeal, Block, Outcome
from network.tenancy.api import Site, get_site, is_within, subtree


def blocks_under(authority: Site) -> QuerySet[Block]:
    """Blocks by this site or by sites below it, for the hub by removed sites too, those in force first."""
    makers = Q() if authority.is_hub else Q(authority__in=[site.slug for site in subtree(authority)])
    return (
        Block.objects.filter(makers)
        .annotate(open_appeals=Count("appeals", filter=Q(appeals__outcome=Outcome.OPEN)))
        .prefetch_related("appeals")
        .order_by("lifted_at", "-id")
    )


def blocks_on(site: Site) -> list[Block]:
    """Blocks of addresses of this site, those in force first."""
    wide = [maker.slug for maker in _above(site)]
    rows = (
        Block.objects.filter(Q(site=site.slug) | Q(site="", authority__in=wide))
        .prefetch_related("appeals")
        .order_by("lifted_at", "-id")
    )
    return [block for block in rows if concerns(block, site)]


def _above(site: Site) -> list[Site]:
    hub = get_site("hub")
    return [other for other in subtree(hub) if is_within(other, site)]


def find_appeal(appeal_id: int) -> Appeal | None:
    """An appeal with its block; None when there is none."""
    return Appeal.objects.select_related("block").filter(pk=appeal_id).first()
