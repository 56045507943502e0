"""Bring every schema of the network to the present migrations."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from network.tenancy.upgrading import migrate_network


class Command(BaseCommand):
    help = "Migrates public, the template and every site (owner role)."
    requires_system_checks = []

    def handle(self, *args: object, **options: object) -> None:
        if settings.DATABASE_ROLE != "owner":
            raise CommandError("migrate_network needs the owner role. Set GOVSITES_DATABASE_ROLE=owner.")
        migrate_network(report=self.stdout.write)
