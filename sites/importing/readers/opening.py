"""The reader of a batch's source."""

from __future__ import annotations

from pathlib import Path

from network.errors import InvalidValue
from sites.importing.items import Reader
from sites.importing.models import ImportBatch, SourceKind
from sites.importing.readers.pages import PagesReader
from sites.importing.readers.tables import TableReader


def open_source(batch: ImportBatch) -> Reader:
    """Open what was uploaded. Raises InvalidValue for what cannot be read as the kind that was chosen."""
    if not batch.path.exists():
        raise InvalidValue(f"“{batch.file_name}”已不在服务器上，请重新上传。", name=batch.file_name)
    base = batch.options.get("base") or ""
    if batch.source == SourceKind.TABLE:
        return TableReader(batch.path, name=batch.file_name, base=base, mapping=batch.options.get("mapping", {}))
    return PagesReader(batch.path, name=batch.file_name, base=base, selector=batch.options.get("selector") or "")


def forget_source(path: Path) -> None:
    """Delete what was uploaded, with what was made of it on disk."""
    for each in path.parent.glob(f"{path.stem}.*"):
        each.unlink(missing_ok=True)
