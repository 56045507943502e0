"""Read the archive of a whole site into a new or an empty one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from network.audit.api import OPERATOR
from network.errors import NetworkError
from network.tenancy.api import Level
from network.transfer.api import Wish
from sites.transfer.checking import check_file
from sites.transfer.importing import import_into, import_new


class Command(BaseCommand):
    help = "Imports a site archive: --check reads it only, --slug opens a site, --into fills an empty one (owner role)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archive", type=Path, help="File to read, for example guangzhou.zip.")
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("--check", action="store_true", help="Hold the archive against the rules, write nothing.")
        where.add_argument("--slug", default="", help="Key of the new site.")
        where.add_argument("--into", default="", help="Key of an empty site.")
        parser.add_argument("--domain", default="", help="Domain of the new site.")
        parser.add_argument("--parent", default="", help="Key of the site above; by default the archive's.")
        parser.add_argument("--level", default="", choices=["", *Level.values])
        parser.add_argument("--division-code", default="", help="Division code, when the archive's is in use here.")
        parser.add_argument("--site-code", default="", help="Site code, when the archive's is in use here.")

    def handle(self, *args: object, **options: Any) -> None:
        path = Path(options["archive"])
        try:
            if options["check"]:
                report = check_file(path)
            else:
                if settings.DATABASE_ROLE != "owner":
                    raise CommandError("import_site needs the owner role. Set GOVSITES_DATABASE_ROLE=owner.")
                if options["into"]:
                    report = import_into(path, options["into"], person=OPERATOR)
                else:
                    names = ("slug", "domain", "parent", "level", "division_code", "site_code")
                    report = import_new(path, Wish(**{name: options[name] for name in names}), person=OPERATOR)
        except (NetworkError, LookupError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(report, ensure_ascii=False, indent=1))
