"""Ask for a new site; the provisioner opens it."""

from __future__ import annotations

import json
import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from network.audit.api import OPERATOR
from network.errors import NetworkError
from network.outbox.api import send_wakeup
from network.tenancy.models import Level, RequestState, SiteRequest
from network.tenancy.provisioning import request_site

POLL_SECONDS = 0.05


class Command(BaseCommand):
    help = "Writes a request to open a site; with --wait it returns when the provisioner has opened it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="Key of the site, for example guangdong.")
        parser.add_argument("--level", required=True, choices=Level.values)
        parser.add_argument("--parent", default="hub", help="Key of the site above.")
        parser.add_argument("--division-code", default="")
        parser.add_argument("--full-name", required=True)
        parser.add_argument("--short-name", required=True)
        parser.add_argument("--site-code", default=None)
        parser.add_argument("--domain", required=True)
        parser.add_argument("--staff", type=Path, help="JSON file with staff entries (password hashes, no passwords).")
        parser.add_argument("--wait", type=float, default=0, metavar="SECONDS")

    def handle(self, *args: object, **options: object) -> None:
        facts = {
            "level": options["level"],
            "parent": options["parent"] if options["level"] != Level.NATIONAL else None,
            "division_code": options["division_code"],
            "full_name": options["full_name"],
            "short_name": options["short_name"],
            "site_code": options["site_code"],
            "sponsor": options["full_name"],
        }
        staff_file = options["staff"]
        staff = json.loads(Path(str(staff_file)).read_text(encoding="utf-8")) if staff_file else []
        try:
            request = request_site(
                str(options["slug"]), facts=facts, domain=str(options["domain"]), staff=staff, requested_by=OPERATOR
            )
        except NetworkError as error:
            raise CommandError(error.message) from error
        send_wakeup("provisioner")
        deadline = time.monotonic() + float(str(options["wait"]))
        while request.state == RequestState.WAITING and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
            request = SiteRequest.objects.get(pk=request.pk)
        if request.state == RequestState.FAILED:
            raise CommandError(request.error)
        self.stdout.write(f"{request.slug}: {request.state}")
