"""Reads of columns and what stands in them."""

from __future__ import annotations

import datetime
import json
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Count, JSONField, Max, Q
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from network.blocks.api import blocked_paths_here, blocked_test_here, is_blocked_here
from network.contracts import ListItem, NavigationItem, Pagination, Section, Statistic
from network.home_places import keys_on_home
from network.tenancy.api import once_per_request
from sites.content.listing import list_items
from sites.content.paging import pagination_of
from sites.content.queries import ITEM_DEPTH, PATH_OF_COLUMN, site_path, stored_path, without_blocked
from sites.pages.newest import newest_query, newest_statistic

if TYPE_CHECKING:
    from sites.pages.column import ColumnPage


class Column(NamedTuple):
    """A live column as menus, lists, the home page know it."""

    pk: int
    path: str
    url_path: str
    title: str
    key: str
    parent_key: str
    description: str
    user_type: str
    column_type: str


_LIVE_COLUMNS = "columns"


def live_columns() -> list[Column]:
    """The live columns of the site that is entered, in their order; read once while a page is answered."""
    return once_per_request(_LIVE_COLUMNS, _read_columns)


COLUMNS = """
SELECT jsonb_agg(jsonb_build_array(page.id, page.path, page.url_path, page.title, own.key, own.parent_key,
                                   own.description, own.user_type, own.column_type) ORDER BY page.path)
FROM sites_pages_columnpage AS own JOIN wagtailcore_page AS page ON page.id = own.page_ptr_id
WHERE page.live
"""


def columns_beside() -> RawSQL:
    """Expression: the columns, for the statement that finds a page; ``keep_columns`` takes its value."""
    return RawSQL(f"({COLUMNS})", (), output_field=JSONField())  # noqa: S611  a constant


def keep_columns(found: list[list[Any]] | None) -> None:
    """Have ``live_columns`` give these while the page is answered, without a statement of its own."""
    once_per_request(_LIVE_COLUMNS, lambda: _as_columns(found))


def _as_columns(found: list[list[Any]] | None) -> list[Column]:
    return [Column(*row) for row in found or ()]


def _read_columns() -> list[Column]:
    with connection.planning_cursor() as cursor:
        cursor.execute(f"SELECT ({COLUMNS})::text")
        (found,) = cursor.fetchone()
    return _as_columns(json.loads(found) if found else None)


def navigation() -> list[NavigationItem]:
    """The navigation row of the site whose schema is in use: live columns, grouped."""
    is_blocked = blocked_test_here()
    columns = [column for column in live_columns() if not is_blocked(site_path(column.url_path))]
    children: dict[str, list[Column]] = defaultdict(list)
    for column in columns:
        if column.parent_key:
            children[column.parent_key].append(column)
    return [
        NavigationItem(
            title=column.title,
            url=site_path(column.url_path),
            key=column.key,
            children=[
                NavigationItem(
                    title=child.title, url=site_path(child.url_path), key=child.key, user_type=child.user_type
                )
                for child in children[column.key]
            ],
        )
        for column in columns
        if not column.parent_key
    ]


def child_columns(column: ColumnPage) -> list[NavigationItem]:
    """Columns grouped under this one, or beside it when it is grouped itself."""
    group = column.parent_key or column.key
    return [
        NavigationItem(
            title=other.title, url=site_path(other.url_path), key=other.key, is_current=other.pk == column.pk
        )
        for other in live_columns()
        if other.parent_key == group and not is_blocked_here(site_path(other.url_path))
    ]


def column_items(column: ColumnPage, number: str, size: int) -> tuple[list[ListItem], Pagination]:
    """One page of a column's items with those of the columns grouped under it, newest first."""
    keys = [other.path for other in live_columns() if other.parent_key == column.key]
    inside = Q()
    for path in [column.path, *keys]:
        inside |= Q(path__startswith=path)
    pages = without_blocked(Page.objects.live().filter(inside, depth=ITEM_DEPTH)).order_by("-first_published_at", "-id")
    page = Paginator(pages, size).get_page(number)
    base = column.get_site_path()
    pagination = pagination_of(page, lambda target: base if target == 1 else f"{base}?page={target}")
    return list_items(page.object_list), pagination


def breadcrumbs(page: Page) -> list[NavigationItem]:
    """Home first, the page's column last; a column off line is no step."""
    trail = [NavigationItem(title=_("首页"), url="/")]
    columns = live_columns()
    column = next((other for other in columns if other.path == page.path[:PATH_OF_COLUMN]), None)
    if column is not None:
        group = next((other for other in columns if column.parent_key and other.key == column.parent_key), None)
        for entry in (group, column):
            if entry is not None and not is_blocked_here(site_path(entry.url_path)):
                trail.append(NavigationItem(title=entry.title, url=site_path(entry.url_path), key=entry.key))
    return trail


