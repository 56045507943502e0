"""What a page that is kept nowhere costs the database."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, PageViewRestriction

from network.page_cache import middleware
from network.tenancy.api import Site, in_site
from network.tenancy.registry import opened_request
from sites.accounts.models import Staff
from sites.pages.models import ArticlePage, ColumnPage, LawPage
from sites.pages.queries import Column, live_columns
from sites.pages.routing import find_route
from tests.factories.articles import dispatch, paragraph, review, reviewed_article
from tests.factories.deliveries import work_off
from tests.factories.kept_pages import ask
from tests.factories.lives import register_cities

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db(transaction=True)]

MOST_FOR_THE_HOME_PAGE = 8


@pytest.fixture(autouse=True)
def no_page_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware, "page_store", lambda: None)


def law(site: Site) -> None:
    """A live legal text: another page type than the articles beside it."""
    with in_site(site), transaction.atomic():
        editor = Staff.objects.get(username="editor")
        text = LawPage(live=False, owner=editor, title="登记管理条例", slug="law", body=paragraph("第一条"))
        ColumnPage.objects.get(key="zcfg").add_child(instance=text)
        text.save_revision(user=editor)
    with in_site(site):
        review(text)  # type: ignore[arg-type]


def statements(site: Site, path: str) -> list[str]:
    """What one request costs a process that answers for the site already, the change of the search path included."""
    assert ask(site, path).status_code == 200
    with CaptureQueriesContext(connection) as asked:
        assert ask(site, path).status_code == 200
    return [query["sql"] for query in asked]


def test_the_home_page_costs_eight_at_most_with_every_kind_of_item_and_whatever_the_number_of_sites(
    hub: Site, guangzhou: Site
) -> None:
    for number in range(3):
        reviewed_article(guangzhou, title=f"本站的通知{number}")
    law(guangzhou)
    dispatch(hub, reviewed_article(hub, title="总局下发的通知"))
    work_off()
    home = ask(guangzhou).content.decode()
    assert all(title in home for title in ("本站的通知0", "总局下发的通知"))
    before = statements(guangzhou, "/")
    assert len(before) <= MOST_FOR_THE_HOME_PAGE, before
    register_cities(30)
    assert len(statements(guangzhou, "/")) == len(before)


@pytest.mark.parametrize(("path", "most"), [("/tzgg/", 8), ("/tzgg/counted/", 6), ("/map/", 2)])
def test_other_pages_cost_little_more(hub: Site, guangzhou: Site, path: str, most: int) -> None:
    reviewed_article(guangzhou, slug="counted")
    dispatch(hub, reviewed_article(hub))
    work_off()
    made = statements(guangzhou, path)
    assert len(made) <= most, made


def test_the_columns_that_come_with_a_page_are_those_that_are_read_alone(guangzhou: Site, shenzhen: Site) -> None:
    with in_site(guangzhou):
        ColumnPage.objects.get(key="zcjd").unpublish()
    kept: dict[str, list[Column]] = {}
    for site in (guangzhou, shenzhen):
        with in_site(site), opened_request(site.schema_name):
            assert find_route(RequestFactory().get("/"), "") is not None
            with CaptureQueriesContext(connection) as asked:
                kept[site.slug] = live_columns()
            assert not asked.captured_queries
        with in_site(site):
            assert live_columns() == kept[site.slug]
    titles = {slug: {column.key: column.title for column in columns} for slug, columns in kept.items()}
    assert titles["guangzhou"] == {key: title for key, title in titles["shenzhen"].items() if key != "zcjd"}
    assert titles["shenzhen"]["zcjd"] == "政策解读"


def test_a_restricted_page_stays_restricted(guangzhou: Site) -> None:
    """No screen restricts a page; a row that a program wrote holds all the same."""
    article = reviewed_article(guangzhou, slug="shut")
    assert ask(guangzhou, "/tzgg/shut/").status_code == 200
    with in_site(guangzhou):
        column = Page.objects.get(pk=ColumnPage.objects.get(key="tzgg").pk)
        PageViewRestriction.objects.create(page=column, restriction_type="login")
    for path in ("/tzgg/shut/", "/tzgg/"):
        answer = ask(guangzhou, path)
        assert (answer.status_code, article.title in answer.content.decode()) == (302, False), path
    assert ask(guangzhou).status_code == 200


def test_addresses_lead_where_wagtail_leads_them(guangzhou: Site) -> None:
    article = reviewed_article(guangzhou, slug="routed")
    for path, status in {
        "/": 200,
        "/tzgg/": 200,
        "/tzgg/routed/": 200,
        "/tzgg": 301,
        "/routed/": 404,
        "/home/": 404,
        "/tzgg/routed/more/": 404,
        "/TZGG/": 404,
        "/xwdt/routed/": 404,
    }.items():
        assert ask(guangzhou, path).status_code == status, path
    with in_site(guangzhou):
        ArticlePage.objects.get(pk=article.pk).unpublish()
    assert ask(guangzhou, "/tzgg/routed/").status_code == 404
