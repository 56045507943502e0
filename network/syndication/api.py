"""The door of syndication."""

from network.syndication.actions import (
    DispatchResult,
    dispatch_item,
    dispatch_samples,
    publish_version,
)
from network.syndication.audience import Audience, resolve_audience
from network.syndication.deliveries import DELIVER_KIND, order_deliveries, record_recalled, record_receipts
from network.syndication.merging import cancel_merge, confirm_merge, finish_ready_merges, open_merge, plan_merge
from network.syndication.models import Delivery, DeliveryState, Edition, Item, ItemState, Mode, SiteMerge
from network.syndication.queries import (
    delivery_board,
    find_item,
    live_editions,
    live_item_titles,
    presence,
    syndication_counts,
)
from network.syndication.recall import FINISH_KIND, RecallResult, recall_item
from network.syndication.restoring import move_origin, owe_again, owe_to_origin

__all__ = [
    "DELIVER_KIND",
    "FINISH_KIND",
    "Audience",
    "Delivery",
    "DeliveryState",
    "DispatchResult",
    "Edition",
    "Item",
    "ItemState",
    "Mode",
    "RecallResult",
    "SiteMerge",
    "cancel_merge",
    "confirm_merge",
    "delivery_board",
    "dispatch_item",
    "dispatch_samples",
    "find_item",
    "finish_ready_merges",
    "live_editions",
    "live_item_titles",
    "move_origin",
    "open_merge",
    "order_deliveries",
    "owe_again",
    "owe_to_origin",
    "plan_merge",
    "presence",
    "publish_version",
    "recall_item",
    "record_recalled",
    "record_receipts",
    "resolve_audience",
    "syndication_counts",
]
