"""Comparing what stands at a site with what the group owes it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from django.db import transaction

from network.outbox.api import enqueue_many
from network.syndication.api import DELIVER_KIND, FINISH_KIND, Delivery, DeliveryState, Item, ItemState
from network.tenancy.api import Site
from sites.inbox.models import PlacementPage


@dataclass
class Differences:
    """Content ids per kind of difference at one site."""

    missing: list[uuid.UUID] = field(default_factory=list)
    behind: list[uuid.UUID] = field(default_factory=list)
    lingering: list[uuid.UUID] = field(default_factory=list)
    unknown: list[uuid.UUID] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.missing) + len(self.behind) + len(self.lingering) + len(self.unknown)


def compare_site(site: Site) -> Differences:
    """Placements of the site that is entered against its deliveries; the worker's open work is no difference."""
    differences = Differences()
    placements = {page.content_id: page for page in PlacementPage.objects.all()}
    deliveries = {delivery.content_id: delivery for delivery in Delivery.objects.filter(site=site.slug)}
    heads = {item.content_id: item for item in Item.objects.filter(content_id__in=[*placements, *deliveries])}
    for content_id, delivery in deliveries.items():
        page, head = placements.get(content_id), heads.get(content_id)
        if head is None or delivery.state == DeliveryState.WAITING:
            continue
        if head.state == ItemState.RECALLED:
            if page is not None and page.live:
                differences.lingering.append(content_id)
        elif page is None or not page.live:
            differences.missing.append(content_id)
        elif page.placed_version < head.version:
            differences.behind.append(content_id)
    differences.unknown = [content_id for content_id in placements if content_id not in deliveries]
    return differences


@transaction.atomic
def repair_site(site: Site, differences: Differences) -> int:
    """Queue again what differs; returns the number of pieces of work written."""
    Delivery.objects.filter(site=site.slug, content_id__in=differences.missing).update(
        state=DeliveryState.WAITING, version_placed=0
    )
    written = enqueue_many(
        DELIVER_KIND,
        [(site.slug, str(content_id), 0, {}) for content_id in [*differences.missing, *differences.behind]],
    )
    return written + enqueue_many(
        FINISH_KIND, [(site.slug, str(content_id), 0, {}) for content_id in differences.lingering]
    )
