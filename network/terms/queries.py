"""Reads of lists of words."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, Max, Q

from network.terms.models import TermFacts, TermKind

PAGE_SIZE = 100
ListState = tuple[int, datetime.datetime | None]


def words_in_use(model: type[TermFacts]) -> list[TermFacts]:
    """The words that texts are held against."""
    return list(model._default_manager.filter(retired_at=None))


def list_state(model: type[TermFacts]) -> ListState:
    """Names the state of a list: rows are never deleted, so every change moves one of the two."""
    facts = model._default_manager.aggregate(rows=Count("pk"), newest=Max("changed_at"))
    return facts["rows"], facts["newest"]


def list_context(model: type[TermFacts], *, wanted: str, kind: str, number: str | None) -> dict[str, Any]:
    """A page of a list as the screens show it, narrowed by words and kind."""
    rows = model._default_manager.filter(retired_at=None)
    if wanted:
        rows = rows.filter(Q(word__contains=wanted) | Q(use_instead__contains=wanted))
    if kind in TermKind.values:
        rows = rows.filter(kind=kind)
    page = Paginator(rows, PAGE_SIZE).get_page(number)
    narrowed = urlencode([(name, value) for name, value in (("q", wanted), ("kind", kind)) if value])
    return {
        "terms": page.object_list,
        "page_obj": page,
        "page_query": f"{narrowed}&" if narrowed else "",
        "wanted": wanted,
        "kind": kind,
        "kinds": TermKind.choices,
    }
