"""The audit log: rows go in and stay."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet

from network.audit.api import record
from network.audit.models import AuditEntry
from network.tenancy.api import Site, in_site
from tests.factories.articles import reviewed_article
from tests.factories.people import client_of

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]


def test_an_entry_says_site_person_object(guangzhou: Site) -> None:
    with in_site(guangzhou):
        record("tests.act", person="editor", object_kind="page", object_id=7, detail={"a": 1}, is_refused=True)
    entry = AuditEntry.objects.get(act="tests.act")
    assert (entry.site, entry.person, entry.object_kind, entry.object_id, entry.detail, entry.result) == (
        "guangzhou", "editor", "page", "7", {"a": 1}, "refused",
    )  # fmt: skip


def change_entries(entries: QuerySet[AuditEntry], act: str) -> None:
    if act == "truncate":
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE public.network_audit_auditentry")
    elif act == "update":
        entries.update(person="nobody")
    else:
        entries.delete()


@pytest.mark.parametrize("act", ["update", "delete", "truncate"])
def test_the_application_changes_no_entry(guangzhou: Site, act: str) -> None:
    with in_site(guangzhou):
        record("tests.act", person="editor")
    entries = AuditEntry.objects.filter(act="tests.act")
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        change_entries(entries, act)
    assert entries.get().person == "editor"


def test_an_act_that_is_rolled_back_leaves_no_entry(guangzhou: Site) -> None:
    with in_site(guangzhou), pytest.raises(ZeroDivisionError), transaction.atomic():
        record("tests.act")
        raise ZeroDivisionError
    assert AuditEntry.objects.filter(act="tests.act").count() == 0


def test_a_review_leaves_its_trail(guangzhou: Site) -> None:
    article = reviewed_article(guangzhou)
    trail = list(
        AuditEntry.objects.filter(object_id=str(article.pk), site="guangzhou", act__startswith="page.")
        .order_by("pk")
        .values_list("act", "person")
    )
    assert trail == [
        ("page.approve", "reviewer"),
        ("page.approve", "final"),
        ("page.approve", "secrecy"),
        ("page.publish", "secrecy"),
    ]


def test_a_take_down_names_who_did_it(guangzhou: Site) -> None:
    article = reviewed_article(guangzhou)
    client_of(guangzhou, "webmaster").post(f"/admin/pages/{article.pk}/unpublish/")
    entry = AuditEntry.objects.get(act="page.take_down", object_id=str(article.pk))
    assert (entry.person, entry.site) == ("webmaster", "guangzhou")
