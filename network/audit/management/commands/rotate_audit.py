"""Move rows of the audit log that were kept long enough into signed archives (owner role)."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from network.audit.models import AuditAnchor
from network.audit.rotating import kept_since, plan_rotation, rotate
from network.errors import NetworkError


class Command(BaseCommand):
    help = "Writes audit rows older than the rule keeps them to signed archives, checks these, removes the rows."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--site", action="append", default=[], help="Only this site; may be given again.")
        parser.add_argument("--before", type=datetime.date.fromisoformat, help="An earlier day than the rule's.")
        parser.add_argument("--dry-run", action="store_true", help="Only say what would leave.")

    def handle(self, *args: object, **options: object) -> None:
        if settings.DATABASE_ROLE != "owner":
            raise CommandError("rotate_audit needs GOVSITES_DATABASE_ROLE=owner: only the owner removes rows.")
        wanted = options["site"] or AuditAnchor.objects.order_by("site").values_list("site", flat=True).distinct()
        rows = 0
        try:
            since = kept_since(options["before"])  # type: ignore[arg-type]
            for site in wanted:  # type: ignore[attr-defined]
                plan = plan_rotation(site, since)
                if plan is None:
                    continue
                rows += plan.count
                place = "" if options["dry_run"] else f" → {rotate(plan)[0].name}"
                self.stdout.write(
                    f"{site or '全群'}：第 {plan.start + 1} 至 {plan.position} 位，{plan.count} 行{place}"
                )
        except (NetworkError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"rotate: {rows} rows{' would leave' if options['dry_run'] else ''}")
