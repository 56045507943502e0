"""A request enters its site with its first statement, and no statement ever reaches another site for it."""

from __future__ import annotations

import pytest
from django.db import NotSupportedError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from network.tenancy.api import Site, all_sites, columns_at, in_site
from network.tenancy.backend.base import MOST_PLANS
from network.tenancy.registry import opened_request, snapshot
from tests.factories.articles import reviewed_article

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]


def schema_now() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        return str(cursor.fetchone()[0])


def switches(asked: CaptureQueriesContext) -> int:
    return sum(query["sql"].startswith("SET search_path") for query in asked.captured_queries)


def test_a_page_costs_no_statement_for_the_switch(guangzhou: Site, shenzhen: Site) -> None:
    all_sites()
    for site in (guangzhou, shenzhen, guangzhou):
        with CaptureQueriesContext(connection) as asked:
            answer = Client().get("/", HTTP_HOST=f"{site.slug}.localhost")
        assert (switches(asked), site.full_name in answer.content.decode()) == (0, True)


def test_another_site_than_was_expected_is_entered_all_the_same(guangzhou: Site, shenzhen: Site) -> None:
    with opened_request(shenzhen.schema_name):
        connection.set_tenant(guangzhou)
        assert schema_now() == "guangzhou"


def test_a_look_at_another_site_leaves_the_entered_one(guangzhou: Site, shenzhen: Site) -> None:
    with in_site(guangzhou):
        assert schema_now() == "guangzhou"
        columns_at(shenzhen.schema_name, snapshot())
        assert schema_now() == "guangzhou"


def test_the_group_wide_schema_is_entered_all_the_same(guangzhou: Site) -> None:
    with opened_request(guangzhou.schema_name):
        assert schema_now() == "public"
        with in_site(guangzhou):
            assert schema_now() == "guangzhou"


@pytest.mark.parametrize("is_entered", [False, True])
def test_what_is_rolled_back_is_forgotten(guangzhou: Site, is_entered: bool) -> None:
    with pytest.raises(LookupError), transaction.atomic(), opened_request(guangzhou.schema_name):
        connection.set_tenant(guangzhou)
        if is_entered:
            assert schema_now() == "guangzhou"
        raise LookupError
    connection.set_tenant(guangzhou)
    assert schema_now() == "guangzhou"


def test_a_kept_plan_serves_every_site(guangzhou: Site, shenzhen: Site) -> None:
    for site, title in ((guangzhou, "广州的通知"), (shenzhen, "深圳的通知")):
        reviewed_article(site, title=title)
    for _number in range(7):  # PostgreSQL plans anew the first five times
        for site, own, other in ((guangzhou, "广州的通知", "深圳的通知"), (shenzhen, "深圳的通知", "广州的通知")):
            text = Client().get("/", HTTP_HOST=f"{site.slug}.localhost").content.decode()
            assert (own in text, other in text) == (True, False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE generic_plans > 0")
        kept = "\n".join(statement for (statement,) in cursor.fetchall())
    for table in ("registrygeneration", "sites_pages_homepage", "sites_pages_columnpage", "sites_editing_approval"):
        assert table in kept, table


def test_a_kept_plan_outlives_a_change_of_a_column_where_it_names_the_types_of_its_results(guangzhou: Site) -> None:
    """An upgrade reaches one site after the other, under processes that go on answering."""
    typed, untyped = "SELECT source::text FROM held", "SELECT source FROM held"

    def ask(statement: str) -> str:
        with connection.planning_cursor() as cursor:
            cursor.execute(statement)
            return str(cursor.fetchone()[0])

    with in_site(guangzhou):
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE held ON COMMIT DROP AS SELECT '本站'::varchar(10) AS source")
        for _number in range(7):
            assert ask(typed) == ask(untyped) == "本站"
        with connection.cursor() as cursor:
            # As another connection would: psycopg forgets its plans where it sees the change itself.
            cursor.execute("DO 'BEGIN ALTER TABLE held ALTER COLUMN source TYPE varchar(150); END'")
        assert ask(typed) == "本站"
        with pytest.raises(NotSupportedError, match="must not change result type"), transaction.atomic():
            ask(untyped)


def test_the_plans_of_a_connection_are_few(guangzhou: Site) -> None:
    with in_site(guangzhou):
        for number in range(MOST_PLANS + 5):
            with connection.planning_cursor() as cursor:
                cursor.execute(f"SELECT {number}::int")
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_prepared_statements")
            assert cursor.fetchone()[0] <= MOST_PLANS
