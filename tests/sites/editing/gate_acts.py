"""Helpers around the publish gate: firing it inside a test, what the public would see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from wagtail.models import Page

from network.tenancy.api import Site, in_site
from sites.editing.models import Approval
from sites.pages.models import ArticlePage

REFUSAL = "is not approved in this form"


@contextmanager
def committing(site: Site) -> Iterator[None]:
    """A transaction of a site whose deferred triggers fire at its end, as a commit fires them."""
    with in_site(site), transaction.atomic():
        yield
        connection.check_constraints()


@contextmanager
def refused_by_gate(site: Site, match: str = REFUSAL) -> Iterator[None]:
    """The transaction must be refused by the gate, by nothing else."""
    with pytest.raises(IntegrityError, match=match) as caught, committing(site):
        yield
    assert caught.value.__cause__.diag.constraint_name == "publish_gate"


def stored(site: Site, page_id: int) -> dict[str, Any]:
    """What the rows of a page say now, with its approvals."""
    with in_site(site):
        page = Page.objects.get(pk=page_id)
        article = ArticlePage.objects.get(pk=page_id)
        return {
            "live": page.live,
            "title": page.title,
            "seo_title": page.seo_title,
            "search_description": page.search_description,
            "type": page.content_type_id,
            "published": page.first_published_at,
            "summary": article.summary,
            "body": str(article.body.raw_data),
            "approvals": list(Approval.objects.filter(page_id=page_id).order_by("pk").values_list("pk", "voided_at")),
        }


def run_sql(statement: str, parameters: list[Any] | None = None) -> int:
    """Run one statement on the connection in use; returns the number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or [])
        return int(cursor.rowcount)
