"""Public items of the site that is entered, as feeds and the open API tell them."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from wagtail.models import Page

from network.contracts import ListItem
from network.numbering.api import index_numbers
from sites.content.listing import list_items
from sites.content.queries import ITEM_DEPTH, PATH_OF_COLUMN, site_path, without_blocked
from sites.inbox.api import content_ids_of_placements, placements_of_kind
from sites.pages.models import CONTENT_TYPES, ColumnPage


@dataclass(frozen=True, kw_only=True)
class PublicItem:
    """One item on line here. ``content_id`` is the same wherever the item is shown.

    ``column`` is empty where the column went off line and left its items there.
    """

    page_id: int
    content_id: uuid.UUID
    line: ListItem
    column: str
    published_at: datetime.datetime
    updated_at: datetime.datetime
    index_number: str = ""


def pages_on_line() -> QuerySet[Page]:
    """Pages of items that are on line and not stopped from above, newest first."""
    pages = without_blocked(Page.objects.live().filter(depth=ITEM_DEPTH, first_published_at__isnull=False))
    return pages.order_by("-first_published_at", "-id")


def within_column(key: str) -> Q:
    """The items of a column with those of the columns grouped under it. Raises LookupError when there is none."""
    inside = Q()
    paths = ColumnPage.objects.live().filter(Q(key=key) | Q(parent_key=key)).values_list("path", flat=True)
    for path in paths:
        inside |= Q(path__startswith=path)
    if not inside:
        raise LookupError(f"No column '{key}' is on line here.")
    return inside


def of_kind(kind: str) -> Q:
    """The items of a kind, local and received."""
    chosen = Q(pk__in=placements_of_kind(kind))
    for model in CONTENT_TYPES:
        rows = model._default_manager.alias(kind_of_row=model.kind_expression()).filter(kind_of_row=kind)
        chosen |= Q(pk__in=rows.values("pk"))
    return chosen


def column_on_line(key: str) -> ColumnPage:
    """A live column by its key. Raises LookupError."""
    column = ColumnPage.objects.live().filter(key=key).first()
    if column is None:
        raise LookupError(f"No column '{key}' is on line here.")
    return column


def public_items(pages: Iterable[Page]) -> list[PublicItem]:
    """These pages as the public sees them, in their order; what was recalled or stopped is left out."""
    rows: Sequence[Page] = list(pages)
    lines = {line.url: line for line in list_items(rows)}
    received = content_ids_of_placements([page.pk for page in rows])
    contents = {page.pk: received.get(page.pk, page.translation_key) for page in rows}
    numbers = index_numbers(contents.values())
    columns = dict(ColumnPage.objects.live().values_list("path", "key"))
    items = []
    for page in rows:
        line = lines.get(site_path(page.url_path))
        if line is None:
            continue
        items.append(
            PublicItem(
                page_id=page.pk,
                content_id=contents[page.pk],
                line=line,
                column=columns.get(page.path[:PATH_OF_COLUMN], ""),
                published_at=page.first_published_at,
                updated_at=page.last_published_at or page.first_published_at,
                index_number=numbers.get(contents[page.pk], ""),
            )
        )
    return items
