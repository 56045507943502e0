"""Reads of travelling items."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from network.compiled import Compiled
from network.contracts import Placed
from network.syndication.models import Delivery, DeliveryState, Edition, Item, ItemState
from network.tenancy.api import all_sites


def presence(content_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Placed]]:
    """Where live items stand, the origin first; a recalled or unknown item stands nowhere.

    Nothing stands at a merged or closed site any more.
    """
    wanted = list(content_ids)
    result: dict[uuid.UUID, list[Placed]] = {content_id: [] for content_id in wanted}
    gone = {site.schema_name for site in all_sites() if site.is_gone}
    live = set()
    for item in Item.objects.filter(content_id__in=wanted, state=ItemState.LIVE):
        live.add(item.content_id)
        if item.origin not in gone:
            result[item.content_id].append(Placed(schema_name=item.origin, path=item.origin_path))
    rows = (
        Delivery.objects.filter(content_id__in=wanted, state=DeliveryState.PLACED)
        .exclude(path="")
        .order_by("id")
        .values_list("content_id", "schema_name", "path")
    )
    for content_id, schema_name, path in rows:
        if content_id in live and schema_name not in gone:
            result[content_id].append(Placed(schema_name=schema_name, path=path))
    return result


def live_editions(content_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Edition]:
    """The edition in force of each live item; recalled ones are absent. One statement."""
    wanted = list(content_ids)
    if not wanted:
        return {}
    rows = Edition.objects.raw(
        """SELECT edition.* FROM public.network_syndication_edition AS edition
           JOIN public.network_syndication_item AS item
             ON item.content_id = edition.content_id AND item.version = edition.version
           WHERE item.state = 'live' AND item.content_id = ANY(%s)""",
        [wanted],
    )
    return {edition.content_id: edition for edition in rows}


def live_item_titles(content_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Title in force of each live item."""
    return dict(
        Item.objects.filter(content_id__in=list(content_ids), state=ItemState.LIVE).values_list("content_id", "title")
    )


_CONTENT = uuid.UUID(int=0)
"""Stands in a compiled statement for a content."""

HEAD = Compiled(lambda: Item.objects.filter(content_id=_CONTENT)[:1])


def find_item(content_id: uuid.UUID) -> Item | None:
    """The head of an item, recalled or not; None when it never travelled."""
    head: Item | None = HEAD.first({_CONTENT: content_id})
    return head


@dataclass(frozen=True)
class Board:
    """The delivery board of one item: its deliveries with counts by state."""

    item: Item
    deliveries: list[Delivery]
    totals: dict[str, int]

    @property
    def is_proven_recalled(self) -> bool:
        """True when every site that was owed the item gave its receipt that it is gone."""
        return self.item.state == ItemState.RECALLED and not any(
            count for state, count in self.totals.items() if state != DeliveryState.RECALLED
        )


def delivery_board(content_id: uuid.UUID) -> Board:
    """The board of one item. Raises LookupError when it never travelled."""
    item = find_item(content_id)
    if item is None:
        raise LookupError(f"No item {content_id} was ever dispatched.")
    deliveries = list(Delivery.objects.filter(content_id=content_id).order_by("id"))
    counted = Counter(delivery.state for delivery in deliveries)
    return Board(
        item=item, deliveries=deliveries, totals={state: counted.get(state, 0) for state in DeliveryState.values}
    )


def syndication_counts() -> dict[str, int]:
    """Items and deliveries by state, for status commands."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT state, count(*) FROM public.network_syndication_delivery GROUP BY state")
        counts = {f"deliveries_{state}": count for state, count in cursor.fetchall()}
        cursor.execute("SELECT count(*) FROM public.network_syndication_item")
        counts["items"] = cursor.fetchone()[0]
    return counts
