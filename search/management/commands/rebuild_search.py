"""Builds the Elasticsearch index anew, beside the live one."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search.backends.base import EngineUnavailable
from search.backends.clients import is_configured
from search.indexing.indexes import is_schema_current
from search.indexing.rebuild import RebuildRefused, rebuild


class Command(BaseCommand):
    help = "在现用索引旁重建并切换别名。Rebuilds beside the live index, then switches the alias."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-changed", action="store_true", help="only when the mapping in the code is another")

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_configured():
            raise CommandError(
                "ELASTICSEARCH_URL is empty: PostgreSQL searches the rows themselves, nothing to rebuild."
            )
        if options["if_changed"] and is_schema_current():
            self.stdout.write("The mapping is unchanged, nothing was rebuilt.")
            return
        try:
            rebuilt = rebuild(lambda sent: self.stdout.write(f"{sent} rows sent"))
        except (EngineUnavailable, RebuildRefused) as error:
            raise CommandError(f"{error} The live index was not touched.") from error
        self.stdout.write(f"'{rebuilt.index}' is live: {rebuilt.sent} rows, {rebuilt.report.repaired} repaired.")
