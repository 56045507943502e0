"""Entering a site by a one-time ticket, as the network manager does it."""

from __future__ import annotations

import re
import secrets
from typing import Any

from django.test import Client
from django.utils import timezone

from network.entry.limits import TICKET_LIFE, VISIT_LIFE
from network.entry.models import EndReason, EntryTicket, Visit
from network.tenancy.api import Site
from tests.factories.people import client_of

TICKET = re.compile(r'name="ticket" value="([^"]+)"')


def ask(home: Site, username: str, site: Site, purpose: str = "核对栏目设置") -> Any:
    """The answer to the form that asks for a ticket."""
    return client_of(home, username).post(f"/admin/network/entry/{site.slug}/", {"purpose": purpose})


def ticket_in(answer: Any) -> str:
    """The ticket on the page that hands it over."""
    found = TICKET.search(answer.content.decode())
    assert found is not None, answer.content.decode()[:2000]
    return found.group(1)


def issue(home: Site, username: str, site: Site, purpose: str = "核对栏目设置") -> str:
    """A ticket's text."""
    return ticket_in(ask(home, username, site, purpose))


def door(site: Site, text: str) -> Any:
    """The answer of a site's door, from a browser that was never there."""
    return client_of(site).post("/admin/entry/", {"ticket": text})


def enter(site: Site, text: str) -> tuple[Client, Any]:
    """A browser that used the ticket, with the door's answer."""
    client = client_of(site)
    return client, client.post("/admin/entry/", {"ticket": text})


def visitor(home: Site, site: Site, *, username: str = "manager", purpose: str = "核对栏目设置") -> Client:
    """A browser in a site's admin on a visit."""
    client, answer = enter(site, issue(home, username, site, purpose))
    assert answer.status_code == 302
    return client


def past_visit(site: Site, *, purpose: str) -> Visit:
    """A visit to a site that is over, written as rows."""
    began = timezone.now() - VISIT_LIFE
    person = {"home_site": site.slug, "person": "manager", "purpose": purpose}
    ticket = EntryTicket.objects.create(
        secret_hash=secrets.token_hex(32),
        site=site.slug,
        host="past",
        home_schema=site.schema_name,
        person_id=0,
        created_at=began,
        expires_at=began + TICKET_LIFE,
        used_at=began,
        **person,
    )
    return Visit.objects.create(
        ticket=ticket,
        site=site.slug,
        started_at=began,
        last_seen_at=began,
        ends_at=began + VISIT_LIFE,
        ended_at=began + VISIT_LIFE,
        end_reason=EndReason.EXPIRED,
        **person,
    )
