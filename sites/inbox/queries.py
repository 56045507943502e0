"""Reads of received items."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Exists, QuerySet

from network.blocks.api import is_blocked
from network.syndication.api import Edition, presence
from network.tenancy.api import absolute_url, get_site_by_schema
from sites.content.queries import local_addresses, site_path
from sites.inbox.models import PlacementPage

ITEM_LINK = re.compile(r'linktype="item"[^>]*uid="([0-9a-f-]{36})"|uid="([0-9a-f-]{36})"[^>]*linktype="item"')


def links_of(body: Mapping[str, Any]) -> list[dict[str, str]]:
    """What a neutral body says of other items: ``{"type", "uid"}`` with the facts of the link, without words."""
    links = body.get("details", {}).get("links", [])
    return [{name: value for name, value in link.items() if name not in ("title", "path")} for link in links]


def content_ids_of_placements(page_ids: Sequence[int]) -> dict[int, uuid.UUID]:
    """Content id of each of these pages that is a placement."""
    if not page_ids:
        return {}
    return dict(PlacementPage.objects.filter(pk__in=page_ids).values_list("pk", "content_id"))


def any_received() -> Exists:
    """Expression: whether the site holds a received item."""
    return Exists(PlacementPage.objects.all())


def placements_of_kind(kind: str) -> QuerySet[PlacementPage]:
    """Keys of received items of a kind."""
    contents = Edition.objects.filter(kind=kind).values("content_id")
    return PlacementPage.objects.filter(content_id__in=contents).values("pk")


def link_addresses(body: Mapping[str, Any]) -> dict[str, str]:
    """Address of every item a neutral body links to: placed or written here first, else at its origin."""
    wanted = {
        first or second
        for block in body.get("blocks", [])
        for first, second in ITEM_LINK.findall(block.get("html", ""))
    } | {link["uid"] for link in links_of(body)}
    if not wanted:
        return {}
    addresses: dict[str, str] = {}
    for content_id, places in presence([uuid.UUID(uid) for uid in wanted]).items():
        own = next((place for place in places if place.schema_name == connection.schema_name), None)
        if own:
            addresses[str(content_id)] = own.path
        elif places:
            origin = get_site_by_schema(places[0].schema_name)
            if not is_blocked(origin, places[0].path):
                addresses[str(content_id)] = absolute_url(origin, places[0].path)
    addresses.update(local_addresses(sorted(wanted)))
    for content_id, url_path in (
        PlacementPage.objects.live().filter(content_id__in=wanted).values_list("content_id", "url_path")
    ):
        addresses[str(content_id)] = site_path(url_path)
    return addresses
