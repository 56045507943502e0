"""Reads of pages common to every page type."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Substr
from django.utils.translation import gettext as _
from wagtail.models import Page

from network.blocks.api import blocked_paths_here, is_blocked_here
from network.compiled import Compiled
from network.errors import InvalidValue, NotAllowed

HOME = "/home"
"""Provisioning gives every site's home page this slug."""

ITEM_DEPTH = 4
PATH_OF_COLUMN = 12
"""How much of an item's tree path is that of its column."""


def content_id_of_page(page_id: int) -> uuid.UUID:
    """The content id of a local page. Raises InvalidValue when it is gone."""
    content_id = Page.objects.filter(pk=page_id).values_list("translation_key", flat=True).first()
    if content_id is None:
        raise InvalidValue("正文中的站内链接指向已删除的页面，请修改链接后再发布。", page=page_id)
    return content_id


def local_addresses(content_ids: list[str]) -> dict[str, str]:
    """Path on this site of each live local page with one of these content ids."""
    rows = Page.objects.live().filter(translation_key__in=content_ids).values_list("translation_key", "url_path")
    return {str(content_id): site_path(url_path) for content_id, url_path in rows}


def last_by_column(build: Callable[[], QuerySet[Any]], name: str) -> Compiled:
    """Asks for the greatest value of a field among the items that are built, by the tree path of their column."""
    return Compiled(
        lambda: (
            build()
            .filter(**{f"{name}__isnull": False})
            .order_by()
            .annotate(column_path=Substr("path", 1, PATH_OF_COLUMN))
            .values("column_path")
            .annotate(last=Max(name))
            .values_list("column_path", "last")
        )
    )


def without_blocked(pages: QuerySet[Page]) -> QuerySet[Page]:
    """These pages less those whose address is stopped from above."""
    blocked = blocked_paths_here()
    if not blocked.alone and not blocked.below:
        return pages
    stopped = Q(url_path__in=[stored_path(path) for path in blocked.alone])
    for path in blocked.below:
        stopped |= Q(url_path__startswith=stored_path(path))
    return pages.exclude(stopped)


def hold_stopped(url_path: str) -> None:
    """Refuse that what stands at this stored path, or below it, leaves it while stopped. Raises NotAllowed."""
    path = site_path(url_path)
    blocked = blocked_paths_here()
    is_within = any(f"{stopped}/".startswith(path) for stopped in (*blocked.alone, *blocked.below))
    if is_within or is_blocked_here(path):
        raise NotAllowed(_("“%(path)s”已被上级停用，停用期间不能移动或更改网址。") % {"path": path})


def stored_path(path: str) -> str:
    """The ``url_path`` of the page at a normal public path."""
    return f"{HOME}{path}/"


@lru_cache(maxsize=4096)
def site_path(url_path: str) -> str:
    """The public path behind a stored ``url_path`` (which starts with the root page's slug)."""
    parts = url_path.split("/", 2)
    return f"/{parts[2]}" if len(parts) > 2 else "/"
