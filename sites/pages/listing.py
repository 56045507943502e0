"""List lines of the local page types."""

from __future__ import annotations

import datetime
import functools
import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from network.compiled import Compiled, array_of
from network.contracts import ListItem
from sites.content.base import ContentPage
from sites.content.listing import Listed
from sites.content.queries import site_path
from sites.editing.api import samples_in_force
from sites.pages.linking import Links, listed_relations, read_links
from sites.pages.validity import ARCHIVED, Validity, state_of


class Facts(NamedTuple):
    """What a line says beyond its page. ``links`` and ``stated`` are as ``list_expressions`` gives them."""

    source: str
    summary: str
    kind: str
    links: Sequence[Any] | None
    stated: Sequence[Any] | None


def build(pages: Sequence[Listed]) -> dict[int, ListItem]:
    """The lines of local pages: one statement, however many types there are."""
    facts, samples = _read_facts(pages)
    zone = timezone.get_current_timezone()
    lines = {}
    for page in pages:
        found = facts.get(page.pk)
        if found is None:
            continue
        links = _links(found) if found.links else NO_LINKS
        published = page.first_published_at
        lines[page.pk] = ListItem(
            title=page.title,
            url=site_path(page.url_path),
            date=published.astimezone(zone).date() if published else None,
            source=found.source,
            summary=found.summary,
            kind=found.kind,
            is_sample=page.pk in samples,
            relations=listed_relations(links) if found.links else (),
            **(said_validity(found.stated, links) if found.stated else {}),
        )
    return lines


NO_LINKS = Links()


def _links(facts: Facts) -> Links:
    found = read_links(facts.links)
    return Links(forward=found) if facts.kind == "interpretation" else Links(backward=found)


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
"""Stands in a compiled statement for the numbers of the pages."""


ALL_FACTS = """
SELECT page, source::text, summary::text, kind::text, links::jsonb, stated::jsonb
FROM ({facts}) AS facts (page, source, summary, kind, links, stated)
UNION ALL SELECT NULL, NULL, NULL, NULL, jsonb_agg(page), NULL FROM ({samples}) AS sample (page)
"""
"""A line for each page; one without a page holds the numbers of all that are samples."""


def _read_facts(pages: Sequence[Listed]) -> tuple[dict[int, Facts], set[int]]:
    """Facts by page number, the numbers of samples; only tables with such pages are read."""
    wanted: dict[int, list[int]] = defaultdict(list)
    for page in pages:
        wanted[page.content_type_id].append(page.pk)
    # In one order whatever comes first: the statement is planned once for the same types.
    models = {kind: ContentType.objects.get_for_id(kind).model_class() for kind in sorted(wanted)}
    asked = [(_facts_of(model), wanted[kind]) for kind, model in models.items()]  # type: ignore[arg-type]  # see list_items
    parameters: list[Any] = []
    for compiled, identifiers in (*asked, (SAMPLES, [page.pk for page in pages])):
        parameters += compiled.parameters({_NO_PAGE: array_of(identifiers)})
    statement = ALL_FACTS.format(
        facts=" UNION ALL ".join(compiled.statement[0] for compiled, _pages in asked), samples=SAMPLES.statement[0]
    )
    with connection.planning_cursor() as cursor:
        cursor.execute(statement, parameters)
        rows = cursor.fetchall()
    facts: dict[int, Facts] = {}
    samples: set[int] = set()
    for pk, source, summary, kind, links, stated in rows:
        if pk is None:
            samples.update(_decoded(links) or ())
        else:
            facts[pk] = Facts(source, summary, kind, links and _decoded(links), stated and _decoded(stated))
    return facts, samples


SAMPLES = Compiled(
    lambda: samples_in_force().filter(page_id__in=[_NO_PAGE]).order_by().values_list("page_id"), lists=(_NO_PAGE,)
)


@functools.cache
def _facts_of(model: type[ContentPage]) -> Compiled:
    def rows() -> Any:
        links, validity = model.list_expressions()
        return (
            model.objects.filter(pk__in=[_NO_PAGE])
            .order_by()
            .values_list("pk", "source", "summary", model.kind_expression(), links, validity)
        )

    return Compiled(rows, lists=(_NO_PAGE,))


def _decoded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
