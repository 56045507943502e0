"""List lines of the local page types."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from network.contracts import ListItem
from sites.content.base import ContentPage
from sites.content.queries import site_path
from sites.editing.api import is_live_as_sample
from sites.pages.linking import Links, listed_relations, read_links
from sites.pages.validity import ARCHIVED, Validity, state_of


def build_for(*models: type[ContentPage]) -> Any:
    """A list builder for these page types: one statement, however many types there are."""

    def build(pages: Sequence[Page]) -> dict[int, ListItem]:
        identifiers = [page.pk for page in pages]
        facts: dict[int, tuple[Any, ...]] = {}
        first, *others = [_facts_of(model, identifiers) for model in models]
        for pk, *values in first.union(*others, all=True):
            facts[pk] = tuple(values)
        lines = {}
        for page in pages:
            if page.pk not in facts:
                continue
            source, summary, kind, is_sample, linked, stated = facts[page.pk]
            is_forward = kind == "interpretation"
            found = read_links(linked)
            links = Links(forward=found) if is_forward else Links(backward=found)
            lines[page.pk] = ListItem(
                title=page.title,
                url=site_path(page.url_path),
                date=timezone.localdate(page.first_published_at) if page.first_published_at else None,
                source=source,
                summary=summary,
                kind=kind,
                is_sample=is_sample,
                relations=listed_relations(links),
                **said_validity(stated, links),
            )
        return lines

    return build


def said_validity(stated: Sequence[Any] | None, links: Links) -> dict[str, Any]:
    """Fields of a line for a document that is not simply in force; ``stated`` is (state, last day)."""
    if stated is None:
        return {}
    validity, last_day = stated
    if validity == ARCHIVED:
        return {"validity": ARCHIVED, "validity_label": _("已归档")}
    state = state_of(
        validity,
        expires_on=datetime.date.fromisoformat(last_day) if last_day else None,
        backward=links.backward,
    )
    if state.validity == Validity.VALID:
        return {}
    return {"validity": str(state.validity), "validity_label": str(state.validity.label)}


def _facts_of(model: type[ContentPage], identifiers: Sequence[int]) -> Any:
    links, validity = model.list_expressions()
    return (
        model.objects.filter(pk__in=identifiers)
        .order_by()
        .values_list("pk", "source", "summary", model.kind_expression(), is_live_as_sample("pk"), links, validity)
    )
