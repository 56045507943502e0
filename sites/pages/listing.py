"""List lines of the local page types."""

from __future__ import annotations

import datetime
import functools
import json
from collections.abc import Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from network.contracts import ListItem
from sites.content.base import ContentPage
from sites.content.listing import Listed
from sites.content.queries import site_path
from sites.editing.api import is_live_as_sample
from sites.pages.linking import Links, listed_relations, read_links
from sites.pages.validity import ARCHIVED, Validity, state_of


def build_for(*models: type[ContentPage]) -> Any:
    """A list builder for these page types: one statement, however many types there are."""

    def build(pages: Sequence[Listed]) -> dict[int, ListItem]:
        facts = _read_facts(models, pages)
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


_NO_PAGE = -1
_PAGES = object()
"""Stands among the parameters of a compiled statement for the list of page numbers."""


def _read_facts(models: Sequence[type[ContentPage]], pages: Sequence[Listed]) -> dict[int, tuple[Any, ...]]:
    """Page number to ``(source, summary, kind, is sample, links, validity)``; only tables with such pages are read."""
    kinds = ContentType.objects.get_for_models(*models)
    wanted: dict[type[ContentPage], list[int]] = {}
    for model in models:
        identifiers = [page.pk for page in pages if page.content_type_id == kinds[model].pk]
        if identifiers:
            wanted[model] = identifiers
    if not wanted:
        return {}
    compiled = {model: _statement(model) for model in wanted}  # type: ignore[arg-type]  # the class is the key
    parameters: list[Any] = []
    for model, identifiers in wanted.items():
        parameters += [identifiers if value is _PAGES else value for value in compiled[model][1]]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(text for text, _values in compiled.values()), parameters)
        rows = cursor.fetchall()
    return {pk: (*values, _decoded(links), _decoded(validity)) for pk, *values, links, validity in rows}


@functools.cache
def _statement(model: type[ContentPage]) -> tuple[str, tuple[Any, ...]]:
    """What the lines of a type are read by with its parameters, ``_PAGES`` among them.

    Compiled once: building it for every list took three quarters of the time of a home page.
    """
    links, validity = model.list_expressions()
    rows = (
        model.objects.filter(pk__in=[_NO_PAGE])
        .order_by()
        .values_list("pk", "source", "summary", model.kind_expression(), is_live_as_sample("pk"), links, validity)
    )
    text, values = rows.query.sql_with_params()
    pieces, place = text.split("%s"), values.index(_NO_PAGE)
    if not (pieces[place].endswith("IN (") and pieces[place + 1].startswith(")")):
        raise RuntimeError(f"The statement of {model.__name__} names its pages otherwise than by IN (...): {text}")
    pieces[place] = pieces[place].removesuffix("IN (") + "= ANY("
    return "%s".join(pieces), tuple(_PAGES if number == place else value for number, value in enumerate(values))


def _decoded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
