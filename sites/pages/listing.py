"""List lines of the local page types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from wagtail.models import Page

from network.contracts import ListItem
from sites.content.queries import site_path
from sites.editing.api import sample_page_ids


def build_for(model: Any) -> Any:
    """A list builder for one page type."""

    def build(pages: Sequence[Page]) -> dict[int, ListItem]:
        identifiers = [page.pk for page in pages]
        samples = sample_page_ids(identifiers)
        facts = {row.pk: row for row in model.objects.filter(pk__in=identifiers).defer("body")}
        return {
            page.pk: ListItem(
                title=page.title,
                url=site_path(page.url_path),
                date=timezone.localdate(page.first_published_at) if page.first_published_at else None,
                source=facts[page.pk].source,
                summary=facts[page.pk].summary,
                kind=facts[page.pk].kind_key,
                is_sample=page.pk in samples,
            )
            for page in pages
            if page.pk in facts
        }

    return build
