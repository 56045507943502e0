"""Reading a whole site into an archive, a few hundred rows at a time, in one snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone
from wagtail.models import Page

from network.errors import InvalidValue
from network.tenancy.api import Site, domains_of, in_site
from network.transfer.api import SITE, SITE_FACTS, ArchiveWriter, install_id, own_connection
from sites.accounts.api import Staff
from sites.media.api import blob_path
from sites.media.models import SiteDocument, SiteImage
from sites.transfer.fields import moment
from sites.transfer.kinds import kinds_in_order
from sites.transfer.references import Rewriter

BATCH = 300
OWN_STORE, GROUP_STORE = "own", "group"
Progress = Callable[[str, int], None]


def no_progress(kind: str, done: int) -> None:
    """Nobody watches."""


@dataclass
class Export:
    """What the kinds share while a site is read."""

    site: Site
    progress: Progress = no_progress
    files: dict[str, tuple[str, str]] = field(default_factory=dict)
    """SHA-256 to (store, name): the site's own store, or the group's store of published bytes."""
    dangling: int = 0
    _people: dict[int, str] = field(default_factory=dict)
    _known: dict[tuple[str, str], str | None] = field(default_factory=dict)

    def person(self, key: int | None) -> dict[str, str] | None:
        """Reference to a member of staff."""
        if key is None:
            return None
        if not self._people:
            self._people = dict(Staff.objects.values_list("pk", "username"))
        return {"kind": "person", "uid": self._people[key]} if key in self._people else None

    @contextmanager
    def references_of(self, bodies: Callable[[Rewriter], Any]) -> Iterator[Rewriter]:
        """A rewriter that knows whatever these bodies refer to: collected in one walk, looked up at once."""
        wanted: dict[str, set[str]] = {"page": set(), "image": set(), "document": set()}

        def collect(kind: str, key: Any) -> None:
            wanted[kind].add(str(key))

        bodies(Rewriter(collect, is_outward=True))
        self._known = {}
        for kind, model, uid in (
            ("page", Page, "translation_key"),
            ("image", SiteImage, "uid"),
            ("document", SiteDocument, "uid"),
        ):
            keys = [int(key) for key in wanted[kind] if key.isdecimal()]
            for key, value in model._default_manager.filter(pk__in=keys).values_list("pk", uid) if keys else ():
                self._known[kind, str(key)] = str(value)

        yield Rewriter(self._translate, is_outward=True)

    def _translate(self, kind: str, key: Any) -> str | None:
        found = self._known.get((kind, str(key)))
        if found is None:
            self.dangling += 1
        return found


def batches(rows: Iterable[Any], size: int = BATCH) -> Iterator[list[Any]]:
    """Rows in lists of a few hundred."""
    held: list[Any] = []
    for row in rows:
        held.append(row)
        if len(held) == size:
            yield held
            held = []
    if held:
        yield held


@contextmanager
def snapshot_of(site: Site) -> Iterator[None]:
    """One state of the site for all that the block reads, on a connection of its own.

    Whatever transaction the caller holds goes on afterwards; nothing can be written in the block.
    """
    with own_connection(), in_site(site), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def site_facts(site: Site) -> dict[str, Any]:
    """The registry's facts of a site, which an archive keeps apart from its content."""
    return {
        **{name: getattr(site, name) for name in SITE_FACTS},
        "parent": site.parent.slug if site.parent else None,
        "domains": domains_of(site),
        "created_at": moment(site.created_at),
    }


def export_site(site: Site, target: Path, *, exported_by: str = "", progress: Progress = no_progress) -> dict[str, Any]:
    """Write the archive of the site that is entered; returns what the manifest says of it.

    Reads in whatever transaction is open: open ``snapshot_of(site)`` around it. Raises InvalidValue
    when the site lost a file.
    """
    export = Export(site, progress)
    with ArchiveWriter(target) as writer:
        counts = {}
        for kind in kinds_in_order():
            counts[kind.name] = writer.write_lines(kind.name, _told(kind.read(export), kind.name, progress))
        for number, (sha256, (store, name)) in enumerate(sorted(export.files.items()), start=1):
            _write_file(writer, sha256, store, name)
            progress("files", number)
        writer.write_json(SITE, site_facts(site))
        facts = {
            "site": {"slug": site.slug, "full_name": site.full_name, "level": site.level},
            "install": install_id(),
            "exported_at": moment(timezone.now()),
            "exported_by": exported_by,
            "counts": {**counts, "files": len(export.files)},
            "dangling_references": export.dangling,
        }
        writer.finish(facts)
    return facts


def _told(records: Iterable[Any], kind: str, progress: Progress) -> Iterator[Any]:
    number = 0
    for number, record in enumerate(records, start=1):
        yield record
        if number % BATCH == 0:
            progress(kind, number)
    progress(kind, number)


def _write_file(writer: ArchiveWriter, sha256: str, store: str, name: str) -> None:
    try:
        source = blob_path(sha256).open("rb") if store == GROUP_STORE else default_storage.open(name, "rb")
    except FileNotFoundError as error:
        raise InvalidValue(f"文件“{name}”在本站已丢失，请先从备份恢复该文件再导出整站。", file=name) from error
    with source:
        writer.write_file(sha256, source)
