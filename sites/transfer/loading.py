"""Writing an archive into a new or empty site: everything in the caller's transaction, or nothing."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.files.storage import default_storage
from django.db import connection
from wagtail.models import Page

from network.errors import NotAllowed
from network.tenancy.api import Site
from network.transfer.api import Archive
from sites.accounts.api import Staff
from sites.content.base import ContentPage
from sites.media.models import SiteDocument, SiteImage
from sites.transfer.checking import Check, check_archive
from sites.transfer.kinds import kinds_in_order
from sites.transfer.references import Rewriter

logger = logging.getLogger(__name__)
Progress = Callable[[str, int], None]
MOST_NAMED = 50


@dataclass
class Load:
    """What the kinds share while an archive is written."""

    site: Site
    archive: Archive
    check: Check
    progress: Progress
    people: dict[str, int] = field(default_factory=dict)
    collections: dict[str, int] = field(default_factory=dict)
    images: dict[str, int] = field(default_factory=dict)
    documents: dict[str, int] = field(default_factory=dict)
    pages: dict[str, int] = field(default_factory=dict)
    revisions: dict[str, int] = field(default_factory=dict)
    leavers: list[int] = field(default_factory=list)
    stored: list[str] = field(default_factory=list)
    standard: set[int] = field(default_factory=set)
    """Pages that say what this platform's own column trees say."""
    placements: set[int] = field(default_factory=set)
    turned: set[str] = field(default_factory=set)
    """Uids of received items that became local pages."""
    notes: list[str] = field(default_factory=list)
    refused: list[dict[str, str]] = field(default_factory=list)
    refused_count: int = 0
    rewriter: Rewriter = field(init=False)

    def __post_init__(self) -> None:
        self.rewriter = Rewriter(self._look_up, is_outward=False)

    def _look_up(self, kind: str, uid: Any) -> int | None:
        return {"page": self.pages, "image": self.images, "document": self.documents}[kind].get(uid)

    def person(self, reference: dict[str, Any] | None) -> int | None:
        return self.people.get(reference["uid"]) if reference else None

    def note(self, sentence: str) -> None:
        self.notes.append(sentence)

    def refuse(self, page_id: int, title: str, reason: str) -> None:
        """A page that was live at its origin stays a draft here."""
        self.refused_count += 1
        if len(self.refused) < MOST_NAMED:
            self.refused.append({"page": str(page_id), "title": title, "reason": reason})


def no_progress(kind: str, done: int) -> None:
    """Nobody watches."""


def load_archive(archive: Archive, site: Site, *, progress: Progress = no_progress) -> dict[str, Any]:
    """Write a whole archive into the site that is entered; returns the report.

    The caller holds the transaction. Raises InvalidValue for an archive that must not be imported,
    NotAllowed for a site that has content; nothing is left behind then, stored files neither.
    """
    check = check_archive(archive)
    require_empty(site)
    load = Load(site, archive, check, progress)
    try:
        with connection.cursor() as cursor:
            # Opening a site ends with checks at once; here rows come before their approvals again.
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        _reserve_pages(load)
        for kind in kinds_in_order():
            kind.write(load, archive.records(kind.name))
            progress(kind.name, archive.count(kind.name))
        Staff.objects.filter(pk__in=load.leavers).update(is_active=False)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except BaseException:
        forget_files(load.stored)
        raise
    return _report(load)


def forget_files(names: list[str]) -> None:
    """Delete files whose rows are rolled back."""
    for name in names:
        try:
            default_storage.delete(name)
        except OSError:
            logger.exception("The file '%s' of a failed import could not be removed.", name)


def require_empty(site: Site) -> None:
    """Only a site without items, media, redirects takes an archive. Raises NotAllowed."""
    held = sum(
        model.objects.count()
        for model in [
            SiteImage,
            SiteDocument,
            *(model for model in _page_types() if issubclass(model, ContentPage) or model.__name__ == "PlacementPage"),
        ]
    )
    if held:
        raise NotAllowed(
            f"站点“{site.short_name}”已有 {held} 件内容，不能导入。整站档案只能导入新开的或空的站点。", site=site.slug
        )


def _page_types() -> list[Any]:
    from sites.transfer.pages import page_models  # pages reads exports, which load before this

    return list(page_models().values())


def _reserve_pages(load: Load) -> None:
    """Give every page its key before any is written: bodies refer to pages further on."""
    uids = [record["uid"] for record in load.archive.records("pages")]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('wagtailcore_page', 'id')) FROM generate_series(1, %s)", [len(uids)]
        )
        load.pages = dict(zip(uids, (row[0] for row in cursor.fetchall()), strict=True))


def _report(load: Load) -> dict[str, Any]:
    live = Page.objects.live().filter(depth__gt=1).count()
    total = Page.objects.filter(depth__gt=1).count()
    return {
        **load.check.as_report(),
        "site_slug": load.site.slug,
        "pages_live": live,
        "pages_draft": total - live,
        "refused_count": load.refused_count,
        "refused": load.refused,
        "notes": [*load.check.notes, *load.notes],
    }


def as_uuid(value: str) -> uuid.UUID:
    """A uid as PostgreSQL compares it."""
    return uuid.UUID(value)
