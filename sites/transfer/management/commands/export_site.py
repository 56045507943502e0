"""Write the archive of a whole site."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from network.audit.api import OPERATOR
from network.errors import NetworkError
from network.tenancy.api import get_site
from sites.transfer.exporting import export_site, snapshot_of


class Command(BaseCommand):
    help = "Exports a whole site (content, files, addresses, review) to an open, signed archive."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="Key of the site, for example guangzhou.")
        parser.add_argument("archive", type=Path, help="File to write, for example guangzhou.zip.")

    def handle(self, *args: object, **options: object) -> None:
        try:
            site = get_site(str(options["slug"]))
            with snapshot_of(site):
                facts = export_site(site, Path(str(options["archive"])), exported_by=OPERATOR)
        except (NetworkError, LookupError) as error:
            raise CommandError(str(error)) from error
        for kind, count in facts["counts"].items():
            self.stdout.write(f"{kind}: {count}")
