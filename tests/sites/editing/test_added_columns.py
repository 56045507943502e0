"""A column added to a gated table keeps the approvals that held, no others."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import connection, transaction

from network.tenancy.api import Site, in_site
from sites.editing.operations import KeepApprovals, RenewApprovals
from sites.pages.models import ArticlePage
from tests.factories.articles import reviewed_article
from tests.sites.editing.gate_acts import run_sql

pytestmark = [pytest.mark.gate, pytest.mark.django_db(transaction=True)]

TABLE = "sites_pages_articlepage"


def hashes(site: Site) -> dict[int, bool]:
    """Page of each approval in force to whether it matches the stored rows."""
    with in_site(site), connection.cursor() as cursor:
        cursor.execute(
            "SELECT page_id, rows_hash = public.gate_page_hash(current_schema(), page_id) "
            "FROM sites_editing_approval WHERE voided_at IS NULL AND page_id IN "
            f"(SELECT page_ptr_id FROM {TABLE})"
        )
        return dict(cursor.fetchall())


def test_new_columns_void_nothing_and_pardon_nothing(
    guangzhou: Site, owner: Callable[[], AbstractContextManager[None]]
) -> None:
    kept, broken = reviewed_article(guangzhou), reviewed_article(guangzhou)
    with owner(), in_site(guangzhou), transaction.atomic():
        # What no way of the application could write: a live row under a disabled trigger.
        run_sql(f"ALTER TABLE {TABLE} DISABLE TRIGGER publish_gate")
        run_sql(f"UPDATE {TABLE} SET summary = '没有人审过' WHERE page_ptr_id = %s", [broken.pk])
        run_sql(f"ALTER TABLE {TABLE} ENABLE TRIGGER publish_gate")
    assert hashes(guangzhou) == {kept.pk: True, broken.pk: False}
    with owner(), in_site(guangzhou), transaction.atomic():
        run_sql(KeepApprovals(TABLE).sql)
        run_sql(f"ALTER TABLE {TABLE} ADD COLUMN added text NOT NULL DEFAULT 'x'")
        assert hashes(guangzhou) == {kept.pk: False, broken.pk: False}
        run_sql(RenewApprovals(TABLE).sql)
        assert hashes(guangzhou) == {kept.pk: True, broken.pk: False}
        run_sql(f"ALTER TABLE {TABLE} DROP COLUMN added")
    assert hashes(guangzhou)[broken.pk] is False
    with in_site(guangzhou):
        assert ArticlePage.objects.live().count() == 2
