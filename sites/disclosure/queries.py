"""Reads of the catalogue: the live items of a site with what they say of themselves, whatever their page type.

Titles and words come from the gated rows themselves, joined with what is live, so nothing is listed that
the publish gate did not let on line.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection

from network.blocks.api import blocked_paths_here
from sites.content.queries import site_path, stored_path
from sites.pages.models import CONTENT_TYPES

FACETS = ("subject", "document_form", "department", "openness", "year")

LISTED = """
WITH facts AS ({facts}), listed AS (
    SELECT page.id, page.title, page.url_path, page.translation_key AS content_id, page.first_published_at,
        facts.openness, facts.subject, facts.document_form, facts.department, facts.created_on, facts.summary,
        facts.document_number, coalesce(number.number, '') AS number,
        extract(year FROM page.first_published_at AT TIME ZONE %(zone)s)::integer AS year
    FROM facts JOIN wagtailcore_page AS page ON page.id = facts.id
    LEFT JOIN public.network_numbering_indexnumber AS number ON number.content_id = page.translation_key
    WHERE page.live AND NOT page.url_path = ANY(%(alone)s::text[]) AND NOT page.url_path LIKE ANY(%(below)s::text[])
        AND page.first_published_at IS NOT NULL
), narrowed AS (
    SELECT * FROM listed WHERE {conditions}
)
"""
FACTS = """SELECT page_ptr_id AS id, openness, subject, document_form, department, created_on, summary, document_number
FROM {table}"""
COLUMNS = """id, title, url_path, content_id, first_published_at, openness, subject, document_form, department,
    created_on, summary, document_number, number"""
LINES = f"""SELECT {COLUMNS} FROM narrowed
ORDER BY first_published_at DESC, id DESC LIMIT %(limit)s OFFSET %(offset)s"""
UNNUMBERED = "SELECT content_id FROM narrowed WHERE number = '' ORDER BY first_published_at, id"
COUNTS = """SELECT subject, document_form, department, openness, year, count(*) FROM narrowed
GROUP BY GROUPING SETS ((), (subject), (document_form), (department), (openness), (year))"""


class CatalogueLine(NamedTuple):
    """One live item as the catalogue lists it."""

    page_id: int
    title: str
    url_path: str
    content_id: uuid.UUID
    published_at: datetime.datetime
    openness: str
    subject: str
    document_form: str
    department: str
    created_on: datetime.date | None
    summary: str
    document_number: str
    number: str

    @property
    def url(self) -> str:
        return site_path(self.url_path)


@dataclass(frozen=True)
class CatalogueCounts:
    """How many items a selection holds, by each facet's values."""

    total: int
    values: dict[str, dict[str, int]]


def catalogue_lines(selected: dict[str, Any], *, limit: int, offset: int = 0) -> list[CatalogueLine]:
    """Items of a selection (facet to value), newest first."""
    statement, parameters = _listed(selected)
    with connection.cursor() as cursor:
        cursor.execute(statement + LINES, {**parameters, "limit": limit, "offset": offset})
        return [CatalogueLine(*row) for row in cursor.fetchall()]


def catalogue_counts(selected: dict[str, Any]) -> CatalogueCounts:
    """Counts of a selection by the values of every facet, in one statement; empty values are no choice."""
    statement, parameters = _listed(selected)
    values: dict[str, dict[str, int]] = {facet: {} for facet in FACETS}
    total = 0
    with connection.cursor() as cursor:
        cursor.execute(statement + COUNTS, parameters)
        for *grouped, count in cursor.fetchall():
            named = [(facet, value) for facet, value in zip(FACETS, grouped, strict=True) if value is not None]
            if not named:
                total = count
            for facet, value in named:
                if value != "":
                    values[facet][str(value)] = count
    return CatalogueCounts(total, values)


def _listed(selected: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    unknown = set(selected) - set(FACETS)
    if unknown:
        raise ValueError(f"The catalogue has no facet {sorted(unknown)}; it has {FACETS}.")
    blocked = blocked_paths_here()
    # Only names of tables and facets of this module are written into the statement.
    facts = " UNION ALL ".join(FACTS.format(table=model._meta.db_table) for model in CONTENT_TYPES)
    conditions = " AND ".join(f"{facet} = %({facet})s" for facet in selected) or "true"
    parameters = {
        "zone": settings.TIME_ZONE,
        "alone": [stored_path(path) for path in blocked.alone],
        "below": [f"{stored_path(path)}%" for path in blocked.below],
        **selected,
    }
    return LISTED.format(facts=facts, conditions=conditions), parameters


class Held(NamedTuple):
    """An item off line with what the catalogue's desk looks at."""

    page_id: int
    title: str
    openness: str
    ground: str
    review_on: datetime.date | None
    created_on: datetime.date | None
    department: str


def items_off_line() -> Sequence[Held]:
    """Items that are not on line: what is withheld, what still has to be published in time."""
    facts = " UNION ALL ".join(
        f"SELECT page_ptr_id AS id, openness, openness_ground, review_on, created_on, department "
        f"FROM {model._meta.db_table}"
        for model in CONTENT_TYPES
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT page.id, page.draft_title, facts.openness, facts.openness_ground, facts.review_on,
                facts.created_on, facts.department
            FROM ({facts}) AS facts JOIN wagtailcore_page AS page ON page.id = facts.id
            WHERE NOT page.live ORDER BY coalesce(facts.review_on, facts.created_on) NULLS LAST, page.id"""
        )
        return [Held(*row) for row in cursor.fetchall()]


def unnumbered() -> list[uuid.UUID]:
    """Content ids of live items that have no index number yet, in the order in which they went on line."""
    statement, parameters = _listed({})
    with connection.cursor() as cursor:
        cursor.execute(statement + UNNUMBERED, parameters)
        return [content_id for (content_id,) in cursor.fetchall()]
