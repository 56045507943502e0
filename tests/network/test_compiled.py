"""Statements that are written once: they answer what the queryset answers, at every site, with every value."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from network.compiled import Compiled, array_of
from network.rules.models import Rule
from network.tenancy.api import Site, in_site
from sites.pages.routing import find_route
from tests.factories.articles import paragraph, reviewed_article

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]

SLUG, NO_PAGE = "\0slug", -1
BY_SLUG = Compiled(lambda: Page.objects.filter(slug=SLUG).order_by("path").values_list("title", "path"))
KEY = "\0key"
RULES = Compiled(lambda: Rule.objects.filter(key__in=[KEY]).order_by("pk"), names=(KEY,))
AMONG = Compiled(lambda: Page.objects.filter(pk__in=[NO_PAGE]).order_by("pk").values_list("pk"), lists=(NO_PAGE,))


def test_it_answers_as_the_queryset_does_at_every_site(guangzhou: Site, shenzhen: Site) -> None:
    for site, title in ((guangzhou, "广州的通知"), (shenzhen, "深圳的通知")):
        reviewed_article(site, slug="same", title=title)
    for site in (guangzhou, shenzhen):
        with in_site(site):
            for slug in ("same", "xwdt", "nowhere", "o'brien %s"):
                wanted = list(Page.objects.filter(slug=slug).order_by("path").values_list("title", "path"))
                assert BY_SLUG.rows({SLUG: slug}) == wanted


def test_a_list_of_any_length(guangzhou: Site) -> None:
    with in_site(guangzhou):
        numbers = list(Page.objects.order_by("pk").values_list("pk", flat=True))
        for wanted in ([], numbers[:1], numbers):
            assert [pk for (pk,) in AMONG.rows({NO_PAGE: array_of([*wanted, 999_999_999])})] == wanted


def test_whole_rows_come_as_the_queryset_gives_them(hub: Site) -> None:
    wanted = list(Rule.objects.filter(key__in=["accounts.lock_failures", "no.such"]).order_by("pk"))
    found = RULES.objects({KEY: ["accounts.lock_failures", "no.such"]})
    assert wanted
    assert found == wanted
    for rule, other in zip(found, wanted, strict=True):
        for field in Rule._meta.concrete_fields:
            assert getattr(rule, field.attname) == getattr(other, field.attname), field.name
        assert not rule._state.adding


def test_texts_of_a_list_stay_texts(hub: Site) -> None:
    for keys in ([], ["o'brien %s", '{"a",b}', "a,b", ""]):
        assert RULES.objects({KEY: keys}) == []


def test_a_list_that_is_written_otherwise_is_refused(guangzhou: Site) -> None:
    other = Compiled(lambda: Page.objects.filter(pk=NO_PAGE).values_list("pk"), lists=(NO_PAGE,))
    with in_site(guangzhou), pytest.raises(RuntimeError, match=r"otherwise than by IN"):
        other.rows()


def test_a_page_that_is_found_is_the_page_that_wagtail_finds(guangzhou: Site) -> None:
    """Its stream, dates and numbers included: what the database gives goes through the same converters."""
    article = reviewed_article(guangzhou, slug="whole", body=paragraph("第一段"))
    with in_site(guangzhou):
        for path, known in (("tzgg/whole/", article.pk), ("tzgg/", None), ("", None)):
            route = find_route(None, path)  # type: ignore[arg-type]  # no page type of ours reads the request here
            assert route is not None
            wanted = Page.objects.get(pk=known or route.page.pk).specific
            assert type(route.page) is type(wanted)
            for field in wanted._meta.concrete_fields:
                assert getattr(route.page, field.attname) == getattr(wanted, field.attname), field.name
            assert not route.page._state.adding


def test_no_statement_is_written_twice(guangzhou: Site) -> None:
    with in_site(guangzhou):
        BY_SLUG.rows({SLUG: "tzgg"})
        text = BY_SLUG.statement[0]
        with CaptureQueriesContext(connection) as asked:
            BY_SLUG.rows({SLUG: "xwdt"})
    assert BY_SLUG.statement[0] is text
    assert len(asked) == 1


def test_what_is_planned_answers_the_same_and_names_the_type_of_each_result(guangzhou: Site) -> None:
    def build() -> QuerySet[Any, Any]:
        return Page.objects.filter(slug="\0slug").values_list(
            "pk", "title", "live", "first_published_at", "translation_key"
        )

    reviewed_article(guangzhou, title="计划", slug="planned")
    with in_site(guangzhou):
        planned, plain = Compiled(build, is_planned=True), Compiled(build)
        for _number in range(7):  # PostgreSQL plans anew the first five times
            assert planned.rows({"\0slug": "planned"}) == plain.rows({"\0slug": "planned"}) != []
    selected = planned.statement[0].removeprefix("SELECT ").partition(" FROM ")[0]
    assert [entry.partition("::")[2] for entry in selected.split(", ")] == [
        "integer", "text", "boolean", "timestamp with time zone", "uuid",
    ]  # fmt: skip
