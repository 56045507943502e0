"""Back up every site, one after the other, keep the newest archives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from network.errors import NetworkError
from network.tenancy.backing_up import backup_site, drop_old_archives
from network.tenancy.queries import all_sites

KEPT = 7


class Command(BaseCommand):
    help = "Backs up all sites; goes past a failing one; deletes archives beyond the newest --keep (owner role)."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, required=True, metavar="DIRECTORY")
        parser.add_argument("--keep", type=int, default=KEPT, help="Archives to keep per site; 0 keeps all.")

    def handle(self, *args: object, **options: Any) -> None:
        if settings.DATABASE_ROLE != "owner":
            raise CommandError("backup_network needs the owner role. Set GOVSITES_DATABASE_ROLE=owner.")
        failed, dropped = [], 0
        sites = all_sites()
        for site in sites:
            try:
                backup_site(site, directory=options["to"])
                dropped += len(drop_old_archives(options["to"], site.slug, keep=options["keep"]))
            except (NetworkError, OSError) as error:
                failed.append(site.slug)
                self.stderr.write(f"{site.slug}: {error}")
            # One backend would keep the catalogue of every schema it saw.
            connection.close()
        self.stdout.write(
            f"backup: {len(sites) - len(failed)} sites, {len(failed)} failed, {dropped} old archives deleted"
        )
        if failed:
            raise CommandError(f"没有备份的站点：{'、'.join(failed)}。")
