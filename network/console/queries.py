"""What the console's screens show."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet

from network.syndication.api import DeliveryState, Item, ItemState
from network.syndication.models import Delivery
from network.syndication.queries import Board
from network.tenancy.api import Site, absolute_url, get_site


def travelling_items(site: Site) -> QuerySet[Item]:
    """Items a site sent (all of them on the hub), newest first."""
    rows = Item.objects.order_by("-created_at")
    return rows if site.is_hub else rows.filter(origin=site.schema_name)


def board_context(board: Board, *, form: Any) -> dict[str, Any]:
    """One item's board as the template shows it."""
    rows = []
    for delivery in board.deliveries:
        site = get_site(delivery.site)
        is_shown = delivery.state == DeliveryState.PLACED and delivery.path
        rows.append(
            {
                "site": delivery.site,
                "site_name": site.short_name,
                "level": site.level,
                "state": delivery.state,
                "state_label": delivery.get_state_display(),
                "version": delivery.version_placed,
                "version_due": delivery.version_due,
                "placed_at": delivery.placed_at,
                "recalled_at": delivery.recalled_at,
                "url": absolute_url(site, delivery.path) if is_shown else "",
                "error": delivery.error,
                "attempts": delivery.attempts,
            }
        )
    return {
        "page_title": board.item.title,
        "item": board.item,
        "deliveries": rows,
        "totals": board.totals,
        "total": len(rows),
        "can_recall": board.item.state == ItemState.LIVE,
        "is_proven_recalled": board.is_proven_recalled,
        "form": form,
    }


def delivery_totals() -> dict[str, int]:
    """Deliveries by state over the whole group, in one statement."""
    return Delivery.objects.aggregate(**{state: Count("id", filter=Q(state=state)) for state in DeliveryState.values})
