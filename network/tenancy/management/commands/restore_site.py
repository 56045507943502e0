"""Put one site back to a backup while the others run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from network.errors import NetworkError
from network.tenancy.queries import get_site
from network.tenancy.restoring import give_up_restore, restore_site


class Command(BaseCommand):
    help = "Replaces one site by a backup of it, agreed with recalls and deliveries since; others run on (owner role)."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="Key of the site, for example guangdong.")
        parser.add_argument("archive", type=Path, nargs="?", help="Folder that backup_site wrote.")
        parser.add_argument("--yes", default="", metavar="SLUG", help="Type the key again: the site's present is lost.")
        parser.add_argument("--give-up", action="store_true", help="Let a site serve again whose restore was cut off.")

    def handle(self, *args: object, **options: Any) -> None:
        if settings.DATABASE_ROLE != "owner":
            raise CommandError("restore_site needs the owner role. Set GOVSITES_DATABASE_ROLE=owner.")
        slug: str = options["slug"]
        try:
            site = get_site(slug)
            if options["give_up"]:
                self.stdout.write(f"{slug}: {'serves again' if give_up_restore(site) else 'was not in restore'}")
                return
            if options["archive"] is None:
                raise CommandError("请写明备份所在的文件夹。")
            if options["yes"] != slug:
                raise CommandError(f"恢复会覆盖站点“{slug}”现在的内容。确认请加 --yes {slug}。")
            report = restore_site(site, archive=options["archive"])
        except (LookupError, NetworkError) as error:
            raise CommandError(str(error)) from error
        counts = "，".join(f"{name} {count}" for name, count in report.counts.items())
        self.stdout.write(
            f"{slug}: 已恢复到 {report.created_at}，期次 {report.epoch}，补迁移 {report.migrations} 个，"
            f"文件 {report.files} 个；{counts}"
        )
