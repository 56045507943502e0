"""Every address of the platform, visited by everybody: no site shows a thing of another.

The addresses come from the resolver, their classification from ``addresses.toml``. The visited site
is a province; the objects are its own or the hub's, whose keys do not exist at the province.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from wagtail.models import Task, Workflow

from network.tenancy.api import Site, in_public, in_site
from network.tenancy.provisioning import request_site
from tests.factories.people import client_of
from tests.factories.places import site_wish
from tests.factories.twins import align_keys, furnish, mark_of, superuser_of
from tests.network.tenancy.classified import ANY_STAFF, PUBLIC, Address, addresses, faults_of_the_table
from tests.sites.media.test_files import close_file

pytestmark = [
    pytest.mark.tenancy,
    pytest.mark.django_db,
]
SIGN_IN = "/admin/login/?next="
NOT_SERVED = (404, 405)


@dataclass(frozen=True)
class Answer:
    """What an address said."""

    status: int
    location: str
    body: bytes

    @property
    def is_sign_in(self) -> bool:
        return self.status == 302 and self.location.startswith(SIGN_IN)


@dataclass(frozen=True)
class Ground:
    """The visited site with its own objects, the other site with objects that only it has."""

    visited: Site
    other: Site
    own: dict[str, Any]
    foreign: dict[str, Any]
    clients: dict[str, Client] = field(default_factory=dict)

    def client(self, person: str) -> Client:
        """The browser of a person at the visited site, signed in once: what a request changes is taken back."""
        if person not in self.clients:
            self.clients[person] = client_of(self.visited, person)
        return self.clients[person]

    def ask(self, client: Client, method: str, path: str) -> Answer:
        """One request, taken back afterwards; the browser keeps the cookies it had."""
        client.raise_request_exception = False
        held = copy.deepcopy(client.cookies)
        with transaction.atomic():
            response = getattr(client, method)(path)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            close_file(response)
            transaction.set_rollback(True)
        client.cookies = held
        return Answer(response.status_code, response.headers.get("Location", ""), body)

    def shows_the_other(self, answer: Answer) -> bool:
        """Whether an answer holds a word of the other site."""
        return mark_of(self.other).encode() in answer.body


@pytest.fixture(autouse=True)
def superusers_get_in(settings: Any) -> None:
    """No account of a site holds every right, and the platform lets no superuser in; here one stands for all duties."""
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]


def request_from(site: Site) -> int:
    """A request to open a city that this site made."""
    slug = {"guangdong": "foshan", "hub": "shandong"}[site.slug]
    with in_public():
        return request_site(slug, **{**site_wish(slug), "requested_from": site.slug}).pk


@pytest.fixture
def ground(hub: Site, guangdong: Site, monkeypatch: pytest.MonkeyPatch) -> Ground:
    """Equal keys at both, then two more rounds that only the hub has."""
    superuser_of(hub, monkeypatch)
    superuser_of(guangdong, monkeypatch)
    align_keys(hub, guangdong)
    own = furnish(guangdong, is_dispatched=True).values
    furnish(hub, is_dispatched=True)
    foreign = furnish(hub, number=2, is_dispatched=True).values
    with in_site(guangdong):
        own.update(workflow=Workflow.objects.get().pk, task=Task.objects.first().pk)
    # Graded management: a city of the province's subtree, then a province beside it.
    own.update(subsite="guangzhou", site_request=request_from(guangdong))
    foreign.update(subsite="hebei", site_request=request_from(hub))
    foreign.update(parent=foreign["page"], workflow=own["workflow"] + 1000, task=own["task"] + 1000)
    return Ground(guangdong, hub, own, foreign)


def found(address: Address, what: str, answer: Answer) -> str:
    return f"{address.key}: {what} got {answer.status} {answer.location}".rstrip()


def test_every_address_is_classified() -> None:
    assert faults_of_the_table() == []


def test_nobody_is_sent_to_the_sign_in(ground: Ground) -> None:
    faults = []
    for address in addresses():
        for values in (ground.own, ground.foreign):
            answer = ground.ask(client_of(ground.visited), address.method, address.path(values))
            if ground.shows_the_other(answer):
                faults.append(found(address, "nobody saw the other site and", answer))
            elif address.audience == PUBLIC:
                expected = (address.own,) if values is ground.own or not address.objects else NOT_SERVED
                if answer.status not in expected:
                    faults.append(found(address, "nobody", answer))
            elif not (answer.status == address.nobody and (answer.is_sign_in or answer.status == 404)):
                faults.append(found(address, "nobody", answer))
    assert faults == []


def test_staff_of_another_site_are_nobody_here(ground: Ground) -> None:
    stranger = client_of(ground.other, "allrights")
    stranger.defaults["HTTP_HOST"] = f"{ground.visited.slug}.localhost"
    faults = []
    for address in addresses():
        for values in (ground.own, ground.foreign) if address.objects else (ground.own,):
            answer = ground.ask(stranger, address.method, address.path(values))
            told_to_nobody = ground.ask(client_of(ground.visited), address.method, address.path(values))
            if (answer.status, answer.location) != (told_to_nobody.status, told_to_nobody.location):
                faults.append(found(address, "staff of the other site", answer))
            if ground.shows_the_other(answer):
                faults.append(found(address, "staff of the other site saw their words and", answer))
    assert faults == []


def test_staff_without_the_right_are_refused(ground: Ground) -> None:
    faults = []
    for address in addresses():
        if address.audience == PUBLIC:
            continue
        expected = address.own if address.audience == ANY_STAFF else address.without
        answer = ground.ask(ground.client(address.denied), address.method, address.path(ground.own))
        if answer.status != expected or answer.is_sign_in:
            faults.append(found(address, f"{address.denied} without the right", answer))
        if ground.shows_the_other(answer):
            faults.append(found(address, f"{address.denied} saw the other site and", answer))
    assert faults == []


def test_staff_with_the_right_are_answered(ground: Ground) -> None:
    faults = []
    for address in addresses():
        answer = ground.ask(ground.client(address.person), address.method, address.path(ground.own))
        if address.audience != PUBLIC and (answer.status != address.own or answer.is_sign_in):
            faults.append(found(address, address.person, answer))
        if ground.shows_the_other(answer):
            faults.append(found(address, f"{address.person} saw the other site and", answer))
    assert faults == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_another_site_has_is_not_here(ground: Ground, method: str) -> None:
    """404, also for a person with every right; 405 where the address does not know the method."""
    faults = []
    for address in addresses():
        if not address.objects or address.audience == PUBLIC:
            continue
        answer = ground.ask(ground.client(address.person), method, address.path(ground.foreign))
        expected = (address.other,) if address.method == method else (address.other, *NOT_SERVED)
        if answer.status not in expected:
            faults.append(found(address, f"{address.person} asking for the other site's", answer))
        if ground.shows_the_other(answer):
            faults.append(found(address, f"{address.person} saw the other site and", answer))
    assert faults == []
