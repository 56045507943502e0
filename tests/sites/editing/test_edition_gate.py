"""The database refuses an edition that no approval in force stands behind."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from network.syndication.api import Audience, Edition, Item, dispatch_item
from network.tenancy.api import Site, in_site
from sites.accounts.models import Staff
from sites.pages.models import ArticlePage
from sites.pages.sources import edition_source
from tests.factories.articles import reviewed_article

pytestmark = [pytest.mark.django_db, pytest.mark.gate]


def dispatch(site: Site, content: Any, approval: dict[str, Any]) -> Any:
    with transaction.atomic():
        return dispatch_item(
            content,
            acting_user=Staff.objects.get(username="manager"),
            origin=site,
            audience=Audience(is_all=True),
            approval=approval,
        )


@pytest.fixture
def source(hub: Site) -> Any:
    article = reviewed_article(hub)
    with in_site(hub):
        yield edition_source(article.pk)


def test_an_approved_page_becomes_an_edition(hub: Site, source: Any) -> None:
    content, approval = source
    assert dispatch(hub, content, approval).version == 1


@pytest.mark.parametrize(
    "forged",
    [
        {"kind": "review"},
        {"kind": "review", "rows_hash": "0" * 64},
        {"kind": "sample", "rows_hash": ""},
    ],
)
def test_a_forged_approval_makes_no_edition(hub: Site, source: Any, forged: dict[str, str]) -> None:
    content, _approval = source
    with pytest.raises(IntegrityError, match="names no approval in force"):
        dispatch(hub, content, forged)
    assert not Edition.objects.exists()
    assert not Item.objects.exists()


def test_another_title_than_the_approved_one_makes_no_edition(hub: Site, source: Any) -> None:
    content, approval = source
    with pytest.raises(IntegrityError, match="names no approval in force"):
        dispatch(hub, dataclasses.replace(content, title="未经审核的标题"), approval)
    assert not Edition.objects.exists()


def test_a_page_off_line_makes_no_edition(hub: Site, source: Any) -> None:
    content, approval = source
    ArticlePage.objects.filter(translation_key=content.content_id).update(live=False)
    with pytest.raises(IntegrityError, match="names no approval in force"):
        dispatch(hub, content, approval)
    assert not Edition.objects.exists()
