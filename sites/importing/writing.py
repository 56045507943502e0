"""Staged rows as drafts, many at a time: pages, their first revisions, what names them at the source."""

from __future__ import annotations

import hashlib
import logging
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from wagtail.models import Page, Revision

from sites.content.base import ContentPage
from sites.content.bulk import insert_pages
from sites.importing.bodies import Targets, linked_documents, stored_blocks, stored_facts, targets_of
from sites.importing.building import page_of, target_of, values_of
from sites.importing.items import Level, Note
from sites.importing.models import TO_WRITE, ImportBatch, ImportedItem, ImportRow, Outcome
from sites.importing.reviewing import pages_in_review

logger = logging.getLogger(__name__)

CHUNK = 200
"""Rows of one transaction: about a second."""

FAULTS = (DatabaseError, ValidationError, ValueError, TypeError)
RESERVE = """
UPDATE sites_importing_importrow SET page_id = nextval(pg_get_serial_sequence('wagtailcore_page', 'id'))
WHERE batch_id = %s AND outcome = 'new' AND page_id IS NULL
"""
POINT_TO_REVISIONS = """
UPDATE wagtailcore_page AS page SET latest_revision_id = facts.revision, latest_revision_created_at = facts.written
FROM unnest(%s::int[], %s::int[], %s::timestamptz[]) AS facts (key, revision, written) WHERE page.id = facts.key
"""


def reserve_pages(batch: ImportBatch) -> None:
    """Set a page key aside for every row that becomes a page, so that links lead forward, too."""
    with connection.cursor() as cursor:
        cursor.execute(RESERVE, [batch.pk])


def write_some(batch: ImportBatch, after: int) -> int | None:
    """Write the next rows after a number, in the caller's transaction; the last number done, None at the end."""
    rows = list(
        ImportRow.objects.filter(batch=batch, outcome__in=TO_WRITE, number__gt=after).order_by("number")[:CHUNK]
    )
    if not rows:
        return None
    targets = targets_of(batch, [row.content for row in rows])
    try:
        with transaction.atomic():
            write_rows(batch, rows, targets)
    except FAULTS as error:
        logger.warning(
            "Import %s: rows up to %s failed together, going one by one: %s", batch.pk, rows[-1].number, error
        )
        for row in ImportRow.objects.filter(pk__in=[row.pk for row in rows]).order_by("number"):
            _write_alone(batch, row, targets)
    return rows[-1].number


def _write_alone(batch: ImportBatch, row: ImportRow, targets: Targets) -> None:
    """One row by itself; a fault of its own is told on it, and the others go on."""
    try:
        with transaction.atomic():
            write_rows(batch, [row], targets)
    except FAULTS as error:
        message = f"写入时出错：{error}。请把这一行连同来源文件交给运维人员。"
        note = Note(level=Level.REFUSAL, field="row", message=message)
        ImportRow.objects.filter(pk=row.pk).update(
            outcome=Outcome.REFUSED, notes=[*row.notes, note.as_record()], page_id=None
        )


def write_rows(batch: ImportBatch, rows: Sequence[ImportRow], targets: Targets) -> None:
    """Write rows that may be written; what the site holds by now decides anew what each of them is."""
    held = {item.key: item for item in ImportedItem.objects.filter(key__in=[row.key for row in rows])}
    judge_again(rows, held)
    fresh = [row for row in rows if row.outcome == Outcome.NEW]
    if fresh:
        _insert(batch, fresh, targets)
    for row in rows:
        if row.outcome == Outcome.CHANGED:
            _update(batch, row, held[row.key], targets)
    ImportRow.objects.bulk_update(rows, ["outcome", "notes", "page_id", "content"])


def judge_again(rows: Sequence[Any], held: dict[str, ImportedItem]) -> None:
    """Set each row's outcome by what was imported before: new, changed, the same, or kept as it is here."""
    pages = Page.objects.in_bulk([item.page_id for item in held.values()])
    in_review = pages_in_review(pages)
    for row in rows:
        item = held.get(row.key)
        if item is None:
            row.outcome = Outcome.NEW
            continue
        row.page_id = item.page_id
        page = pages.get(item.page_id)
        if item.digest == row.digest and page is not None:
            row.outcome = Outcome.SAME
        elif page is None:
            _keep(row, "本站已删除这篇稿件，没有重新导入。要重新导入，请先撤销原来的批次。")
        elif page.live:
            _keep(row, "本站已发布这篇稿件，没有覆盖。原文确有改动的，请在本站修改后送审。")
        elif page.latest_revision_id != item.revision_id or page.pk in in_review:
            _keep(row, "本站已有人修改或送审这篇稿件，没有覆盖。请在本站核对原文的改动。")
        else:
            row.outcome = Outcome.CHANGED


