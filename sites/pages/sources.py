"""Local items as editions, local items as search entries."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import translation
from wagtail.models import Page

from network.contracts import EditionContent, LocalItem, SearchEntry
from network.errors import InvalidValue
from network.numbering.api import index_number
from network.tenancy.api import current_site
from sites.content.base import ContentPage
from sites.content.neutral import NeutralWriter, plain_text
from sites.content.queries import site_path
from sites.disclosure.facts import catalogue_facts
from sites.editing.api import ApprovalKind, approval_in_force, sample_page_ids
from sites.media.api import keep_blobs
from sites.pages.queries import breadcrumbs

SCHEMA_VERSION = "sites_pages.0001"


def edition_source(page_id: int) -> tuple[EditionContent, dict[str, Any]]:
    """``(content, approval)`` of a page that is on line here.

    Raises InvalidValue when it is not, LookupError when this site has no such page.
    """
    page = Page.objects.filter(pk=page_id).first()
    if page is None:
        raise LookupError(f"No page {page_id} on this site.")
    specific = page.specific
    if not page.live or not isinstance(specific, ContentPage):
        raise InvalidValue("只能下发已发布的信息。请先在本站完成审核发布。", page=page_id)
    if not specific.travels:
        raise InvalidValue(
            f"“{page.title}”是“{specific._meta.verbose_name}”，只说明本站，不能下发。请改为下发一篇通知。", page=page_id
        )
    approval = approval_in_force(specific.pk)
    if approval.get("kind") == ApprovalKind.EMERGENCY:
        raise InvalidValue(f"“{page.title}”是应急发布，补审确认以后才能下发。请先在“应急通道”补审。", page=page_id)
    return edition_of(specific), approval


def local_items() -> list[LocalItem]:
    """Every item of the site's own that is on line here and may travel, in the order of its columns."""
    from sites.pages.models import CONTENT_TYPES  # the page types are shown by modules that use this one

    own_types = [ContentType.objects.get_for_model(model).pk for model in CONTENT_TYPES if model.travels]
    rows = Page.objects.live().filter(content_type__in=own_types).order_by("path")
    return [
        LocalItem(pk=pk, kind="page", content_id=content_id, title=title, path=site_path(url_path))
        for pk, content_id, title, url_path in rows.values_list("pk", "translation_key", "title", "url_path")
    ]


@translation.override(settings.LANGUAGE_CODE)
def edition_of(page: ContentPage) -> EditionContent:
    """Neutral form of a live page, its labels in the language of the group; its files are in the blob store then."""
    writer = NeutralWriter()
    body = writer.body(page.body)
    body["details"] = page.details(writer)
    body["facts"] = [list(fact) for fact in [*page.body_facts, *catalogue_facts(page)]]
    body["index_number"] = index_number(page.translation_key)
    body["author"] = page.author
    body["keywords"] = page.keywords
    keep_blobs(writer.files.values())
    files = [{key: value for key, value in entry.items() if key != "stored_as"} for entry in writer.files.values()]
    return EditionContent(
        content_id=page.translation_key,
        kind=page.kind_key,
        column=_column_key(page),
        title=page.title,
        body=body,
        text=plain_text(body),
        published_at=page.first_published_at,
        schema_version=SCHEMA_VERSION,
        summary=page.summary,
        source=page.source or current_site().full_name,
        document_number=page.document_number,
        department=page.department,
        files=files,
        is_sample=page.pk in sample_page_ids([page.pk]),
        path=page.get_site_path(),
        local_document_id=local_document_id(page),
    )


def local_document_id(page: ContentPage) -> str:
    """Search document id of a page that does not travel."""
    return f"{connection.schema_name}:{page._meta.label_lower}:{page.translation_key}"


@translation.override(settings.LANGUAGE_CODE)
def search_entry(page: ContentPage, *, is_sample: bool | None = None, column: str | None = None) -> SearchEntry:
    """What a local page says to the search index; a loader that knows sample and column saves their queries."""
    writer = NeutralWriter()
    body = writer.body(page.body)
    body["details"] = page.details(writer)
    return SearchEntry(
        document_id=local_document_id(page),
        origin=connection.schema_name,
        kind=page.kind_key,
        title=page.title,
        body=plain_text(body),
        published_at=page.first_published_at,
        summary=page.summary,
        source=page.source or current_site().full_name,
        department=page.department,
        document_number=page.document_number,
        column=_column_key(page) if column is None else column,
        is_sample=page.pk in sample_page_ids([page.pk]) if is_sample is None else is_sample,
        sites={connection.schema_name: page.get_site_path()},
    )


def _column_key(page: Page) -> str:
    trail = breadcrumbs(page)
    return trail[-1].key if trail else ""
