"""Take a site of the demo away without a trace, schema, files, registry rows."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from deploy.demo.removing import drop_site
from network.tenancy.models import Installation


class Command(BaseCommand):
    help = "Removes a site with everything it holds (owner role, demo install only)."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="Key of the site, for example zijian.")

    def handle(self, *args: object, **options: object) -> None:
        if settings.PROFILE != "demo" or settings.DATABASE_ROLE != "owner":
            raise CommandError("drop_demo_site needs the demo profile with GOVSITES_DATABASE_ROLE=owner.")
        if not Installation.objects.filter(is_demo=True).exists():
            raise CommandError("drop_demo_site is refused: this database is not marked as a demo install.")
        slug = str(options["slug"])
        try:
            drop_site(slug)
        except LookupError as error:
            raise CommandError(str(error)) from error
        shutil.rmtree(Path(settings.MEDIA_ROOT) / slug, ignore_errors=True)
        self.stdout.write(f"{slug}: dropped")
