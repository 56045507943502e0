"""Compare sites, deliveries and the search index with each other."""

from __future__ import annotations

import json

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from network.tenancy.api import all_sites, in_site
from search.api import reconcile as reconcile_search
from sites.inbox.api import compare_site, repair_site


class Command(BaseCommand):
    help = "Compares placements with deliveries on every site, rows with the search index; --repair queues differences."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="Queue again what differs.")

    def handle(self, *args: object, **options: object) -> None:
        repair = bool(options["repair"])
        differing, queued = 0, 0
        for site in all_sites():
            with in_site(site):
                differences = compare_site(site)
                differing += differences.count
                if differences.count:
                    self.stdout.write(f"{site.slug}: {differences}")
                    queued += repair_site(site, differences) if repair else 0
            connection.close()
        search = reconcile_search(repair=repair)
        self.stdout.write(json.dumps(search.summary(), ensure_ascii=False, default=str))
        self.stdout.write(
            f"reconcile: {differing} placements differ, {queued} queued, "
            f"search {'clean' if search.is_clean else 'differs'}"
        )
        if not repair and (differing or not search.is_clean):
            raise CommandError("Differences were found. Run again with --repair.")
