"""The worker's part in a test, with what a reader of a site then finds."""

from __future__ import annotations

import uuid

from django.db import connection

from network.outbox.api import drain
from network.syndication.api import delivery_board
from network.tenancy.api import Site, in_site
from sites.inbox.models import PlacementPage
from tests.factories.people import client_of

LISTS = ("/", "/tzgg/", "/feed.atom", "/sitemap.xml", "/map/")


def work_off() -> int:
    """Let the worker do what waits; the gate's deferred triggers fire as at its commits."""
    done = drain()
    if connection.in_atomic_block:
        connection.check_constraints()
    return done


def placements(site: Site, content_id: uuid.UUID) -> list[PlacementPage]:
    """Placements of an item at a site, on line or not."""
    with in_site(site):
        return list(PlacementPage.objects.filter(content_id=content_id))


def states(content_id: uuid.UUID) -> dict[str, str]:
    """State of the delivery by site."""
    return {delivery.site: delivery.state for delivery in delivery_board(content_id).deliveries}


def where_shown(site: Site, words: str, path: str) -> list[str]:
    """Addresses of a site whose answer holds these words; the item's own path is looked at, too."""
    client = client_of(site)
    found = []
    for address in (*LISTS, path):
        response = client.get(address)
        if response.status_code == 200 and (words in response.content.decode() or path in response.content.decode()):
            found.append(address)
    return found
