"""Reads of pages common to every page type."""

from __future__ import annotations

import uuid

from wagtail.models import Page

from network.errors import InvalidValue


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


def site_path(url_path: str) -> str:
    """The public path behind a stored ``url_path`` (which starts with the root page's slug)."""
    parts = url_path.split("/", 2)
    return f"/{parts[2]}" if len(parts) > 2 else "/"
