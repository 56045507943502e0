"""Kinds of articles that have page types of their own are offered to nobody; what was written before keeps its kind."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from network.errors import InvalidValue
from network.tenancy.api import Site, in_site
from sites.accounts.models import Staff
from sites.importing.items import Level, RawItem
from sites.importing.preparing import chosen_for, judge
from sites.pages.article import WRITTEN
from sites.pages.models import CONTENT_TYPES, ArticlePage, ColumnPage, Kind
from tests.factories.articles import change_article, review, reviewed_article

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]


def form_of(site: Site, page: ArticlePage, **data: Any) -> Any:
    with in_site(site):
        form_class = ArticlePage.get_edit_handler().get_form_class()
        person = Staff.objects.get(username="editor")
        return form_class(data or None, instance=page, for_user=person, parent_page=ColumnPage.objects.get(key="tzgg"))


def offered(site: Site, page: ArticlePage) -> list[str]:
    return [value for value, _label in form_of(site, page).fields["kind"].choices]


def test_a_kind_that_is_no_longer_written_has_a_type_of_its_own() -> None:
    with_type = {model.content_kind for model in CONTENT_TYPES if model is not ArticlePage} | {"policy"}
    assert set(Kind.values) - set(WRITTEN) <= with_type


def test_a_new_article_is_offered_what_has_no_type_of_its_own(guangzhou: Site) -> None:
    assert offered(guangzhou, ArticlePage()) == ["news", "notice"]


def test_an_old_kind_is_refused_for_a_new_article(guangzhou: Site) -> None:
    field = form_of(guangzhou, ArticlePage()).fields["kind"]
    with pytest.raises(ValidationError, match="warning"):
        field.clean("warning")
    assert field.clean("notice") == "notice"


def test_an_older_article_keeps_its_kind_and_may_leave_it(guangzhou: Site) -> None:
    page = reviewed_article(guangzhou, kind="warning", source="广州局")
    assert offered(guangzhou, page) == ["news", "notice", "warning"]
    with in_site(guangzhou):
        change_article(page, summary="改过的摘要")
        assert review(page).kind == "warning"
        change_article(page, kind="notice")
        kept = review(page)
        assert kept.kind == "notice"
    assert offered(guangzhou, kept) == ["news", "notice"]


def test_an_import_makes_no_new_article_of_an_old_kind(guangzhou: Site) -> None:
    with in_site(guangzhou):
        with pytest.raises(InvalidValue, match="信息类别“warning”不存在，可选：news、notice"):
            chosen_for("batch", {"kind": "warning"})
        chosen = chosen_for("batch", {"column": "tzgg"})
        told = {}
        for kind in ("消费警示", "通知公告"):
            item = RawItem(number=1, title="提醒消费者", body="看清标签。", is_plain=True, kind=kind)
            told[kind] = [note.message for note in judge(item, chosen).notes if note.level == Level.REFUSAL]
    sentence = "“消费警示”已是单独的页面类型，不再是文章的类别。请写明页面类型，或改为“动态”“通知公告”。"
    assert told == {"消费警示": [sentence], "通知公告": []}
