"""Sending items to sites: first dispatch, new versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from network.audit.api import record
from network.contracts import EditionContent, SearchEntry
from network.errors import InvalidValue, NotAllowed
from network.events import entry_published, entry_withdrawn
from network.syndication.audience import Audience, resolve_audience
from network.syndication.deliveries import order_deliveries
from network.syndication.hashing import content_hash
from network.syndication.models import Delivery, Dispatch, Edition, Item, ItemState, Mode
from network.syndication.queries import presence
from network.tenancy.api import Site, get_site, require_network_manager


@dataclass(frozen=True)
class DispatchResult:
    """What a dispatch wrote: the edition's version and the number of sites it is owed to."""

    version: int
    site_count: int


@transaction.atomic
def dispatch_item(
    content: EditionContent,
    *,
    acting_user: Any,
    origin: Site,
    audience: Audience,
    approval: dict[str, Any],
    mode: str = Mode.MANDATORY,
) -> DispatchResult:
    """Make the first edition of an item (or take its current one) and owe it to an audience.

    ``approval`` is the origin's approval that put the item on line; without one the item is
    refused. Everything is written in one transaction; the worker delivers.
    Raises NotAllowed, InvalidValue.
    """
    require_network_manager(acting_user, origin)
    return _dispatch(
        content, person=acting_user.get_username(), origin=origin, audience=audience, approval=approval, mode=mode
    )


def _dispatch(
    content: EditionContent, *, person: str, origin: Site, audience: Audience, approval: dict[str, Any], mode: str
) -> DispatchResult:
    if mode not in Mode.values:
        raise InvalidValue(f"下发方式“{mode}”不存在，可用：{'、'.join(Mode.values)}。", mode=mode)
    if not approval:
        raise NotAllowed(f"“{content.title}”尚未通过审核发布，不能下发。请先在本站完成审核。")
    sites = resolve_audience(audience, sender=origin)
    item = Item.objects.select_for_update().filter(content_id=content.content_id).first()
    if item is not None and item.state == ItemState.RECALLED:
        raise InvalidValue(f"“{content.title}”已撤回，不能再次下发。请另拟一篇。", content_id=str(content.content_id))
    if item is not None and item.origin != origin.schema_name:
        raise NotAllowed(f"“{content.title}”由其他站点发出，只有发出站点可以下发。")
    item = write_edition(content, item=item, origin=origin, approval=approval)
    Dispatch.objects.create(
        content_id=content.content_id,
        mode=mode,
        audience=audience.as_json(),
        site_count=len(sites),
        dispatched_by=person,
    )
    order_deliveries(content.content_id, item.version, sites)
    record(
        "item.dispatch",
        site=origin.slug,
        person=person,
        object_kind="item",
        object_id=content.content_id,
        detail={"version": item.version, "sites": len(sites), "mode": mode, "audience": audience.as_json()},
        after_hash=content_hash(content),
    )
    return DispatchResult(version=item.version, site_count=len(sites))


@transaction.atomic
def dispatch_samples(
    contents: list[tuple[EditionContent, dict[str, Any]]], *, origin: Site, audience: Audience, person: str
) -> int:
    """Dispatch many items that loading put on line (demo, corpus); returns the number of deliveries owed."""
    return sum(
        _dispatch(
            content, person=person, origin=origin, audience=audience, approval=approval, mode=Mode.MANDATORY
        ).site_count
        for content, approval in contents
    )


@transaction.atomic
def publish_version(content: EditionContent, *, origin: Site, person: str, approval: dict[str, Any]) -> int:
    """A travelling item was published again at its origin: one new edition that every site shows.

    Returns the version in force; equal content makes no new version. Items that do not travel
    return 0.
    """
    item = Item.objects.select_for_update().filter(content_id=content.content_id).first()
    # A page elsewhere that carries this content id (a copy, an import) is a page of its own.
    if item is None or item.state == ItemState.RECALLED or item.origin != origin.schema_name:
        return 0
    before = item.version
    item = write_edition(content, item=item, origin=origin, approval=approval)
    if item.version == before:
        return before
    owed = (
        Delivery.objects.filter(content_id=content.content_id).exclude(state="recalled").values_list("site", flat=True)
    )
    order_deliveries(content.content_id, item.version, [get_site(slug) for slug in owed])
    record(
        "item.update",
        site=origin.slug,
        person=person,
        object_kind="item",
        object_id=content.content_id,
        detail={"version": item.version},
        after_hash=content_hash(content),
    )
    return item.version


def write_edition(content: EditionContent, *, item: Item | None, origin: Site, approval: dict[str, Any]) -> Item:
    """Append an edition unless the current one says the same; raise the head with it."""
    digest = content_hash(content)
    if item is not None:
        held = Edition.objects.filter(content_id=content.content_id, version=item.version).first()
        if held is not None and held.content_hash == digest:
            return item
    version = item.version + 1 if item else 1
    Edition.objects.create(
        content_id=content.content_id,
        version=version,
        schema_version=content.schema_version,
        content_hash=digest,
        origin=origin.schema_name,
        kind=content.kind,
        column=content.column,
        title=content.title,
        summary=content.summary,
        source=content.source,
        department=content.department,
        document_number=content.document_number,
        body=content.body,
        text=content.text,
        files=list(content.files),
        approval=approval,
        is_sample=content.is_sample,
        published_at=content.published_at,
    )
    if item is None:
        item = Item(content_id=content.content_id, origin=origin.schema_name)
        if content.local_document_id:
            # From here on one search document stands for the item on all sites.
            entry_withdrawn.emit(content.local_document_id)
    item.kind = content.kind
    item.version = version
    item.title = content.title
    item.origin_path = content.path
    item.save()
    placed = {place.schema_name: place.path for place in presence([content.content_id])[content.content_id]}
    entry_published.emit(
        SearchEntry(
            document_id=str(content.content_id),
            origin=origin.schema_name,
            kind=content.kind,
            title=content.title,
            body=content.text,
            published_at=content.published_at,
            summary=content.summary,
            source=content.source,
            department=content.department,
            document_number=content.document_number,
            column=content.column,
            is_sample=content.is_sample,
            sites={origin.schema_name: content.path, **placed},
        )
    )
    return item
