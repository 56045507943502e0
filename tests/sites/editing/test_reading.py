"""The gate reads the rows of a page by a plan that the session keeps, and still reads what is stored, all of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from network.tenancy.api import Site, in_site
from network.tenancy.names import TEMPLATE_SCHEMA
from sites.editing.reading import make_reader
from sites.pages.models import ArticlePage
from tests.factories.articles import reviewed_article
from tests.sites.editing.gate_acts import refused_by_gate, run_sql, stored

pytestmark = [pytest.mark.gate, pytest.mark.django_db]


def value(statement: str, *parameters: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))
        return cursor.fetchone()[0]


def rows(site: Site, page_id: int) -> Any:
    return json.loads(value("SELECT public.gate_rows(%s, %s)::text", site.schema_name, page_id))


def read_anew(site: Site, page_id: int) -> Any:
    """The same by the statement itself, planned for this one question."""
    with in_site(site), connection.cursor() as cursor:
        cursor.execute("SET LOCAL timezone = 'UTC'")
        cursor.execute("SELECT public.gate_reading(current_schema())")
        cursor.execute(cursor.fetchone()[0].replace("%", "%%").replace("$1", "%(page)s"), {"page": page_id})
        held = cursor.fetchone()[0]
    return json.loads(held) if isinstance(held, str) else held


def test_every_schema_has_its_reader(guangzhou: Site, hub: Site) -> None:
    for schema in (TEMPLATE_SCHEMA, guangzhou.schema_name, hub.schema_name):
        reader = value("SELECT public.gate_reader(%s)", schema)
        assert value("SELECT to_regprocedure(format('public.%%I(bigint)', %s::text)) IS NOT NULL", reader), schema
    with in_site(guangzhou):
        make_reader()  # changes nothing, so the application's rights suffice


def test_a_session_that_turns_to_another_site_reads_that_site(guangzhou: Site, shenzhen: Site) -> None:
    pages = [(site, reviewed_article(site, summary=f"{site.slug} 的摘要")) for site in (guangzhou, shenzhen)]
    for _turn in range(3):
        for site, page in pages:
            ((table, is_child, facts),) = rows(site, page.pk)
            assert (table, is_child) == ("sites_pages_articlepage", False)
            assert facts["summary"] == f"{site.slug} 的摘要"
            assert rows(site, page.pk) == read_anew(site, page.pk)


def test_a_temporary_table_is_not_taken_for_one_of_the_site(guangzhou: Site) -> None:
    page = reviewed_article(guangzhou)
    before = rows(guangzhou, page.pk)
    run_sql(f"CREATE TEMP TABLE sites_pages_articlepage AS TABLE {guangzhou.schema_name}.sites_pages_articlepage")
    run_sql("CREATE TEMP TABLE sites_editing_gatedtable (table_name text, page_column text, is_child boolean)")
    run_sql("UPDATE pg_temp.sites_pages_articlepage SET summary = '没有审过的摘要'")
    run_sql("SET LOCAL search_path = pg_temp, public")
    assert rows(guangzhou, page.pk) == before
    table = f"{guangzhou.schema_name}.sites_pages_articlepage"
    with refused_by_gate(guangzhou):
        run_sql(f"UPDATE {table} SET summary = '没有审过的摘要' WHERE page_ptr_id = %s", [page.pk])


def test_what_was_checked_once_is_checked_again_after_a_change(guangzhou: Site) -> None:
    page = reviewed_article(guangzhou)
    before = stored(guangzhou, page.pk)
    with refused_by_gate(guangzhou):
        ArticlePage.objects.filter(pk=page.pk).update(summary=before["summary"])
        connection.check_constraints()
        run_sql("UPDATE sites_pages_articlepage SET summary = '没有审过的摘要' WHERE page_ptr_id = %s", [page.pk])
    assert stored(guangzhou, page.pk) == before


def test_a_row_in_the_table_of_another_type_is_seen(guangzhou: Site) -> None:
    page = reviewed_article(guangzhou)
    assert len(rows(guangzhou, page.pk)) == 1
    with refused_by_gate(guangzhou):
        run_sql(
            """INSERT INTO sites_pages_columnpage SELECT (jsonb_populate_record(held, jsonb_build_object(
                   'page_ptr_id', %s::bigint, 'key', 'other'))).* FROM sites_pages_columnpage AS held LIMIT 1""",
            [page.pk],
        )
        assert len(rows(guangzhou, page.pk)) == 2


EVIL = """
CREATE TEMP TABLE wagtailcore_page AS TABLE guangzhou.wagtailcore_page;
CREATE TEMP TABLE sites_editing_approval AS TABLE guangzhou.sites_editing_approval;
CREATE TEMP TABLE sites_editing_gatedtable (table_name text, page_column text, is_child boolean);
CREATE FUNCTION pg_temp.evil() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = 'Here acts ' || current_user;
END $$;
CREATE TRIGGER evil BEFORE INSERT OR UPDATE ON pg_temp.sites_editing_approval
    FOR EACH STATEMENT EXECUTE FUNCTION pg_temp.evil();
"""


@pytest.mark.parametrize(
    ("act", "refusal"),
    [
        (
            "SELECT public.gate_approve(pg_my_temp_schema()::regnamespace::text, 'edition', ARRAY[%(page)s])",
            "is none of the platform",
        ),
        (
            "CREATE TRIGGER void AFTER UPDATE ON pg_temp.wagtailcore_page EXECUTE FUNCTION public.gate_void()",
            "permission denied for function public.gate_void",
        ),
    ],
)
def test_the_gate_does_not_lend_its_rights_to_tables_of_a_session(guangzhou: Site, act: str, refusal: str) -> None:
    page = reviewed_article(guangzhou)
    before = stored(guangzhou, page.pk)
    with pytest.raises(DatabaseError, match=refusal) as caught, transaction.atomic():
        run_sql(EVIL)
        with connection.cursor() as cursor:
            cursor.execute(act, {"page": page.pk})
    assert caught.value.__cause__.sqlstate == "42501"
    assert stored(guangzhou, page.pk) == before
