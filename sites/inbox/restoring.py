"""A restored site against what the group sent and holds: what is missing is owed again."""

from __future__ import annotations

from typing import Any

from wagtail.models import Page

from network.syndication.api import Delivery, DeliveryState, Item, ItemState, owe_again, owe_to_origin
from sites.inbox.models import PlacementPage

OWED = (DeliveryState.WAITING, DeliveryState.PLACED, DeliveryState.FAILED)


def owe_what_is_missing(site: Any) -> dict[str, int]:
    """Restore step: deliveries since the backup are owed again, with the site's own items that only travel now.

    ``behind`` counts own items whose version elsewhere is newer than the page that was restored: the
    next publish raises it, until then other sites keep the newer one.
    """
    placements = {page.content_id: page for page in PlacementPage.objects.all()}
    deliveries = list(Delivery.objects.filter(site=site.slug, state__in=OWED))
    live = {
        item.content_id: item
        for item in Item.objects.filter(
            state=ItemState.LIVE, content_id__in=[delivery.content_id for delivery in deliveries]
        )
    }
    stale = []
    for delivery in deliveries:
        item, page = live.get(delivery.content_id), placements.get(delivery.content_id)
        version = page.placed_version if page is not None and page.live else 0
        if item is not None and version < item.version:
            stale.append((delivery.content_id, version))
    own = list(Item.objects.filter(origin=site.schema_name, state=ItemState.LIVE))
    here = dict(
        Page.objects.filter(live=True, translation_key__in=[item.content_id for item in own]).values_list(
            "translation_key", "title"
        )
    )
    gone = [item.content_id for item in own if item.content_id not in here and item.content_id not in placements]
    return {
        "owed": owe_again(site, stale),
        "own": owe_to_origin(site, gone),
        "behind": sum(item.content_id in here and here[item.content_id] != item.title for item in own),
    }
