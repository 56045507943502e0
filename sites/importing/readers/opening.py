"""The reader of a batch's source."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from network.errors import InvalidValue
from sites.importing.fetching import fetch, keep
from sites.importing.items import Reader
from sites.importing.models import ImportBatch, SourceKind
from sites.importing.page_types import chosen_types
from sites.importing.readers.crawled import CrawledReader
from sites.importing.readers.feeds import MOST_BYTES, FeedReader
from sites.importing.readers.pages import PagesReader
from sites.importing.readers.tables import TableReader
from sites.importing.readers.word import WordReader
from sites.importing.readers.wordpress import WordPressReader
from sites.media.scanning import Infected, ScanState, verdict_on


def open_source(batch: ImportBatch) -> Reader:
    """Open what was uploaded. Raises InvalidValue for what cannot be read as the kind that was chosen."""
    if batch.source == SourceKind.CRAWL:
        return CrawledReader(batch)
    if not batch.path.exists():
        raise InvalidValue(f"“{batch.file_name}”已不在服务器上，请重新上传。", name=batch.file_name)
    base = batch.options.get("base") or ""
    if batch.source == SourceKind.TABLE:
        types = chosen_types(batch.options)
        mapping = {
            name: column
            for name, column in batch.options.get("mapping", {}).items()
            if "." not in name or name.partition(".")[0] in types
        }
        return TableReader(batch.path, name=batch.file_name, base=base, mapping=mapping)
    if batch.source == SourceKind.WORDPRESS:
        return WordPressReader(batch.path, name=batch.file_name)
    if batch.source == SourceKind.FEED:
        return FeedReader(batch.path, name=batch.file_name)
    if batch.source == SourceKind.WORD:
        return WordReader(batch.path, name=batch.file_name)
    return PagesReader(batch.path, name=batch.file_name, base=base, selector=batch.options.get("selector") or "")


@contextmanager
def open_table(batch: ImportBatch) -> Iterator[TableReader]:
    """A table before its columns are mapped. Raises InvalidValue."""
    reader = TableReader(batch.path, name=batch.file_name, base="", mapping=None)
    try:
        yield reader
    finally:
        reader.close()


def columns_of(batch: ImportBatch) -> list[str]:
    """The column names of a table. Raises InvalidValue."""
    with open_table(batch) as reader:
        return list(reader.columns)


def fetch_source(batch: ImportBatch) -> None:
    """Fetch a feed that was named by its address, anew at each dry run. Raises InvalidValue; nothing is kept then."""
    address = batch.options.get("feed")
    if not address:
        return
    data = fetch(address, most_bytes=MOST_BYTES).data
    batch.note_verdict(verdict_on(io.BytesIO(data), name=address))
    keep(batch.path, data)
    batch.size = len(data)


def hold_source(batch: ImportBatch) -> None:
    """Have the source scanned unless it was. Raises NotScanned; Infected, when the source is gone."""
    if batch.scan_state != ScanState.UNSCANNED or not batch.path.exists():
        return
    try:
        with batch.path.open("rb") as file:
            batch.note_verdict(verdict_on(file, name=batch.file_name))
    except Infected:
        forget_source(batch.path)
        raise


def forget_source(path: Path) -> None:
    """Delete what was uploaded, with what was made of it on disk."""
    for each in path.parent.glob(f"{path.stem}.*"):
        each.unlink(missing_ok=True)
