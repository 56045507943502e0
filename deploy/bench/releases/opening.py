"""Opens a network to upgrade: python -m deploy.bench.releases.opening SITES SCHEMAS, under the owner role.

``SCHEMAS`` more schemas are copies of the template that no site has, for the reference.
"""

from __future__ import annotations

import sys
from typing import Any

import django

STOCK_SCHEMA = "stock{number}"


def main(site_count: int, schema_count: int) -> None:
    """Migrate an empty database, then open as many sites as asked for."""
    django.setup()
    # Models load only after the set-up above.
    from django.db import connection, transaction

    from network.tenancy.divisions import divisions, hub_facts
    from network.tenancy.dumping import replay_text
    from network.tenancy.opening_many import Wish, open_sites
    from network.tenancy.upgrading import migrate_network

    migrate_network(report=lambda line: None)
    hub = hub_facts()
    facts: dict[str, Any] = {
        "level": "national",
        "full_name": hub["full_name"],
        "short_name": hub["bureau_short"],
        "site_code": hub["site_code"],
    }
    wishes = [Wish(slug="hub", facts=facts, domain=str(hub["domain"]))]
    by_code = {row.code: row.slug for row in divisions()}
    for row in sorted(divisions(), key=lambda row: row.bureau_level != "province"):
        facts = {
            "level": row.bureau_level,
            "division_code": row.code,
            "full_name": row.full_name,
            "short_name": row.bureau_short,
            "site_code": row.site_code,
            "sort_order": row.order,
            "parent": by_code.get(row.parent, "hub"),
        }
        wishes.append(Wish(slug=row.slug, facts=facts, domain=row.domain))
    open_sites(wishes[:site_count], requested_by="bench", on_open=lambda wish: None)
    for number in range(schema_count):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.cursor.execute(replay_text(STOCK_SCHEMA.format(number=number)))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
