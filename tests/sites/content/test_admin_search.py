"""The index that the admin searches: a save touches the entry of its own page alone."""

from __future__ import annotations

import pytest
from django.db import connection
from modelsearch.backends import get_search_backend
from wagtail.models import Page

from network.tenancy.api import Site, in_site
from sites.pages.models import ArticlePage
from tests.factories.articles import change_article, draft_article

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]


def versions_of_entries() -> dict[str, set[tuple[int, str]]]:
    """Page number -> (row number, place of the row's version on disk) of its index entries."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT object_id, id, ctid::text FROM wagtailsearch_indexentry")
        entries: dict[str, set[tuple[int, str]]] = {}
        for page, entry, version in cursor.fetchall():
            entries.setdefault(page, set()).add((entry, version))
    return entries


def test_a_save_rewrites_no_other_pages_entry(guangdong: Site) -> None:
    other, article = draft_article(guangdong, title="同城通办"), draft_article(guangdong, title="粮食收购")
    with in_site(guangdong):
        before = versions_of_entries()
        change_article(article, title="粮食收购价格")
        article.refresh_from_db()
        article.save()
        after = versions_of_entries()
    changed = {page for page in before | after if before.get(page) != after.get(page)}
    assert str(other.pk) in before, "control: the other page has an entry"
    assert changed == {str(article.pk)}


def test_the_admins_search_finds_what_was_just_saved(guangdong: Site, hebei: Site) -> None:
    article = draft_article(guangdong, title="QX2031 grain")
    with in_site(guangdong):
        assert [page.pk for page in get_search_backend().search("QX2031", Page.objects.all())] == [article.pk]
        assert ArticlePage.objects.filter(pk=article.pk).exists()
    with in_site(hebei):
        assert not list(get_search_backend().search("QX2031", Page.objects.all()))
