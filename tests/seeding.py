"""Fills a prepared database: ``migrate`` every schema, or ``fill`` with five sites and their staff."""

from __future__ import annotations

import sys

import django


def main(stage: str) -> None:
    django.setup()
    # Models load only after the set-up above.
    from network.tenancy.provisioning import open_site, request_site
    from network.tenancy.upgrading import migrate_network
    from tests.factories.places import SEEDED, site_wish

    # To migrations kept from another state of the code this adds what the code has besides.
    migrate_network(report=lambda line: None)
    for slug in SEEDED if stage == "fill" else ():
        open_site(request_site(slug, **site_wish(slug)))


if __name__ == "__main__":
    main(sys.argv[1])
