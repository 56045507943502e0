"""Compares the search rows with Elasticsearch."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search.actions import retry_refused
from search.backends.base import EngineUnavailable
from search.indexing.reconcile import reconcile


class Command(BaseCommand):
    help = "核对检索行与索引，输出 JSON。Compares search rows with the index, prints JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="queue again what is missing, delete what has no row")
        parser.add_argument("--retry-refused", action="store_true", help="queue again what the engine refused for good")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["retry_refused"]:
            self.stderr.write(f"{retry_refused()} refused rows were queued again.")
        try:
            report = reconcile(repair=options["repair"])
        except EngineUnavailable as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(report.summary(), ensure_ascii=False, indent=2))
        if not report.is_clean and not options["repair"]:
            raise CommandError("Rows and index differ. Run 'manage.py reconcile_search --repair'.")
