"""Back up one site while everything runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from network.errors import NetworkError
from network.tenancy.backing_up import backup_site
from network.tenancy.queries import get_site


class Command(BaseCommand):
    help = "Writes a signed archive of one site: schema, its rows in public, its files (owner role)."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="Key of the site, for example guangdong.")
        parser.add_argument("--to", type=Path, required=True, metavar="DIRECTORY")

    def handle(self, *args: object, **options: Any) -> None:
        if settings.DATABASE_ROLE != "owner":
            raise CommandError("backup_site needs the owner role. Set GOVSITES_DATABASE_ROLE=owner.")
        try:
            folder = backup_site(get_site(options["slug"]), directory=options["to"])
        except (LookupError, NetworkError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(str(folder))
