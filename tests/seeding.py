"""Fills the prepared database: every schema migrated, five sites opened with their staff."""

from __future__ import annotations

import django


def main() -> None:
    django.setup()
    # Models load only after the set-up above.
    from network.tenancy.provisioning import open_site, request_site
    from network.tenancy.upgrading import migrate_network
    from tests.factories.places import SEEDED, site_wish

    migrate_network(report=lambda line: None)
    for slug in SEEDED:
        open_site(request_site(slug, **site_wish(slug)))


if __name__ == "__main__":
    main()
