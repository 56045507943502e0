"""Reads of columns and what stands in them."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Count, Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from network.blocks.api import blocked_paths_here, is_blocked_here
from network.contracts import ListItem, NavigationItem, Pagination, Section, Statistic
from network.tenancy.api import once_per_request
from sites.content.listing import list_items
from sites.content.paging import pagination_of
from sites.content.queries import ITEM_DEPTH, PATH_OF_COLUMN, site_path, stored_path, without_blocked
from sites.pages.newest import NEWEST, newest_statistic

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


def live_columns() -> list[Column]:
    """The live columns of the site that is entered, in their order; read once while a page is answered."""
    return once_per_request("columns", _read_columns)


def _read_columns() -> list[Column]:
    from sites.pages.column import ColumnPage  # the page type reads through this module

    return [Column(*row) for row in ColumnPage.objects.live().order_by("path").values_list(*Column._fields)]


def navigation() -> list[NavigationItem]:
    """The navigation row of the site whose schema is in use: live columns, grouped."""
    columns = live_columns()
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
                if not is_blocked_here(site_path(child.url_path))
            ],
        )
        for column in columns
        if not column.parent_key and not is_blocked_here(site_path(column.url_path))
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


HOME_ROWS = f"""
SELECT id, title, url_path, content_type_id, first_published_at, top_key, own_key,
       CASE WHEN row_number() OVER (ORDER BY first_published_at DESC, id DESC) = 1 THEN ({NEWEST}) END AS newest
FROM (
    SELECT page.id, page.title, page.url_path, page.content_type_id, page.first_published_at,
           coalesce(nullif(facts.parent_key, ''), facts.key) AS top_key, facts.key AS own_key,
           row_number() OVER (PARTITION BY coalesce(nullif(facts.parent_key, ''), facts.key)
                              ORDER BY page.first_published_at DESC, page.id DESC) AS top_rank,
           row_number() OVER (PARTITION BY facts.key ORDER BY page.first_published_at DESC, page.id DESC) AS own_rank
    FROM wagtailcore_page AS page
    JOIN wagtailcore_page AS parent ON parent.path = substr(page.path, 1, %s) AND parent.live
    JOIN sites_pages_columnpage AS facts ON facts.page_ptr_id = parent.id
    WHERE page.live AND page.depth = %s
        AND NOT page.url_path = ANY(%s::text[]) AND NOT page.url_path LIKE ANY(%s::text[])
) AS ranked WHERE top_rank <= %s OR own_rank <= %s
ORDER BY first_published_at DESC, id DESC
"""


class HomeRow(NamedTuple):
    """A live item as ``HOME_ROWS`` gives it: what a list line needs of its page, the columns that it stands in."""

    pk: int
    title: str
    url_path: str
    content_type_id: int
    first_published_at: datetime.datetime | None
    top_key: str
    own_key: str
    newest: Any


def home_sections(*, per_section: int) -> tuple[dict[str, Section], Statistic | None]:
    """Every column's newest items by column key, the release of statistics to draw.

    A group's section holds the items of its columns, too.
    """
    columns = live_columns()
    blocked = blocked_paths_here()
    alone = [stored_path(path) for path in blocked.alone]
    below = [f"{stored_path(path)}%" for path in blocked.below]
    with connection.cursor() as cursor:
        cursor.execute(HOME_ROWS, [PATH_OF_COLUMN, ITEM_DEPTH, alone, below, per_section, per_section])
        pages = [HomeRow(*row) for row in cursor.fetchall()]
    by_url = {item.url: item for item in list_items(pages)}
    lines: dict[str, list[ListItem]] = defaultdict(list)
    for page in pages:
        item = by_url.get(site_path(page.url_path))
        if item is None:
            continue
        for key in {page.top_key, page.own_key}:
            if len(lines[key]) < per_section:
                lines[key].append(item)
    sections = {
        column.key: Section(
            key=column.key,
            title=column.title,
            url=site_path(column.url_path),
            items=lines[column.key],
            intro=column.description,
        )
        for column in columns
        if not is_blocked_here(site_path(column.url_path))
    }
    return sections, newest_statistic(pages[0].newest) if pages else None


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
