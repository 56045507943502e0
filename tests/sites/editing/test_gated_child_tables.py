"""A child table put behind the gate: its rows count for the page they belong to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from django.db import connection
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from network.tenancy.api import Site, in_site
from sites.editing.operations import GateTable
from sites.pages.models import ArticlePage
from tests.factories.articles import draft_article, review
from tests.sites.editing.gate_acts import committing, refused_by_gate, run_sql

pytestmark = [pytest.mark.gate, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def article(guangzhou: Site, owner: Callable[[], AbstractContextManager[None]]) -> Iterator[ArticlePage]:
    """A live article with one reviewed row in a gated child table."""
    with owner(), in_site(guangzhou):
        run_sql("CREATE TABLE tests_child (id serial PRIMARY KEY, page_id bigint NOT NULL, words text NOT NULL)")
        for statement in GateTable("tests_child", "page_id", is_child=True).sql.split(";"):
            if statement.strip():
                run_sql(statement)
        run_sql("GRANT SELECT, INSERT, UPDATE, DELETE ON tests_child TO govsites_app")
        run_sql("GRANT USAGE ON SEQUENCE tests_child_id_seq TO govsites_app")
    article = draft_article(guangzhou)
    with committing(guangzhou):
        run_sql("INSERT INTO tests_child (page_id, words) VALUES (%s, '审过的附言')", [article.pk])
        review(article)
    return ArticlePage(pk=article.pk)


def words(site: Site, page_id: int) -> list[str]:
    with in_site(site), connection.cursor() as cursor:
        cursor.execute("SELECT words FROM tests_child WHERE page_id = %s ORDER BY id", [page_id])
        return [row[0] for row in cursor.fetchall()]


def test_child_rows_of_a_live_page_change_by_review_only(guangzhou: Site, article: ArticlePage) -> None:
    other = draft_article(guangzhou)
    for statement, parameters in [
        ("INSERT INTO tests_child (page_id, words) VALUES (%s, '加的话')", [article.pk]),
        ("UPDATE tests_child SET words = '改的话' WHERE page_id = %s", [article.pk]),
        ("DELETE FROM tests_child WHERE page_id = %s", [article.pk]),
        ("UPDATE tests_child SET page_id = %s WHERE page_id = %s", [other.pk, article.pk]),
    ]:
        with refused_by_gate(guangzhou):
            assert run_sql(statement, parameters) == 1
        assert words(guangzhou, article.pk) == ["审过的附言"]
    assert words(guangzhou, other.pk) == []


def test_child_rows_of_a_draft_change_freely(guangzhou: Site, article: ArticlePage) -> None:
    draft = draft_article(guangzhou)
    with committing(guangzhou):
        run_sql("INSERT INTO tests_child (page_id, words) VALUES (%s, '草稿的话')", [draft.pk])
        run_sql("UPDATE tests_child SET words = '改过的草稿' WHERE page_id = %s", [draft.pk])
    assert words(guangzhou, draft.pk) == ["改过的草稿"]


def test_a_page_is_deleted_with_its_child_rows(guangzhou: Site, article: ArticlePage) -> None:
    with committing(guangzhou):
        run_sql("DELETE FROM tests_child WHERE page_id = %s", [article.pk])
        ArticlePage.objects.get(pk=article.pk).delete()
    assert words(guangzhou, article.pk) == []


def test_every_page_table_is_behind_the_gate() -> None:
    """The system check's own reading: tables that hold page content are those that migrations gate."""
    from sites.editing.checks import check_page_tables_are_gated, gated_tables, tables_to_gate

    assert (
        tables_to_gate()
        == gated_tables()
        == {
            "sites_pages_homepage",
            "sites_pages_columnpage",
            "sites_pages_articlepage",
            "sites_pages_interpretationpage",
            "sites_pages_lawpage",
            "sites_pages_leaderpage",
            "sites_pages_organisationpage",
            "sites_pages_procurementpage",
            "sites_pages_specialpage",
            "sites_pages_budgetpage",
            "sites_pages_emergencypage",
            "sites_pages_personnelpage",
            "sites_pages_planpage",
            "sites_pages_registerpage",
            "sites_pages_supervisionpage",
            "sites_pages_statisticspage",
            "sites_pages_warningpage",
            "sites_pages_guidepage",
            "sites_pages_systempage",
            "sites_pages_yearlyreportpage",
            "sites_inbox_placementpage",
        }
    )
    assert check_page_tables_are_gated(None) == []


def test_the_check_names_a_table_without_its_trigger(monkeypatch: pytest.MonkeyPatch) -> None:
    from sites.editing import checks

    monkeypatch.setattr(checks, "gated_tables", lambda: {"sites_pages_homepage"})
    found = checks.check_page_tables_are_gated(None)
    assert {error.id for error in found} == {"sites_editing.E001"}
    assert "sites_pages_articlepage" in " ".join(error.msg for error in found)


class Gallery(blocks.StructBlock):
    """Pictures under names that the gate knows, and does not."""

    image = ImageChooserBlock()
    cover = ImageChooserBlock()
    others = blocks.ListBlock(ImageChooserBlock())
    file = DocumentChooserBlock()


def test_the_check_names_a_picture_where_the_gate_does_not_look() -> None:
    from sites.editing.checks import check_files_of_pages_are_known, unknown_choosers

    streams = blocks.StreamBlock([("gallery", Gallery()), ("attachment", DocumentChooserBlock())])
    assert list(unknown_choosers(streams)) == [("gallery.cover", "image"), ("gallery.others", "image")]
    assert check_files_of_pages_are_known(None) == []
