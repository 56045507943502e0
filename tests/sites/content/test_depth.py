"""Pages lie at three levels: home, column, item; at save, move and copy."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from wagtail.models import Page

from network.errors import InvalidValue
from network.tenancy.api import Site, in_site
from sites.accounts.models import Staff
from sites.content.bulk import insert_pages
from sites.pages.models import ArticlePage, ColumnPage
from tests.factories.articles import draft_article
from tests.factories.people import client_of

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]


def count() -> int:
    return int(Page.objects.count())


def new_article() -> ArticlePage:
    return ArticlePage(title="过深的稿件", slug="too-deep", live=False)


def refused(act: Any) -> None:
    before = count()
    with pytest.raises(InvalidValue, match="第 4 层，页面不得超过 3 层"), transaction.atomic():
        act()
    assert count() == before


def test_an_item_below_an_item_is_refused_however_it_is_made(guangzhou: Site) -> None:
    above = draft_article(guangzhou)
    with in_site(guangzhou):
        refused(lambda: above.add_child(instance=new_article()))
        refused(lambda: insert_pages(above, [new_article()], owner=Staff.objects.get(username="editor")))


def test_an_item_in_a_column_is_not_refused(guangzhou: Site) -> None:
    before = draft_article(guangzhou)
    with in_site(guangzhou):
        ColumnPage.objects.get(key="gzdt").add_child(instance=new_article())
        assert (count(), before.depth) == (Page.objects.filter(depth__lte=4).count(), 4)


def test_a_copy_that_would_lie_too_deep_is_refused(guangzhou: Site) -> None:
    above, article = draft_article(guangzhou), draft_article(guangzhou)
    with in_site(guangzhou):
        refused(lambda: article.copy(to=above, update_attrs={"slug": "copied"}, keep_live=False))
        copied = article.copy(to=ColumnPage.objects.get(key="gzdt"), update_attrs={"slug": "copied"}, keep_live=False)
        assert copied.depth == 4


def test_a_column_is_not_copied_with_its_items_into_another(guangzhou: Site) -> None:
    draft_article(guangzhou)
    with in_site(guangzhou):
        column, other = ColumnPage.objects.get(key="tzgg"), ColumnPage.objects.get(key="gzdt")
        refused(lambda: column.copy(to=other, recursive=True, update_attrs={"slug": "copied"}, keep_live=False))


def test_what_moves_takes_its_depth_along(guangzhou: Site) -> None:
    draft_article(guangzhou)
    with in_site(guangzhou):
        column, other = ColumnPage.objects.get(key="tzgg"), ColumnPage.objects.get(key="gzdt")
        path = column.path
        refused(lambda: column.move(other, pos="last-child"))
        assert ColumnPage.objects.get(key="tzgg").path == path
        article = ArticlePage.objects.get()
        article.move(other, pos="last-child")
        assert ArticlePage.objects.get().get_parent().pk == other.pk


def test_the_admin_offers_no_way_deeper(guangzhou: Site) -> None:
    above, article = draft_article(guangzhou), draft_article(guangzhou)
    editor = client_of(guangzhou, "editor")
    with in_site(guangzhou):
        before = count()
    asked = editor.post(reverse("wagtailadmin_pages:move_confirm", args=[article.pk, above.pk]))
    added = editor.get(reverse("wagtailadmin_pages:add", args=["sites_pages", "articlepage", above.pk]))
    with in_site(guangzhou):
        assert (count(), ArticlePage.objects.get(pk=article.pk).depth) == (before, 4)
    assert {asked.status_code, added.status_code} <= {302, 403, 404}
