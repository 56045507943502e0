"""What the application role may not do with the functions of the platform."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction

from network.tenancy.api import Site, in_site
from sites.editing.actions import approve
from sites.editing.models import Approval, ApprovalKind
from sites.feeds.models import Change
from tests.factories.articles import reviewed_article
from tests.network.tenancy.catalogues import rows

pytestmark = [pytest.mark.tenancy]
FUNCTIONS = (
    "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prorettype = 'trigger'::regtype"
)


def hang(function: str) -> None:
    """Make a temporary table with a trigger of this function."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE IF NOT EXISTS wagtailcore_page (id bigint, translation_key uuid)")
        cursor.execute(
            "CREATE TRIGGER borrowed AFTER INSERT ON pg_temp.wagtailcore_page"
            f" FOR EACH ROW EXECUTE FUNCTION public.{function}()"
        )


@pytest.mark.django_db
def test_no_function_of_a_trigger_is_lent_to_a_temporary_table(guangzhou: Site) -> None:
    functions = [name for (name,) in rows(FUNCTIONS)]
    assert {"feeds_note_change", "gate_void"} <= set(functions)
    for function in functions:
        with pytest.raises(ProgrammingError) as caught, transaction.atomic():
            hang(function)
        assert isinstance(caught.value.__cause__, psycopg.errors.InsufficientPrivilege), function
    # The triggers that stand fire as before.
    with in_site(guangzhou):
        before = Change.objects.count()
    reviewed_article(guangzhou)
    with in_site(guangzhou):
        assert Change.objects.count() > before


@pytest.mark.django_db(transaction=True)
def test_the_owner_makes_triggers(owner: Callable[[], AbstractContextManager[None]]) -> None:
    with owner(), transaction.atomic():
        hang("feeds_note_change")
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_no_approval_is_written_while_the_session_has_tables_by_the_names_of_the_platforms(guangzhou: Site) -> None:
    page = reviewed_article(guangzhou)
    with in_site(guangzhou):
        kept = Approval.objects.filter(page_id=page.pk).count()
        with pytest.raises(ProgrammingError, match="tables of its own") as caught, transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("CREATE TEMP TABLE sites_editing_decision (LIKE sites_editing_decision)")
            approve(ApprovalKind.REVIEW, [page.pk])
        assert isinstance(caught.value.__cause__, psycopg.errors.InsufficientPrivilege)
        assert Approval.objects.filter(page_id=page.pk).count() == kept
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE something_else (id bigint)")
        assert approve(ApprovalKind.REVIEW, [page.pk]) == 1
        assert Approval.objects.filter(page_id=page.pk).count() == kept + 1
