"""The command that writes the page of the rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from network.rules.describing import rules_page


class Command(BaseCommand):
    help = "Print the rules with their sources as Markdown, or write them to a file with --to."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, help="file to write, for example docs/reference/rules.md")

    def handle(self, *args: Any, **options: Any) -> None:
        page = rules_page()
        if options["to"] is None:
            self.stdout.write(page, ending="")
            return
        options["to"].write_text(page, encoding="utf-8")
        self.stdout.write(f"{options['to']}：{page.count(chr(10))} 行。")