def _keep(row: Any, message: str) -> None:
    row.outcome = Outcome.KEPT
    row.notes = [*row.notes, Note(level=Level.NOTE, field="key", value=row.key, message=message).as_record()]


def _insert(batch: ImportBatch, rows: Sequence[ImportRow], targets: Targets) -> None:
    by_column: dict[int, list[ImportRow]] = defaultdict(list)
    for row in rows:
        by_column[row.content["column_id"]].append(row)
    for column, group in by_column.items():
        pages = [_page_of(row, targets) for row in group]
        insert_pages(Page.objects.get(pk=column), pages, owner=batch.person, has_references=True)
        revisions = write_revisions(pages, person_id=batch.person_id)
        ImportedItem.objects.bulk_create(
            ImportedItem(
                key=row.key,
                digest=row.digest,
                page_id=page.pk,
                revision_id=revision.pk,
                old_path=row.old_path,
                legacy_number=row.content.get("legacy_number", ""),
                batch=batch,
            )
            for row, page, revision in zip(group, pages, revisions, strict=True)
        )
        for row in group:
            row.outcome = Outcome.WRITTEN
            row.content = {}


def _page_of(row: ImportRow, targets: Targets) -> ContentPage:
    content = row.content
    page = page_of(content, {"slug": slug_of(row), **_values(row, targets)}, key=row.page_id)
    page.first_published_at = parse_datetime(content["published_at"]) if content["published_at"] else None
    return page


def _values(row: ImportRow, targets: Targets) -> dict[str, Any]:
    blocks, notes = stored_blocks(row.content, targets)
    told = {(note.field, note.value) for note in notes}
    kept = [note for note in row.notes if (note["field"], note["value"]) not in told]
    links, unfound = linked_documents(row.content, targets)
    row.notes = [*kept, *(note.as_record() for note in (*notes, *unfound))]
    return values_of({**row.content, "facts": stored_facts(row.content, targets)}, blocks, links)


def slug_of(row: ImportRow) -> str:
    """A short address: the day the item was published, then what its key hashes to, the same each time."""
    day = (row.content["published_at"] or timezone.localdate().isoformat())[:10].replace("-", "")
    return f"{day}-{hashlib.sha256(row.key.encode()).hexdigest()[:12]}"


def write_revisions(pages: Sequence[ContentPage], *, person_id: int | None) -> list[Revision]:
    """The first revision of each page, as saving one writes it; reviewers decide on these."""
    base = ContentType.objects.get_for_model(Page)
    now = timezone.now()
    rows = Revision.objects.bulk_create(
        Revision(
            content_type_id=page.content_type_id,
            base_content_type=base,
            object_id=str(page.pk),
            created_at=now,
            user_id=person_id,
            object_str=page.title,
            content=page.serializable_data(),
        )
        for page in pages
    )
    with connection.cursor() as cursor:
        keys = [page.pk for page in pages]
        cursor.execute(POINT_TO_REVISIONS, [keys, [row.pk for row in rows], [now] * len(keys)])
    return list(rows)


def _update(batch: ImportBatch, row: ImportRow, item: ImportedItem, targets: Targets) -> None:
    """A draft that nobody worked on takes over what changed at its source."""
    page = Page.objects.get(pk=item.page_id).specific
    if not isinstance(page, target_of(row.content).model):
        label = page._meta.verbose_name
        _keep(row, f"本站的这一页是“{label}”，类型不能改，没有更新。要换类型，请先撤销原来的批次。")
        return
    for name, value in _values(row, targets).items():
        setattr(page, name, value)
    published = row.content["published_at"]
    page.first_published_at = parse_datetime(published) if published else None
    page.is_draft = True
    page.save()
    revision = page.save_revision(user=batch.person, log_action=True)
    item.digest, item.revision_id, item.old_path = row.digest, revision.pk, row.old_path
    item.legacy_number = row.content.get("legacy_number", "")
    item.save()
    row.outcome = Outcome.UPDATED
    row.content = {}
