"""Items of any type as people of a site make them: drafted in a column, reviewed, on line."""

from __future__ import annotations

import itertools
import uuid
from typing import Any, TypeVar

from django.db import transaction

from network.tenancy.api import Site, in_site
from sites.accounts.models import Staff
from sites.content.base import ContentPage
from sites.pages.models import ColumnPage
from tests.factories.articles import paragraph, review

PageType = TypeVar("PageType", bound=ContentPage)
_numbers = itertools.count(1)


def stream(*pairs: tuple[str, Any]) -> list[dict[str, Any]]:
    """The stored form of a stream of (type, value)."""
    return [{"type": kind, "value": value, "id": str(uuid.uuid4())} for kind, value in pairs]


def draft_item(site: Site, model: type[PageType], *, column: str, author: str = "editor", **traits: Any) -> PageType:
    """A draft with one revision by its author, checked as a submission is."""
    number = next(_numbers)
    values = {"title": f"稿件{number}", "slug": f"item-{number}", "body": paragraph(f"正文{number}。"), **traits}
    values.setdefault("source", site.full_name)
    with in_site(site), transaction.atomic():
        person = Staff.objects.get(username=author)
        page = model(live=False, owner=person, **values)
        ColumnPage.objects.get(key=column).add_child(instance=page)
        page.save_revision(user=person)
    return page


def reviewed_item(site: Site, model: type[PageType], *, column: str, **traits: Any) -> PageType:
    """A live item that went through the real review by different people."""
    page = draft_item(site, model, column=column, **traits)
    with in_site(site):
        return review(page)  # type: ignore[arg-type, return-value]
