"""The auditor's screens: who may open them, whose rows they show, what a look leaves behind."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from network.audit.api import record
from network.audit.models import AuditEntry, AuditVerification
from network.audit.queries import PAGE_SIZE, Wanted, entry_page, find_entries, is_auditor
from network.spreadsheets import harmless
from network.tenancy.api import Site, in_site
from sites.accounts.models import Staff
from tests.factories.deliveries import work_off
from tests.factories.people import client_of

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]
SCREENS = ("/admin/audit/", "/admin/audit/export/", "/admin/audit/verification/")


@pytest.fixture
def marked(hub: Site, guangdong: Site, guangzhou: Site, hebei: Site) -> None:
    """One row on each of four sites, one on the group as a whole."""
    for site in (hub, guangdong, guangzhou, hebei):
        with in_site(site):
            record("tests.marked", person=f"p-{site.slug}", object_kind="page", object_id=f"no-{site.slug}")
    record("tests.marked", person="p-group", object_id="no-group")


def shown(client: Client, query: str = "") -> set[str]:
    """Whose marked rows the log lists."""
    page = client.get(f"/admin/audit/?act=&{query}").content.decode()
    return {name for name in ("hub", "guangdong", "guangzhou", "hebei", "group") if f"no-{name}" in page}


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        ("hub", {"hub", "guangdong", "guangzhou", "hebei", "group"}),
        ("guangdong", {"guangdong", "guangzhou"}),
        ("guangzhou", {"guangzhou"}),
        ("hebei", {"hebei"}),
    ],
)
def test_an_auditor_reads_the_own_subtree(
    marked: None, slug: str, expected: set[str], request: pytest.FixtureRequest
) -> None:
    assert shown(client_of(request.getfixturevalue(slug), "auditor")) == expected


def test_a_row_of_another_subtree_does_not_open(marked: None, guangdong: Site) -> None:
    client = client_of(guangdong, "auditor")
    foreign = AuditEntry.objects.get(act="tests.marked", site="hebei")
    own = AuditEntry.objects.get(act="tests.marked", site="guangzhou")
    assert client.get(f"/admin/audit/{foreign.pk}/").status_code == 404
    answer = client.get(f"/admin/audit/{own.pk}/")
    assert answer.status_code == 200
    assert "p-guangzhou" in answer.content.decode()
    assert shown(client, "site=hebei") <= {"guangdong", "guangzhou"}


def test_a_superuser_without_the_duty_is_no_auditor(guangdong: Site) -> None:
    with in_site(guangdong):
        superuser = Staff.objects.create(username="allrights", is_superuser=True)
        assert superuser.has_perm("sites_accounts.read_audit")
        assert not is_auditor(superuser)
        assert is_auditor(Staff.objects.get(username="auditor"))


@pytest.mark.parametrize("person", ["webmaster", "security", "editor", "manager"])
def test_nobody_else_opens_them(guangdong: Site, person: str) -> None:
    client = client_of(guangdong, person)
    assert [client.get(path).status_code for path in SCREENS] == [404, 404, 404]
    assert client.post("/admin/audit/verification/").status_code == 404
    assert "/admin/audit/" not in client.get("/admin/").content.decode()
    control = client_of(guangdong, "auditor")
    assert [control.get(path).status_code for path in SCREENS] == [200, 200, 200]


def test_every_look_is_recorded(marked: None, guangdong: Site) -> None:
    client = client_of(guangdong, "auditor")
    for path in SCREENS:
        client.get(f"{path}?person=p-guangzhou")
    entries = AuditEntry.objects.filter(person="auditor", act__startswith="audit.").order_by("pk")
    assert [(entry.act, entry.site) for entry in entries] == [
        ("audit.read", "guangdong"), ("audit.export", "guangdong"), ("audit.read", "guangdong"),
    ]  # fmt: skip
    assert entries[0].detail == {"filters": {"person": "p-guangzhou"}, "rows": 1}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("person=p-hebei", {"hebei"}),
        ("site=guangzhou", {"guangzhou"}),
        ("object_id=no-hub", {"hub"}),
        ("result=refused", set()),
        ("until=2011-01-29", set()),
        ("since=2011-01-29", {"hub", "guangdong", "guangzhou", "hebei", "group"}),
        ("address=203.0.113.9", set()),
    ],
)
def test_filters_narrow(marked: None, hub: Site, query: str, expected: set[str]) -> None:
    assert shown(client_of(hub, "auditor"), query) == expected


def test_the_log_opens_with_what_people_did(hub: Site) -> None:
    with in_site(hub):
        record("outbox.work", person="system", object_id="no-hub")
        record("tests.marked", person="p-hub", object_id="no-guangdong")
        record("tests.marked", person="operator", object_id="no-guangzhou")
        record("tests.marked", person="system", object_id="no-hebei", is_failed=True)
    client = client_of(hub, "auditor")
    page = client.get("/admin/audit/").content.decode()
    people, machines = {"guangdong", "guangzhou", "hebei"}, {"hub"}
    assert {name for name in people | machines if f"no-{name}" in page} == people
    assert shown(client, "who=people") == people
    assert shown(client, "who=machines") == machines
    assert shown(client, "who=") == people | machines


def test_pages_meet_without_gap_or_overlap(hub: Site) -> None:
    with in_site(hub), transaction.atomic():
        for number in range(2 * PAGE_SIZE + 7):
            record("tests.many", object_id=number)
    rows = find_entries(Wanted(act="tests.many"), reader=hub)
    first = entry_page(rows)
    second = entry_page(rows, older_than=first.older)
    third = entry_page(rows, older_than=second.older)
    seen = [entry.pk for page in (first, second, third) for entry in page.entries]
    assert seen == list(rows.order_by("-at", "-pk").values_list("pk", flat=True))
    assert (first.newer, third.older) == ("", "")
    assert [entry.pk for entry in entry_page(rows, newer_than=third.newer).entries] == [
        entry.pk for entry in second.entries
    ]
    assert entry_page(rows, older_than="nonsense").entries == first.entries


def test_the_log_asks_few_questions(marked: None, hub: Site) -> None:
    client = client_of(hub, "auditor")
    client.get("/admin/audit/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/admin/audit/")
    assert len([query for query in asked.captured_queries if "network_audit_auditentry" in query["sql"]]) <= 3


def test_a_download_runs_no_formula(hub: Site) -> None:
    with in_site(hub):
        record("tests.formula", person="editor", object_title='=HYPERLINK("http://x.example","a")')
    answer = client_of(hub, "auditor").get("/admin/audit/export/?person=editor")
    assert answer["Content-Type"].startswith("text/csv")
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert lines[1][9] == '\'=HYPERLINK("http://x.example","a")'
    assert [harmless(cell) for cell in ("@a", "+1", "-1", "＝a", "\ta", " =a", "甲")] == [
        "'@a", "'+1", "'-1", "'＝a", "'\ta", "' =a", "甲",
    ]  # fmt: skip


def test_a_verification_is_asked_for_done_and_shown(folders: Path, guangzhou: Site, hebei: Site) -> None:
    client = client_of(guangzhou, "auditor")
    assert client.post("/admin/audit/verification/", {"site": "hebei"}).status_code == 302
    work_off()
    found = AuditVerification.objects.get()
    assert (found.site, found.asked_by) == ("guangzhou", "auditor"), "a foreign site is not asked for"
    page = client.get("/admin/audit/verification/").content.decode()
    assert 'data-site="guangzhou"' in page
    assert 'data-site="hebei"' not in page


def test_the_duty_holds_no_other_right(guangzhou: Site) -> None:
    with in_site(guangzhou):
        auditor = Staff.objects.get(username="auditor")
        assert auditor.get_all_permissions() == {"wagtailadmin.access_admin", "sites_accounts.read_audit"}
