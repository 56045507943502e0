"""Turns rows or counts into what the search page shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from network.blocks.api import is_blocked
from network.contracts import Facet, FacetChoice, PageLink, Pagination, SearchHit
from network.tenancy.api import Level, Site
from search.backends.base import FACETS
from search.bounds import ALSO_ON_RENDERED, PAGE_SIZE, RESULT_WINDOW
from search.querying.directory import Directory
from search.querying.highlighting import marked, snippet
from search.querying.labels import FACET_LABELS, KIND_LABELS, label, level_label, translated
from search.querying.parameters import Parameters

_NEIGHBOURS = 2
_YEARS_SHOWN = 15


def present_hits(
    rows: Iterable[Mapping[str, Any]], *, site: Site, directory: Directory, pattern: re.Pattern[str]
) -> list[SearchHit]:
    """One hit for each row that at least one public site shows."""
    hits = []
    for row in rows:
        shown_by = [schema for schema in row["sites"] if is_offered(directory, schema, row["addresses"][schema])]
        if not shown_by:
            continue
        first = site.schema_name if site.schema_name in shown_by else shown_by[0]
        others = [schema for schema in shown_by if schema != first]
        path = row["addresses"][first]
        hits.append(
            SearchHit(
                title_html=marked(row["title"], pattern),
                # On the own site a path serves on whatever host the visitor came by.
                url=path if first == site.schema_name else directory.address(directory.by_schema[first], path),
                snippet_html=snippet(f"{row['summary']} {row['passage']}", pattern),
                site_name=directory.by_schema[first].short_name,
                date=timezone.localtime(row["published_at"]).date(),
                kind_label=label(KIND_LABELS, row["kind"]),
                source=row["source"],
                document_number=row["document_number"],
                also_on=[
                    (
                        directory.by_schema[schema].short_name,
                        directory.address(directory.by_schema[schema], row["addresses"][schema]),
                    )
                    for schema in others[:ALSO_ON_RENDERED]
                ],
                also_on_total=len(others),
                is_sample=row["is_sample"],
            )
        )
    return hits


def is_offered(directory: Directory, schema: str, path: str) -> bool:
    """Whether a result may lead to a path of a site: the site is public, the address not stopped from above."""
    site = directory.by_schema.get(schema)
    return site is not None and not is_blocked(site, path)


def present_facets(
    counts: Mapping[str, Mapping[str, int]], *, parameters: Parameters, directory: Directory
) -> list[Facet]:
    """Facets with at least one value, chosen values among them even when nothing has them."""
    facets = []
    for name in FACETS:
        chosen = parameters.filters.get(name, ())
        held = {**dict.fromkeys(chosen, 0), **counts.get(name, {})}
        toggle_url = parameters.toggle_url(name)
        choices = [
            FacetChoice(
                value=value,
                label=_value_label(name, value, directory),
                count=held[value],
                url=toggle_url(value),
                is_selected=value in chosen,
            )
            for value in _ordered(name, held, chosen, directory)
        ]
        if choices:
            facets.append(Facet(name=name, label=translated(FACET_LABELS[name]), choices=choices))
    return facets


def present_pagination(parameters: Parameters, total: int) -> Pagination:
    """Links around the current page, never to one that would be refused."""
    last = max(1, min(-(-total // PAGE_SIZE), RESULT_WINDOW // PAGE_SIZE))
    number = parameters.page
    wanted = {1, last, *range(max(1, number - _NEIGHBOURS), min(last, number + _NEIGHBOURS) + 1)}
    links: list[PageLink] = []
    for page in sorted(wanted):
        if links and page > links[-1].number + 1:
            links.append(PageLink(number=0))
        is_current = page == number
        links.append(
            PageLink(number=page, url="" if is_current else _page_url(parameters, page), is_current=is_current)
        )
    return Pagination(
        number=number,
        total_pages=last,
        total=total,
        previous_url=_page_url(parameters, min(number - 1, last)) if number > 1 else "",
        next_url=_page_url(parameters, number + 1) if number < last else "",
        links=links,
    )


def _page_url(parameters: Parameters, page: int) -> str:
    return parameters.on_page(page).url()


def _ordered(name: str, held: Mapping[str, int], chosen: Iterable[str], directory: Directory) -> list[str]:
    if name == "region":
        return _regions(held, set(chosen), directory)
    if name == "level":
        return [level for level in Level.values if level in held]
    if name == "year":
        newest = sorted(held, reverse=True)
        return [year for place, year in enumerate(newest) if place < _YEARS_SHOWN or year in chosen]
    return sorted(held, key=lambda value: (-held[value], value))


def _regions(held: Mapping[str, int], chosen: set[str], directory: Directory) -> list[str]:
    """The country with its provinces, in official order; cities below a province that was chosen."""
    shown = []
    for region in directory.names_of_regions:
        is_top = region.count("/") <= 2
        is_below_chosen = any(region != other != "/" and region.startswith(other) for other in chosen)
        if region in held and (is_top or is_below_chosen or region in chosen):
            shown.append(region)
    return shown


def _value_label(name: str, value: str, directory: Directory) -> str:
    if name == "region":
        return directory.names_of_regions.get(value, value)
    if name == "level":
        return level_label(value)
    if name == "kind":
        return label(KIND_LABELS, value)
    return value
