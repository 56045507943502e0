"""Staff of the seeded sites with browsers to act as them."""

from __future__ import annotations

from django.test import Client

from network.tenancy.api import Site, in_site
from sites.accounts.models import Staff


def staff(site: Site, username: str) -> Staff:
    """A person of a site by name; the seeded ones are called after their duty."""
    with in_site(site):
        return Staff.objects.get(username=username)


def client_of(site: Site, username: str = "") -> Client:
    """A browser at a site's demo host, signed in when a name is given."""
    client = Client(HTTP_HOST=f"{site.slug}.localhost")
    if username:
        with in_site(site):
            client.force_login(Staff.objects.get(username=username))
    return client
