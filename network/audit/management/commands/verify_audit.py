"""Recompute the audit log's chains, name the first bad row of each site."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from network.audit.archives import check_archive
from network.audit.keys import public_keys
from network.audit.verifying import verify


class Command(BaseCommand):
    help = "Recomputes the sealed chains of the audit log; names the first bad row of each site."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--site", action="append", default=[], help="Only this site; may be given again.")
        parser.add_argument("--anchors", type=Path, help="Folder of anchor files, for example the copy kept elsewhere.")
        parser.add_argument("--keys", type=Path, help="Folder of the public keys, for example the copy kept elsewhere.")

        parser.add_argument("--archive", type=Path, help="Verify this archive of rotate_audit instead of the log.")

    def handle(self, *args: object, **options: object) -> None:
        for name in ("anchors", "keys"):
            folder = options[name]
            if isinstance(folder, Path) and not folder.is_dir():
                raise CommandError(f"--{name} '{folder}' is no folder. Name the one that holds the files.")
        if isinstance(options["archive"], Path):
            self._verify_archive(options["archive"], options["keys"])  # type: ignore[arg-type]
            return
        rows = sites = bad = 0
        for report in verify(options["site"], folder=options["anchors"], keys=options["keys"]):  # type: ignore[arg-type]
            sites, rows, bad = sites + 1, rows + report.rows, bad + (not report.is_intact)
            name = report.site or "全群"
            if report.is_intact:
                state = f"完好，封存到第 {report.sealed_to} 位，未封存 {report.unsealed} 行"
            else:
                state = "不符：" + " ".join(finding.sentence for finding in report.findings)
            self.stdout.write(f"{name}：{state}")
        self.stdout.write(f"audit: {sites} sites, {rows} rows, {bad} bad")
        if bad:
            raise CommandError(f"{bad} of {sites} sites do not hold. Keep the database as it is, tell the auditor.")

    def _verify_archive(self, path: Path, keys: Path | None) -> None:
        try:
            manifest, fault = check_archive(path, public_keys(keys))
        except (OSError, ValueError, TypeError) as error:
            raise CommandError(f"--archive '{path}' cannot be read with its manifest: {error}") from error
        if fault:
            raise CommandError(f"{path.name}: {fault}")
        self.stdout.write(
            f"{manifest.site or '全群'}：第 {manifest.first_position} 至 {manifest.last_position} 位，"
            f"{manifest.count} 行，{manifest.first_at} 至 {manifest.last_at}，完好"
        )
