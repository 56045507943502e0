"""Scan the files that were stored unscanned."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django_tenants.utils import get_public_schema_name

from network.tenancy.api import all_sites, get_site, in_site
from sites.media.rescanning import SECONDS, Rescan, rescan


class Command(BaseCommand):
    help = (
        "Scans the images and documents of the entered site, else of one or of every site, that are marked as "
        "unscanned; as the worker does every quarter of an hour. A file with a virus is put out of reach."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--site", default="", help="Key of one site, for example guangdong.")
        parser.add_argument("--again", action="store_true", help="Clean files, too: after new signatures.")
        parser.add_argument("--seconds", type=float, default=SECONDS, help="Longest time for each site.")

    def handle(self, *args: object, **options: object) -> None:
        again, seconds = bool(options["again"]), float(str(options["seconds"]))
        if connection.schema_name != get_public_schema_name():
            self._tell(rescan(again=again, seconds=seconds))
            return
        wanted = str(options["site"])
        for site in [get_site(wanted)] if wanted else all_sites():
            with in_site(site):
                self._tell(rescan(again=again, seconds=seconds), site.slug)

    def _tell(self, done: Rescan, slug: str = "") -> None:
        reason = f" ({done.reason})" if done.reason else ""
        name = f"rescan_files {slug}".rstrip()
        self.stdout.write(f"{name}: {done.clean} clean, {done.infected} infected, {done.unscanned} unscanned{reason}")
