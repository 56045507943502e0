"""Prints the ranking quality of both engines."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search.quality.judge import judge


class Command(BaseCommand):
    help = "用已评判的问题衡量检索质量（nDCG@10）。Measures nDCG@10 on judged questions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--data", type=Path, required=True, help="folder with corpus.jsonl.gz, questions, judgements"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["data"]
        if not (folder / "corpus.jsonl.gz").is_file():
            raise CommandError(f"'{folder}' holds no corpus.jsonl.gz. Name a folder of judged questions.")
        for verdict in judge(folder, self.stderr.write):
            self.stdout.write(
                f"{verdict.engine}: nDCG@10 {verdict.ndcg:.3f}, {verdict.questions} questions, "
                f"{verdict.milliseconds:.0f} ms each, {verdict.mean_total:.0f} results on average"
            )
