"""Prove that nothing unreviewed can go on line."""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from network.tenancy.api import all_sites, get_site, in_site
from sites.editing.api import prove_gate


class Command(BaseCommand):
    help = "Tries to get round the publish gate on every site (or one); every attempt is rolled back."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--site", help="Key of one site, for example guangdong.")

    def handle(self, *args: object, **options: object) -> None:
        if settings.DATABASE_ROLE != "app":
            raise CommandError("verify_gate tries what the application could do. Unset GOVSITES_DATABASE_ROLE.")
        try:
            sites = [get_site(str(options["site"]))] if options["site"] else list(all_sites())
        except LookupError as error:
            raise CommandError(str(error)) from error
        attempts, holes = 0, []
        for site in sites:
            with in_site(site):
                proof = prove_gate(site.slug)
            connection.close()
            attempts += proof.attempts
            holes += [f"{site.slug}: {hole}" for hole in proof.holes]
        for hole in holes:
            self.stdout.write(hole)
        self.stdout.write(f"gate: {len(sites)} sites, {attempts} attempts, {len(holes)} holes")
        if holes:
            raise CommandError("The publish gate has holes. Run migrate_network with the owner role.")
