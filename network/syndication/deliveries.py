"""Deliveries: one item at one site, from the wish to the receipt."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import F
from django.utils import timezone

from network.contracts import OutboxItem
from network.errors import InvalidValue
from network.events import presence_changed
from network.outbox.api import enqueue_many
from network.syndication.models import Delivery, DeliveryState, Item, ItemState, SiteMerge
from network.tenancy.api import Site

DELIVER_KIND = "syndication.deliver"
PRESENCE_KIND = "syndication.presence"


def order_deliveries(content_id: uuid.UUID, version: int, sites: Sequence[Site]) -> int:
    """Write delivery rows with their outbox rows; a site that has the item is owed the new version."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO public.network_syndication_delivery
                (content_id, site, schema_name, state, version_due, version_placed, path, error, attempts, created_at)
            SELECT %s, slug, schema_name, 'waiting', %s, 0, '', '', 0, now()
            FROM unnest(%s::text[], %s::text[]) AS target (slug, schema_name)
            ON CONFLICT (content_id, site) DO UPDATE
            SET version_due = excluded.version_due, error = '', attempts = 0,
                state = CASE WHEN public.network_syndication_delivery.state = 'placed' THEN 'placed' ELSE 'waiting' END
            WHERE public.network_syndication_delivery.version_due < excluded.version_due
            """,
            [content_id, version, [site.slug for site in sites], [site.schema_name for site in sites]],
        )
    return enqueue_many(DELIVER_KIND, [(site.slug, str(content_id), version, {}) for site in sites])


def record_receipts(site: str, receipts: Iterable[tuple[uuid.UUID, int, str]]) -> None:
    """The site's proof that ``(content_id, version, path)`` stand there, in the placement's transaction.

    An older receipt than the one held changes nothing, so a repeated delivery is harmless.
    """
    rows = list(receipts)
    if not rows:
        return
    content_ids, versions, paths = zip(*rows, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE public.network_syndication_delivery AS delivery
            SET state = 'placed', version_placed = receipt.version, path = receipt.path, error = '',
                placed_at = coalesce(delivery.placed_at, now())
            FROM unnest(%s::uuid[], %s::int[], %s::text[]) AS receipt (content_id, version, path)
            WHERE delivery.site = %s AND delivery.content_id = receipt.content_id
              AND delivery.version_placed < receipt.version AND delivery.state IN ('waiting', 'placed', 'failed')
            """,
            [list(content_ids), list(versions), list(paths), site],
        )
    ask_presence(content_ids)


def record_recalled(site: str, content_ids: Sequence[uuid.UUID]) -> None:
    """The site's proof that nothing of these items is on line there any more."""
    Delivery.objects.filter(site=site, content_id__in=content_ids).exclude(state=DeliveryState.RECALLED).update(
        state=DeliveryState.RECALLED, recalled_at=timezone.now(), error=""
    )


def ask_presence(content_ids: Iterable[uuid.UUID]) -> None:
    """Ask for one refresh of where these items stand, however many sites reported in between."""
    enqueue_many(PRESENCE_KIND, [("", str(content_id), 0, {}) for content_id in content_ids])


def tell_presence(site: str, items: Sequence[OutboxItem]) -> None:
    """Outbox handler: tells whoever keeps a list of sites per item."""
    presence_changed.emit([uuid.UUID(item.key) for item in items])


def report_failure(item: OutboxItem, reason: str, is_dead: bool) -> None:
    """Outbox failure report: the board shows reason and attempts."""
    rows = Delivery.objects.filter(site=item.site, content_id=uuid.UUID(item.key))
    rows.update(attempts=F("attempts") + 1, error=reason)
    if is_dead:
        rows.filter(state=DeliveryState.WAITING).update(state=DeliveryState.FAILED)


def forget_site(site: Site) -> None:
    """A site is about to be dropped: its deliveries go. Raises InvalidValue while its items stand elsewhere."""
    standing = (
        Delivery.objects.filter(
            state=DeliveryState.PLACED,
            content_id__in=Item.objects.filter(origin=site.schema_name, state=ItemState.LIVE).values("content_id"),
        )
        .exclude(site=site.slug)
        .count()
    )
    if standing:
        raise InvalidValue(
            f"“{site.short_name}”发出的信息还在其他站点刊载（{standing} 份），请先由总站撤回，再删除站点。",
            site=site.slug,
        )
    Delivery.objects.filter(site=site.slug).delete()
    SiteMerge.objects.filter(site=site.slug).delete()
