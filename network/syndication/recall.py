"""Recall: one commit that holds everywhere, then a receipt from each site."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from network.audit.api import record
from network.contracts import OutboxItem
from network.errors import InvalidValue, NotAllowed
from network.events import entry_withdrawn, item_recalled, recall_tables
from network.outbox.api import enqueue_many
from network.syndication.deliveries import record_recalled
from network.syndication.models import Delivery, DeliveryState, Edition, Item, ItemState
from network.tenancy.api import Site, all_sites, get_site, get_site_by_schema, require_network_manager

FINISH_KIND = "syndication.recall"
REASON_LENGTH = 300


@dataclass(frozen=True)
class RecallResult:
    """What a recall did in its commit: pages taken off line, sites left to the worker by a lock."""

    version: int
    pages: int
    locked_sites: tuple[str, ...]


@transaction.atomic
def recall_item(content_id: uuid.UUID, *, acting_user: Any, origin: Site, reason: str) -> RecallResult:
    """Take an item off every site at once.

    In one transaction: a tombstone edition with a higher version, the head marked, every page that
    follows it set off line on every site, the search row withdrawn, one piece of work per site for
    the receipt. Raises InvalidValue, NotAllowed; a second recall is refused.
    """
    require_network_manager(acting_user, origin)
    reason = reason.strip()
    if not reason or len(reason) > REASON_LENGTH:
        raise InvalidValue(f"请填写撤回原因，不超过 {REASON_LENGTH} 字。", reason=reason)
    item = Item.objects.select_for_update().filter(content_id=content_id).first()
    if item is None:
        raise InvalidValue(f"没有编号为 {content_id} 的下发信息，请从下发信息列表中选择。", content_id=str(content_id))
    if item.origin != origin.schema_name and not origin.is_hub:
        raise NotAllowed(f"“{item.title}”由其他站点发出，只有发出站点或总站可以撤回。")
    if item.state == ItemState.RECALLED:
        raise InvalidValue(
            f"“{item.title}”已于 {timezone.localtime(item.recalled_at):%Y-%m-%d %H:%M} 撤回，不必重复操作。"
        )
    held = Edition.objects.get(content_id=content_id, version=item.version)
    item.version += 1
    item.state = ItemState.RECALLED
    item.recalled_at = timezone.now()
    item.recalled_by = acting_user.get_username()
    item.recall_reason = reason
    item.save()
    Edition.objects.create(
        content_id=content_id,
        version=item.version,
        schema_version=held.schema_version,
        content_hash="",
        origin=held.origin,
        kind=held.kind,
        column=held.column,
        title=held.title,
        published_at=held.published_at,
        is_sample=held.is_sample,
        is_tombstone=True,
    )
    pages, locked = take_off_line(content_id, origin=item.origin, schemas=[site.schema_name for site in all_sites()])
    Delivery.objects.filter(content_id=content_id).exclude(state=DeliveryState.RECALLED).update(
        state=DeliveryState.RECALLING, version_due=item.version
    )
    owed = list(Delivery.objects.filter(content_id=content_id).values_list("site", flat=True))
    # A locked site may be the origin itself, which is owed no delivery.
    owed += [slug for slug in (get_site_by_schema(schema).slug for schema in locked) if slug not in owed]
    enqueue_many(FINISH_KIND, [(slug, str(content_id), item.version, {}) for slug in owed])
    entry_withdrawn.emit(str(content_id))
    item_recalled.emit(content_id)
    record(
        "item.recall",
        site=origin.slug,
        person=acting_user.get_username(),
        object_kind="item",
        object_id=content_id,
        detail={"version": item.version, "reason": reason, "pages": pages, "locked": list(locked)},
        before_hash=held.content_hash,
    )
    return RecallResult(version=item.version, pages=pages, locked_sites=tuple(locked))


def take_off_line(content_id: uuid.UUID, *, origin: str, schemas: Sequence[str]) -> tuple[int, list[str]]:
    """Set every page that follows the item off line in these schemas, in one statement.

    Returns the number of pages with the schemas whose rows were locked by somebody else.
    """
    tables = [
        {"table": entry.table, "page_column": entry.page_column, "content_column": entry.content_column}
        for _, entry in recall_tables.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT site_schema, pages, is_locked FROM public.network_take_off_line(%s, %s, %s, %s::jsonb)",
            [content_id, origin, list(schemas), json.dumps(tables)],
        )
        rows = cursor.fetchall()
    return sum(row[1] for row in rows), [row[0] for row in rows if row[2]]


def finish_recall(site: str, items: Sequence[OutboxItem]) -> None:
    """Outbox handler: finish what was locked at the commit, then give the site's receipt."""
    schema_name = get_site(site).schema_name
    content_ids = [uuid.UUID(item.key) for item in items]
    for item in Item.objects.filter(content_id__in=content_ids, state=ItemState.RECALLED):
        _pages, locked = take_off_line(item.content_id, origin=item.origin, schemas=[schema_name])
        if locked:
            raise InvalidValue(f"站点“{site}”的页面正被占用，稍后重试撤回 {item.content_id}。", site=site)
    record_recalled(site, content_ids)
