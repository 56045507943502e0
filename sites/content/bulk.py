"""Inserting many pages under one parent in a few statements.

``add_child`` costs some 70 statements a page; deliveries, provisioning, corpus loading write hundreds.
A test compares what this leaves with what ``add_child`` leaves.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.db import connections, router
from django.db.models import sql
from django.utils import timezone
from modelsearch.backends import get_search_backend
from treebeard.exceptions import PathOverflow
from wagtail.models import Page, PageLogEntry, ReferenceIndex

from sites.content.base import SitePage
from sites.content.depth import hold_depth

PageType = TypeVar("PageType", bound=SitePage)


def insert_pages(
    parent: Page,
    pages: Sequence[PageType],
    *,
    owner: Any = None,
    has_references: bool = False,
) -> list[PageType]:
    """Insert unsaved pages as last children of ``parent``, as live as their ``live`` says.

    The caller holds the transaction and writes the approval of what is live. ``slug`` must be set and
    unique under the parent. Set ``has_references`` when bodies refer to images, files or pages. Pages
    that bring a key and an owner (all of them, or none) keep them. Raises InvalidValue below the deepest level.
    """
    if not pages:
        return []
    is_keyed = pages[0].pk is not None
    hold_depth(parent.depth + 1, pages[0].title)
    parent = _parent_with_more_children(parent, len(pages))
    children = Page.objects.filter(depth=parent.depth + 1, path__startswith=parent.path)
    last = children.order_by("-path").values_list("path", flat=True).first()
    step = Page._str2int(last[-Page.steplen :]) if last else 0
    now = timezone.now()
    rows = []
    for page in pages:
        step += 1
        if step >= len(Page.alphabet) ** Page.steplen:
            raise PathOverflow(f"栏目“{parent.title}”已满，请新建栏目。")
        page.path = Page._get_path(parent.path, parent.depth + 1, step)
        page.depth = parent.depth + 1
        page.numchild = 0
        page.url_path = f"{parent.url_path}{page.slug}/"
        page.content_type = ContentType.objects.get_for_model(type(page))
        page.locale_id = parent.locale_id
        if owner is not None or not is_keyed:
            page.owner = owner
        page.draft_title = page.title
        page.translation_key = page.translation_key or uuid.uuid4()
        page.has_unpublished_changes = not page.live
        if page.live:
            page.first_published_at = page.first_published_at or now
            page.last_published_at = page.last_published_at or page.first_published_at
        rows.append(
            Page(
                **{
                    field.attname: getattr(page, field.attname)
                    for field in Page._meta.concrete_fields
                    if is_keyed or field.attname != "id"
                }
            )
        )
    for page, row in zip(pages, Page.objects.bulk_create(rows), strict=True):
        page.pk = page.page_ptr_id = page.id = row.pk
        page._state.adding = False
    by_type: dict[type[SitePage], list[SitePage]] = defaultdict(list)
    for page in pages:
        by_type[type(page)].append(page)
    for model, group in by_type.items():
        _insert_type_rows(model, group)
    _log(pages, owner, now)
    for model, group in by_type.items():
        get_search_backend("default").add_bulk(model, group)
    if has_references:
        index_references(pages)
    return list(pages)


class _Parent(NamedTuple):
    path: str
    depth: int
    url_path: str
    title: str
    locale_id: int


def _parent_with_more_children(parent: Page, count: int) -> _Parent:
    """The parent as it is now, locked: two writers must not give the same tree path to two pages.

    Paths of children are read in a statement behind this one, which sees those of the writer that it waited for.
    """
    with connections[router.db_for_write(Page)].cursor() as cursor:
        cursor.execute(
            f"""UPDATE wagtailcore_page SET numchild = numchild + %s WHERE id = %s
                RETURNING {", ".join(_Parent._fields)}""",
            [count, parent.pk],
        )
        found = cursor.fetchone()
    if found is None:
        raise Page.DoesNotExist(f"No page {parent.pk} to insert below.")
    return _Parent(*found)


def _insert_type_rows(model: type[SitePage], pages: Sequence[SitePage]) -> None:
    """One INSERT into the type's own table; the page rows exist already."""
    using = router.db_for_write(model)
    query = sql.InsertQuery(model)
    query.insert_values(model._meta.local_concrete_fields, list(pages), raw=False)
    query.get_compiler(connection=connections[using]).execute_sql()


def index_references(rows: Sequence[Any]) -> None:
    """Write the references of new rows in one statement; a test compares them with what saving writes."""
    ReferenceIndex.objects.bulk_create(
        ReferenceIndex(
            content_type=ContentType.objects.get_for_model(type(row)),
            base_content_type=ReferenceIndex._get_base_content_type(type(row)),
            object_id=row.pk,
            to_content_type_id=to_type,
            to_object_id=to_key,
            model_path=model_path,
            content_path=content_path,
            content_path_hash=ReferenceIndex._get_content_path_hash(content_path),
        )
        for row in rows
        for to_type, to_key, model_path, content_path in set(ReferenceIndex._extract_references_from_object(row))
    )


def _log(pages: Sequence[SitePage], owner: Any, now: Any) -> None:
    entries = []
    for page in pages:
        for action in ("wagtail.create", *(["wagtail.publish"] if page.live else [])):
            entries.append(
                PageLogEntry(
                    page_id=page.pk,
                    content_type=page.content_type,
                    label=page.title[:255],
                    action=action,
                    timestamp=now,
                    user=owner,
                    uuid=uuid.uuid4(),
                    data={},
                    content_changed=True,
                )
            )
    PageLogEntry.objects.bulk_create(entries)
