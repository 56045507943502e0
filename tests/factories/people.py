"""Staff of the seeded sites with browsers to act as them."""

from __future__ import annotations

import base64

from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from network.tenancy.api import Site, in_site
from sites.accounts.models import Staff
from sites.accounts.second_factor import confirmed_device, seed_device
from tests.factories.places import TOTP_SECRET


def staff(site: Site, username: str) -> Staff:
    """A person of a site by name; the seeded ones are called after their duty."""
    with in_site(site):
        return Staff.objects.get(username=username)


def client_of(site: Site, username: str = "", *, is_verified: bool = True) -> Client:
    """A browser at a site's demo host, signed in when a name is given, with its second factor shown."""
    client = Client(HTTP_HOST=f"{site.slug}.localhost")
    if username:
        with in_site(site):
            person = Staff.objects.get(username=username)
            client.force_login(person)
            if is_verified:
                session = client.session
                session[DEVICE_ID_SESSION_KEY] = device_of(person).persistent_id
                session.save()
    return client


def device_of(person: Staff) -> TOTPDevice:
    """The person's confirmed device, seeded when there is none. Call it inside the site."""
    return confirmed_device(person) or seed_device(person, TOTP_SECRET)


def code_now(steps: int = 0) -> str:
    """The code that a device of the tests shows, or showed or will show some steps of thirty seconds away."""
    return f"{totp(base64.b32decode(TOTP_SECRET), drift=steps):06}"
