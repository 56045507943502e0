"""One search from request parameters to the page."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from network.contracts import SearchPage
from network.tenancy.api import Site
from search.backends.base import EngineUnavailable, Query, split_parts
from search.bounds import PAGE_SIZE
from search.queries import shown_rows
from search.querying.directory import directory
from search.querying.engine import answer
from search.querying.highlighting import pattern_for
from search.querying.labels import SORT_LABELS, label
from search.querying.parameters import SORTS, Parameters, parse
from search.querying.presenters import present_facets, present_hits, present_pagination

logger = logging.getLogger(__name__)


def search_page(request_parameters: QueryDict | Mapping[str, Any], site: Site) -> SearchPage:
    """Everything the search page of a site shows. Which sites are searched follows from ``site`` alone."""
    parameters = parse(request_parameters)
    page = _frame(parameters)
    if not parameters.is_searchable:
        return page
    started = time.perf_counter()
    query = query_for(parameters, site)
    try:
        answered = answer(query)
    except EngineUnavailable:
        logger.exception("No engine answered a search of site '%s'.", site.schema_name)
        return replace(page, error=_("检索服务暂时不可用，请稍后再试。"))
    sites = directory()
    rows = shown_rows(answered.found.ids, schema_name=site.schema_name if query.is_site_only else "")
    hits = present_hits(rows, site=site, directory=sites, pattern=pattern_for(query.parts))
    # The engine may not know yet what was recalled, and never knows what was stopped from above.
    total = max(answered.found.total - (len(answered.found.ids) - len(hits)), len(hits))
    return replace(
        page,
        total=total,
        seconds=round(time.perf_counter() - started, 3),
        engine=answered.engine,
        is_fallback=answered.is_fallback,
        hits=hits,
        facets=present_facets(answered.found.facets, parameters=parameters, directory=sites) if total else [],
        pagination=present_pagination(parameters, total),
    )


def query_for(parameters: Parameters, site: Site) -> Query:
    """The engine's query behind parsed parameters."""
    return Query(
        text=parameters.text,
        parts=split_parts(parameters.text),
        schema_name=site.schema_name,
        today=timezone.localdate(),
        is_site_only=parameters.scope == "site",
        shown_on=directory().shown_on,
        filters=parameters.filters,
        sort=parameters.sort,
        offset=parameters.offset,
        size=PAGE_SIZE,
    )


def _frame(parameters: Parameters) -> SearchPage:
    """The page without results: form, links, what is wrong with the parameters."""
    first = parameters.on_page(1)
    return SearchPage(
        query=parameters.text,
        scope=parameters.scope,
        site_url=replace(first, scope="site").url(),
        group_url=replace(first, scope="group").url(),
        clear_url=replace(first, filters={}).url(),
        sort=parameters.sort,
        sort_urls=[(sort, label(SORT_LABELS, sort), replace(first, sort=sort).url()) for sort in SORTS],
        error=parameters.error,
        parameters=parameters.pairs(),
    )
