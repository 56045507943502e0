"""Read items of a legacy site into a site as drafts."""

from __future__ import annotations

import csv
import tempfile
import uuid
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from network.errors import NetworkError
from network.tenancy.api import get_site, in_site
from sites.accounts.models import Staff
from sites.importing.actions import ask_reading, ask_undo, confirm, receive
from sites.importing.models import BatchState, ImportBatch, Outcome, SourceKind
from sites.importing.queries import report_lines
from sites.importing.steps import do_step, due_step

PIECE = 1024 * 1024


class Command(BaseCommand):
    help = "Imports a legacy source as drafts: dry run, then (without --dry-run) writing; --undo takes a batch back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("site", help="Key of the site, for example guangzhou.")
        parser.add_argument("path", nargs="?", type=Path, help="File, or a folder of HTML pages.")
        parser.add_argument("--feed", default="", help="Address of a feed, instead of a file.")
        parser.add_argument("--start", default="", help="Address to begin a crawl of a live site at.")
        parser.add_argument("--depth", type=int, help="Links away from the start that a crawl goes.")
        parser.add_argument("--pages", type=int, help="Pages that a crawl fetches at most.")
        parser.add_argument("--delay", type=float, help="Seconds between two pages of a crawl.")
        parser.add_argument("--source", choices=SourceKind.values, help="Kind of source.")
        parser.add_argument("--person", required=True, help="User name of the site's webmaster who answers for it.")
        parser.add_argument("--origin", default="", help="Name of the source, for example www.gzaic.gov.cn.")
        parser.add_argument("--column", default="", help="Key of the column for items that name none.")
        parser.add_argument(
            "--to-column", action="append", default=[], metavar="NAME=KEY", help="Column by its old name."
        )
        parser.add_argument("--map", action="append", default=[], metavar="FIELD=COLUMN", help="Field of a table.")
        parser.add_argument("--kind", default="", help="Kind of the items.")
        parser.add_argument("--type", default="", help="Page type of the items, for example law.")
        parser.add_argument(
            "--to-type", action="append", default=[], metavar="KEY=TYPE", help="Page type by this site's column."
        )
        parser.add_argument("--base", default="", help="Address of the old site, for example http://www.gzaic.gov.cn/.")
        parser.add_argument("--selector", default="", help="CSS selector of the body on HTML pages.")
        parser.add_argument("--fetch", action="store_true", help="Fetch files that the source lacks from the old site.")
        parser.add_argument("--dry-run", action="store_true", help="Read and report, write no draft.")
        parser.add_argument("--report", type=Path, help="Write the report of every row to this CSV file.")
        parser.add_argument("--undo", default="", metavar="BATCH", help="Take back a batch by its number.")

    def handle(self, *args: object, **options: Any) -> None:
        try:
            with in_site(get_site(options["site"])):
                self._run(options)
        except (NetworkError, LookupError) as error:
            raise CommandError(str(error)) from error

    def _run(self, options: dict[str, Any]) -> None:
        person = Staff.objects.filter(username=options["person"], is_active=True).first()
        if person is None:
            raise CommandError(f"本站没有在用账号“{options['person']}”。")
        if options["undo"]:
            self._work(ask_undo(_batch(options["undo"]), acting_user=person), options)
            return
        batch = self._received(person, options)
        self._work(ask_reading(batch, acting_user=person), options)
        if not options["dry_run"]:
            self._work(confirm(batch, acting_user=person), options)

    def _received(self, person: Staff, options: dict[str, Any]) -> ImportBatch:
        path: Path | None = options["path"]
        if options["feed"] or options["start"]:
            return self._taken((), person, options, name=options["feed"] or options["start"])
        if path is None or not path.exists() or not options["source"]:
            raise CommandError(
                "请给出来源文件或文件夹，以及 --source；RSS、Atom 可以用 --feed 给地址，在线的旧站用 --start。"
            )
        with tempfile.TemporaryFile() as packed:
            if path.is_dir():
                _pack(path, packed)
                packed.seek(0)
                pieces = _pieces(packed)
            else:
                pieces = _pieces_of(path)
            return self._taken(pieces, person, options, name=path.name)

    def _taken(self, pieces: Iterable[bytes], person: Staff, options: dict[str, Any], *, name: str) -> ImportBatch:
        return receive(
            pieces,
            acting_user=person,
            source=options["source"] or (SourceKind.CRAWL if options["start"] else SourceKind.FEED),
            file_name=name,
            origin=options["origin"] or name,
            options={
                "column": options["column"],
                "columns": _pairs(options["to_column"]),
                "mapping": _pairs(options["map"]),
                "kind": options["kind"],
                "type": options["type"],
                "types": _pairs(options["to_type"]),
                "base": options["base"],
                "feed": options["feed"],
                **{name: options[name] for name in ("start", "depth", "pages", "delay")},
                "selector": options["selector"],
                "fetches": options["fetch"],
            },
        )

    def _work(self, batch: ImportBatch, options: dict[str, Any]) -> None:
        """Do the steps here; a worker that does one of them meanwhile does no harm."""
        while (step := due_step(batch)) is not None:
            do_step(batch.pk, step)
            batch.refresh_from_db()
        if options["report"]:
            with options["report"].open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file).writerows(report_lines(batch))
        if batch.state == BatchState.FAILED:
            raise CommandError(batch.problem)
        labels = {str(value): str(label) for value, label in Outcome.choices}
        told = "，".join(f"{labels[name]} {number}" for name, number in sorted(batch.counts.items()) if name in labels)
        self.stdout.write(
            f"{batch.pk} {batch.get_state_display()}：{told or '0'}；有提示的 {batch.counts.get('noted', 0)} 行"
        )


def _batch(number: str) -> ImportBatch:
    try:
        return ImportBatch.objects.get(pk=uuid.UUID(number))
    except (ValueError, ImportBatch.DoesNotExist) as error:
        raise CommandError(f"本站没有导入批次“{number}”。") from error


def _pairs(texts: list[str]) -> dict[str, str]:
    pairs = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name or not value:
            raise CommandError(f"“{text}”应写成 名称=值，例如 title=标题。")
        pairs[name] = value
    return pairs


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


def _pieces_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from _pieces(file)


def _pack(folder: Path, target: IO[bytes]) -> None:
    """A folder as the zip that a person would have uploaded; links are left out."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                packed.write(path, path.relative_to(folder).as_posix())
