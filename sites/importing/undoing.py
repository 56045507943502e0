"""Taking a batch back: its untouched drafts, the files that nothing refers to any more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page, ReferenceIndex

from sites.importing.items import Level, Note
from sites.importing.models import ImportBatch, ImportedItem, ImportFile, ImportRow, Outcome
from sites.importing.reviewing import pages_in_review
from sites.media.models import SiteDocument, SiteImage

CHUNK = 100
"""Pages of one transaction: deleting one follows many relations."""


def undo_some(batch: ImportBatch, after: int) -> int | None:
    """Take back the next items after a key, in the caller's transaction; the last key done, None at the end."""
    items = list(ImportedItem.objects.filter(batch=batch, pk__gt=after).order_by("pk")[:CHUNK])
    if not items:
        _delete_files(batch)
        return None
    pages = Page.objects.in_bulk([item.page_id for item in items])
    stays = reasons_to_stay(items, pages)
    going = [item for item in items if item.pk not in stays]
    by_type: dict[Any, list[int]] = defaultdict(list)
    for item in going:
        if item.page_id in pages:
            by_type[pages[item.page_id].specific_class].append(item.page_id)
    for model, keys in by_type.items():
        # One queryset, so that Wagtail and treebeard settle parents, revisions and references for all of them.
        model.objects.filter(pk__in=keys).delete()
    ImportedItem.objects.filter(pk__in=[item.pk for item in going]).delete()
    _tell_rows(batch, {item.page_id: stays.get(item.pk, "") for item in items})
    return items[-1].pk


def reasons_to_stay(items: Sequence[ImportedItem], pages: dict[int, Page]) -> dict[int, str]:
    """Key of an item to why it is not taken back."""
    in_review = pages_in_review(pages)
    shown = _referred_by_live([str(key) for key in pages])
    stays = {}
    for item in items:
        page = pages.get(item.page_id)
        if page is None:
            continue
        if page.live or page.last_published_at is not None:
            stays[item.pk] = "已发布过，没有撤销。要撤下的，请在页面上办理下线。"
        elif page.pk in in_review:
            stays[item.pk] = "正在审核，没有撤销。请先撤回送审，再撤销一次。"
        elif page.latest_revision_id != item.revision_id:
            stays[item.pk] = "导入以后有人修改过，没有撤销。不要的，请在页面列表中删除。"
        elif str(page.pk) in shown:
            stays[item.pk] = "已发布的页面链接到这篇稿件，没有撤销。请先改掉那个链接。"
    return stays


def _referred_by_live(keys: Sequence[str]) -> set[str]:
    """Those of these pages that a page on line links to."""
    page_type = ContentType.objects.get_for_model(Page)
    references = ReferenceIndex.objects.filter(
        to_content_type=page_type, to_object_id__in=keys, base_content_type=page_type
    ).values_list("object_id", "to_object_id")
    found = list(references)
    live = set(Page.objects.live().filter(pk__in=[int(key) for key, _to in found]).values_list("pk", flat=True))
    return {to for key, to in found if int(key) in live}


def _tell_rows(batch: ImportBatch, reasons: dict[int, str]) -> None:
    rows = list(ImportRow.objects.filter(batch=batch, page_id__in=list(reasons)))
    for row in rows:
        reason = reasons[int(row.page_id or 0)]
        row.outcome = Outcome.STAYED if reason else Outcome.UNDONE
        if reason:
            note = Note(level=Level.NOTE, field="undo", value=row.title, message=reason)
            row.notes = [*row.notes, note.as_record()]
    ImportRow.objects.bulk_update(rows, ["outcome", "notes"])


def _delete_files(batch: ImportBatch) -> None:
    """Files that this batch stored and nothing refers to; each with its bytes."""
    for file in ImportFile.objects.filter(batch=batch, is_own=True):
        held: Any = (
            SiteImage.objects.filter(pk=file.image_id).first()
            if file.image_id is not None
            else SiteDocument.objects.filter(pk=file.document_id or 0).first()
        )
        if held is not None and not ReferenceIndex.get_references_to(held).exists():
            held.delete()