# The newest of each of these columns; a line of its own, without a page, holds the newest release of statistics.
HOME_ROWS = """
SELECT id, title::text, url_path::text, content_type_id, date_part('epoch', first_published_at) AS published,
    column_path::text, NULL::jsonb AS newest
FROM (
    SELECT id, title, url_path, content_type_id, first_published_at, substr(path, 1, {column_length}) AS column_path,
           row_number() OVER (PARTITION BY substr(path, 1, {column_length})
                              ORDER BY first_published_at DESC, id DESC) AS place
    FROM wagtailcore_page
    WHERE live AND depth = {item_depth} AND substr(path, 1, {column_length}) = ANY(%s)
        AND NOT url_path = ANY(%s) AND NOT url_path LIKE ANY(%s)
) AS ranked WHERE place <= %s
UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, ({newest})
ORDER BY published DESC, id DESC
"""
"""Moments as seconds: Django reads a timestamp in Python, which costs more than everything else of a row."""


@cache
def _home_statement(*, with_received: bool) -> str:
    return HOME_ROWS.format(
        column_length=PATH_OF_COLUMN, item_depth=ITEM_DEPTH, newest=newest_query(with_received=with_received)
    )


class HomeRow(NamedTuple):
    """A live item as ``HOME_ROWS`` gives it: what a list line needs of its page, the tree path of its column."""

    pk: int
    title: str
    url_path: str
    content_type_id: int
    first_published_at: datetime.datetime | None
    column_path: str


def home_sections(*, per_section: int, is_receiving: bool = True) -> tuple[dict[str, Section], Statistic | None]:
    """Newest items by column key, of the columns that a home page shows; the release of statistics to draw.

    A group's section holds the items of its columns, too. ``is_receiving`` is False where the site is known to hold
    no received item.
    """
    columns = live_columns()
    is_blocked = blocked_test_here()
    shown = keys_on_home((column.key, column.parent_key) for column in columns)
    standing = {column.path: shown & {column.key, column.parent_key} for column in columns}
    rows, newest = _home_rows(
        [path for path, keys in standing.items() if keys], per_column=per_section, with_received=is_receiving
    )
    chosen: dict[str, list[HomeRow]] = defaultdict(list)
    for row in rows:
        for key in standing[row.column_path]:
            if len(chosen[key]) < per_section:
                chosen[key].append(row)
    wanted = {row.pk for lines in chosen.values() for row in lines}
    by_url = {item.url: item for item in list_items(row for row in rows if row.pk in wanted)}
    sections = {
        column.key: Section(
            key=column.key,
            title=column.title,
            url=site_path(column.url_path),
            items=[item for row in chosen[column.key] if (item := by_url.get(site_path(row.url_path)))],
            intro=column.description,
        )
        for column in columns
        if column.key in shown and not is_blocked(site_path(column.url_path))
    }
    return sections, newest_statistic(newest)


def _home_rows(paths: list[str], *, per_column: int, with_received: bool) -> tuple[list[HomeRow], Any]:
    """The newest items of these columns, newest first; what ``newest_query`` gave."""
    blocked = blocked_paths_here()
    alone = [stored_path(path) for path in blocked.alone]
    below = [f"{stored_path(path)}%" for path in blocked.below]
    with connection.planning_cursor() as cursor:
        cursor.execute(_home_statement(with_received=with_received), [paths, alone, below, per_column])
        found = cursor.fetchall()
    newest = next(row[-1] for row in found if row[0] is None)
    rows = [
        HomeRow(pk, title, url_path, kind, _moment(published), column_path)
        for pk, title, url_path, kind, published, column_path, _newest in found
        if pk is not None
    ]
    return rows, newest


def _moment(seconds: float | None) -> datetime.datetime | None:
    return None if seconds is None else datetime.datetime.fromtimestamp(seconds, datetime.UTC)


def count_pages() -> dict[str, Any]:
    """Items on line at the site that is entered with the time of the newest, for its summary row."""
    facts = Page.objects.live().filter(depth=ITEM_DEPTH).aggregate(live=Count("id"), newest=Max("last_published_at"))
    return {"live_pages": facts["live"], "last_published_at": facts["newest"]}


def column_paths() -> dict[str, str]:
    """Key of every column on line at the site that is entered to its path."""
    return {f"column:{column.key}": site_path(column.url_path) for column in live_columns()}


def headlines(sections: dict[str, Section], count: int) -> Sequence[ListItem]:
    """The newest items of news and notices among the sections."""
    items = [item for key in ("xwdt", "tzgg") if key in sections for item in sections[key].items]
    items.sort(key=lambda item: item.date or timezone.localdate(), reverse=True)
    return items[:count]
