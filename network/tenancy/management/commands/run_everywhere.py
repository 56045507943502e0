"""Run any command inside many sites."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from network.errors import NetworkError
from network.tenancy.everywhere import choose_sites, run_everywhere

JOBS = 2


class Command(BaseCommand):
    help = "Runs a Django or Wagtail command inside every site, a level, a subtree or one; goes past failures."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--level", default="", help="Sites of this level, for example province.")
        parser.add_argument("--subtree", default="", metavar="SLUG", help="A site with all below it.")
        parser.add_argument("--site", action="append", default=[], help="Key of a site; may be repeated.")
        parser.add_argument("--jobs", type=int, default=JOBS, help="Child processes at a time; 0 uses none.")
        parser.add_argument("--json", action="store_true", dest="as_json", help="Print the report as JSON.")
        parser.add_argument("name", metavar="COMMAND")
        parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="ARGUMENTS")

    def handle(self, *args: object, **options: Any) -> None:
        as_json: bool = options["as_json"]
        try:
            sites = choose_sites(level=options["level"], slugs=options["site"], below=options["subtree"])
            result = run_everywhere(
                options["name"],
                [word for word in options["arguments"] if word != "--"],
                sites=sites,
                jobs=options["jobs"],
                report=(lambda line: None) if as_json else self.stdout.write,
            )
        except NetworkError as error:
            raise CommandError(error.message) from error
        if as_json:
            self.stdout.write(json.dumps(asdict(result), ensure_ascii=False, indent=1))
        else:
            self.stdout.write(
                f"{result.command}: {len(result.done)} sites done, {len(result.failed)} failed, {result.seconds:.1f} s"
            )
        if result.failed:
            raise CommandError(f"没有完成的站点：{'、'.join(sorted(result.failed))}。")
