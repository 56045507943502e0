"""Put one sample item on a site of the demo."""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from deploy.demo.loading import add_sample
from network.tenancy.api import get_site


class Command(BaseCommand):
    help = "Publishes one sample notice on a site (demo profile, owner role)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("site", help="Key of the site.")
        parser.add_argument("--title", required=True)
        parser.add_argument("--slug", required=True)
        parser.add_argument("--column", default="tzgg", help="Key of the column.")

    def handle(self, *args: object, **options: object) -> None:
        if settings.PROFILE != "demo" or settings.DATABASE_ROLE != "owner":
            raise CommandError("add_sample needs the demo profile with GOVSITES_DATABASE_ROLE=owner.")
        try:
            site = get_site(str(options["site"]))
        except LookupError as error:
            raise CommandError(str(error)) from error
        add_sample(site, title=str(options["title"]), slug=str(options["slug"]), column=str(options["column"]))
        self.stdout.write(f"{site.slug}: {options['slug']}")
