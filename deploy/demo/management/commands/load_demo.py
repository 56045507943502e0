"""Open the demo network, fill it with sample content."""

from __future__ import annotations

import time
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from deploy.demo.guidance import load_guidance
from deploy.demo.loading import load_corpus, load_samples
from deploy.demo.publishing import load_publishing
from deploy.demo.sites import open_network
from deploy.demo.typed import load_typed


class Command(BaseCommand):
    help = "Opens the demo network with sample content (owner role, demo profile)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="Open all 333 city sites.")
        parser.add_argument("--corpus", type=Path, help="Folder with laws/laws.jsonl.gz to load as well.")

    def handle(self, *args: object, **options: object) -> None:
        if settings.DATABASE_ROLE != "owner" or settings.PROFILE != "demo":
            raise CommandError("load_demo needs the demo profile with GOVSITES_DATABASE_ROLE=owner.")
        started = time.monotonic()

        def report(line: str) -> None:
            self.stdout.write(f"[{time.monotonic() - started:6.1f}s] {line}")
            self.stdout.flush()

        opened = open_network(with_all=bool(options["all"]), report=report)
        load_samples(report=report)
        load_typed(report=report)
        load_guidance(report=report)
        load_publishing(report=report)
        corpus = options.get("corpus")
        if corpus:
            try:
                count = load_corpus(Path(str(corpus)), report=report)
            except FileNotFoundError as error:
                raise CommandError(str(error)) from error
            report(f"法律法规 {count} 篇")
        report(f"完成：新开站点 {opened} 个")
