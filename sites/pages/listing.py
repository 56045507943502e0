"""List lines of the local page types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Value
from django.utils import timezone
from wagtail.models import Page

from network.contracts import ListItem
from sites.content.base import ContentPage
from sites.content.queries import site_path
from sites.editing.api import is_live_as_sample


def build_for(*models: type[ContentPage]) -> Any:
    """A list builder for these page types: one statement, however many types there are."""

    def build(pages: Sequence[Page]) -> dict[int, ListItem]:
        identifiers = [page.pk for page in pages]
        facts: dict[int, tuple[str, str, str, bool]] = {}
        first, *others = [_facts_of(model, identifiers) for model in models]
        for pk, *values in first.union(*others, all=True):
            facts[pk] = tuple(values)
        lines = {}
        for page in pages:
            if page.pk not in facts:
                continue
            source, summary, kind, is_sample = facts[page.pk]
            lines[page.pk] = ListItem(
                title=page.title,
                url=site_path(page.url_path),
                date=timezone.localdate(page.first_published_at) if page.first_published_at else None,
                source=source,
                summary=summary,
                kind=kind,
                is_sample=is_sample,
            )
        return lines

    return build


def _facts_of(model: type[ContentPage], identifiers: Sequence[int]) -> Any:
    kind = F(model.kind_field) if model.kind_field else Value(model.content_kind)
    return (
        model.objects.filter(pk__in=identifiers)
        .order_by()
        .values_list("pk", "source", "summary", kind, is_live_as_sample("pk"))
    )
