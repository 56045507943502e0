"""Opens a network to upgrade: python -m deploy.bench.releases.opening SITES SCHEMAS, under the owner role.

``SCHEMAS`` more schemas are copies of the template that no site has, for the reference.
"""

from __future__ import annotations

import sys

import django

STOCK_SCHEMA = "stock{number}"


def main(site_count: int, schema_count: int) -> None:
    """Migrate an empty database, then open as many sites as asked for."""
    django.setup()
    # Models load only after the set-up above.
    from django.db import connection, transaction

    from network.tenancy.divisions import divisions, hub_facts
    from network.tenancy.dumping import replay_text
    from network.tenancy.provisioning import open_site, request_site
    from network.tenancy.upgrading import migrate_network

    migrate_network(report=lambda line: None)
    facts = hub_facts()
    open_site(
        request_site(
            "hub",
            facts={
                "level": "national",
                "full_name": facts["full_name"],
                "short_name": facts["bureau_short"],
                "site_code": facts["site_code"],
            },
            domain=str(facts["domain"]),
            staff=[],
        )
    )
    by_code = {row.code: row.slug for row in divisions()}
    opened = 1
    for row in sorted(divisions(), key=lambda row: row.bureau_level != "province"):
        if opened == site_count:
            break
        wish = {
            "level": row.bureau_level,
            "division_code": row.code,
            "full_name": row.full_name,
            "short_name": row.bureau_short,
            "site_code": row.site_code,
            "sort_order": row.order,
            "parent": by_code.get(row.parent, "hub"),
        }
        open_site(request_site(row.slug, facts=wish, domain=row.domain, staff=[]))
        opened += 1
        connection.retire()
    for number in range(schema_count):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.cursor.execute(replay_text(STOCK_SCHEMA.format(number=number)))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
