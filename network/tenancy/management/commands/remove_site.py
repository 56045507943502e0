"""Remove a closed site for good."""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from network.errors import NetworkError
from network.tenancy.removing import remove_site


class Command(BaseCommand):
    help = "Drops a closed site with its schema (owner role). Its key must be given twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="Key of the closed site.")
        parser.add_argument("--confirm", required=True, metavar="KEY", help="The key once more.")

    def handle(self, *args: object, **options: object) -> None:
        if settings.DATABASE_ROLE != "owner":
            raise CommandError("remove_site needs the owner role. Set GOVSITES_DATABASE_ROLE=owner.")
        try:
            remove_site(str(options["slug"]), confirmed_key=str(options["confirm"]))
        except NetworkError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{options['slug']}: removed")
