"""Opening many sites, a few at a time, each level after the one above it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db import connection, transaction

from network.errors import NetworkError
from network.tenancy.children import work_in_children
from network.tenancy.contexts import in_public
from network.tenancy.models import LEVEL_RANK, SiteRequest
from network.tenancy.provisioning import open_site, request_site

logger = logging.getLogger(__name__)

JOBS = 2
"""A site keeps a core of the database busy about as long as one of its own."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A site to open, in the words of ``request_site``."""

    slug: str
    facts: dict[str, Any]
    domain: str
    staff: list[dict[str, Any]] = field(default_factory=list)

    @property
    def rank(self) -> int:
        return LEVEL_RANK[self.facts["level"]]


def open_sites(wishes: Sequence[Wish], *, requested_by: str, on_open: Callable[[Wish], None], jobs: int = JOBS) -> None:
    """Open every site; ``on_open`` hears of each. Raises NetworkError at the first that could not be opened."""
    by_slug = {wish.slug: wish for wish in wishes}

    def note(slug: str, answer: dict[str, Any]) -> None:
        if "error" in answer:
            raise NetworkError(f"站点“{slug}”没有开通：{answer['error']}")
        on_open(by_slug[slug])

    for _rank, level in groupby(sorted(wishes, key=lambda wish: wish.rank), key=lambda wish: wish.rank):
        work_in_children(
            [wish.slug for wish in level],
            lambda slug: _open(by_slug[slug], requested_by=requested_by),
            jobs=jobs,
            on_result=note,
        )


def _open(wish: Wish, *, requested_by: str) -> dict[str, Any]:
    try:
        # In one transaction: a running provisioner must not see the request and take it as well.
        with in_public(), transaction.atomic():
            SiteRequest.objects.filter(slug=wish.slug).delete()
            request = request_site(
                wish.slug, facts=wish.facts, domain=wish.domain, staff=wish.staff, requested_by=requested_by
            )
            open_site(request)
    except Exception as error:
        logger.exception("Site '%s' could not be opened.", wish.slug)
        return {"error": str(error)}
    connection.retire()
    return {}
