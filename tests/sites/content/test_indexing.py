"""Wagtail's indexes of pages, kept without reading what was just saved."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, ReferenceIndex
from wagtail.search.models import IndexEntry
from wagtail.tasks import update_reference_index_task

from network.tenancy.api import Site, in_site
from sites.pages.models import ArticlePage
from tests.factories.articles import draft_article, reviewed_article
from tests.sites.transfer.rich_site import document

pytestmark = pytest.mark.django_db


def references(page: Page) -> list[tuple[Any, ...]]:
    rows = ReferenceIndex.objects.filter(object_id=str(page.pk), base_content_type=page.get_base_content_type())
    return sorted(
        rows.values_list("content_type_id", "to_content_type_id", "to_object_id", "model_path", "content_path")
    )


def titles(page: Page) -> list[str]:
    return list(IndexEntry.objects.filter(object_id=str(page.pk)).values_list("title_text", flat=True))


def test_saving_leaves_what_wagtails_own_handlers_leave(guangzhou: Site) -> None:
    first, second = document(guangzhou, "一", "one.txt"), document(guangzhou, "二", "two.txt")
    page = draft_article(guangzhou, body=[{"type": "attachment", "value": first.pk}])
    with in_site(guangzhou):
        assert titles(page) == [page.title]
        held = references(page)
        assert [row[2] for row in held] == [str(first.pk)]
        page.title = "另一个标题"
        page.body = [("attachment", second)]
        page.save()
        assert titles(page) == ["另一个标题"]
        kept = references(page)
        assert [row[2] for row in kept] == [str(second.pk)]
        update_reference_index_task.call("sites_pages", "articlepage", str(page.pk))
        assert references(page) == kept


def test_one_field_saved_says_nothing_of_the_others(guangzhou: Site) -> None:
    first, second = document(guangzhou, "一", "one.txt"), document(guangzhou, "二", "two.txt")
    page = draft_article(guangzhou, body=[{"type": "attachment", "value": first.pk}])
    with in_site(guangzhou):
        page.body = [("attachment", second)]
        page.summary = "只存摘要"
        page.save(update_fields=["summary"])
        assert [row[2] for row in references(page)] == [str(first.pk)]
        page.save(update_fields=["body"])
        assert [row[2] for row in references(page)] == [str(second.pk)]


def test_a_save_of_the_state_alone_asks_for_no_index(guangzhou: Site) -> None:
    page = draft_article(guangzhou)
    with in_site(guangzhou), CaptureQueriesContext(connection) as asked:
        page.save(update_fields=["latest_revision", "has_unpublished_changes"], clean=False)
    statements = [row["sql"] for row in asked]
    assert any(sql.startswith("UPDATE") for sql in statements)
    assert not any("indexentry" in sql or "referenceindex" in sql for sql in statements)


def test_a_deleted_page_takes_its_entries_along(guangzhou: Site, shenzhen: Site) -> None:
    here, there = draft_article(guangzhou), draft_article(shenzhen)
    with in_site(guangzhou), transaction.atomic():
        ArticlePage.objects.get(pk=here.pk).delete()
        assert titles(here) == []
        assert references(here) == []
    with in_site(shenzhen):
        assert titles(there) == [there.title]


MOST = 300
"""Statements of a draft with its review by three people; each test that publishes pays them."""


def test_a_reviewed_publish_costs_no_more_than_it_must(guangzhou: Site) -> None:
    reviewed_article(guangzhou)  # what a process reads once
    with CaptureQueriesContext(connection) as asked:
        reviewed_article(guangzhou)
    assert len(asked) <= MOST
