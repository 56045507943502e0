"""The sealer: every committed row gets its link, however late it was committed."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from network.audit.actions import INSERT
from network.audit.api import Sealer, record, seal
from network.audit.keys import seal_key
from network.audit.models import AuditAnchor, AuditEntry, AuditLink
from network.audit.sealing import ELSEWHERE
from network.audit.verifying import verify
from network.tenancy.api import Site, in_site
from tests.databases import owner_connection

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db(transaction=True), pytest.mark.shares_commits]
LATE = ["hebei", "late", "hebei", "", "tests.late", "", "", "", "{}", "", "", "done"]


def unlinked() -> int:
    return AuditEntry.objects.exclude(pk__in=AuditLink.objects.values("entry_id")).count()


def other_connection() -> psycopg.Connection[tuple[int]]:
    """A second writer of the same database, whose transaction the test ends when it likes."""
    facts = settings.DATABASES["default"]
    return psycopg.connect(
        host=facts["HOST"], port=facts["PORT"], user=facts["USER"], password=facts["PASSWORD"], dbname=facts["NAME"]
    )


def test_rows_are_chained_per_site_with_a_signed_end(sealed_log: list[int]) -> None:
    links = AuditLink.objects.filter(site="guangzhou", entry_id__in=sealed_log).order_by("position")
    assert [link.entry_id for link in links] == sealed_log
    chain = list(AuditLink.objects.filter(site="guangzhou").order_by("position"))
    assert [link.position for link in chain] == list(range(1, len(chain) + 1))
    last = AuditAnchor.objects.filter(site="guangzhou").order_by("-position")[0]
    assert (last.position, last.hash) == (chain[-1].position, chain[-1].hash)


def test_sealing_again_finds_nothing(sealed_log: list[int]) -> None:
    seal()
    before = AuditLink.objects.count()
    assert (seal(), AuditLink.objects.count()) == (0, before)


def test_a_late_commit_is_not_skipped(sealed_log: list[int], guangzhou: Site) -> None:
    with other_connection() as late:
        late.execute(INSERT, LATE)
        with in_site(guangzhou):
            record("tests.early")
        seal()
        assert unlinked() == 1, "the later transaction waits for the earlier one"
        late.commit()
    seal()
    assert unlinked() == 0
    assert all(report.is_intact for report in verify())


def test_a_transaction_of_another_database_holds_nothing_up(sealed_log: list[int], guangzhou: Site) -> None:
    with owner_connection("postgres") as elsewhere, elsewhere.transaction():
        elsewhere.execute("SELECT pg_current_xact_id()")
        with in_site(guangzhou):
            record("tests.meanwhile")
        seal()
        assert unlinked() == 0


def test_a_transaction_of_another_database_that_ends_under_the_look_holds_nothing_up(
    sealed_log: list[int], guangzhou: Site
) -> None:
    with owner_connection("postgres") as elsewhere:
        elsewhere.execute("BEGIN")
        elsewhere.execute("SELECT pg_current_xact_id()")
        with in_site(guangzhou):
            record("tests.meanwhile")

        def end_it_first(execute: Any, statement: str, params: Any, many: bool, context: Any) -> Any:
            if statement == ELSEWHERE:
                elsewhere.execute("ROLLBACK")
            return execute(statement, params, many, context)

        with connection.execute_wrapper(end_it_first):
            assert seal() == 1
    assert unlinked() == 0


def test_a_second_sealer_steps_aside(sealed_log: list[int], guangzhou: Site) -> None:
    with in_site(guangzhou):
        record("tests.once")
    with other_connection() as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtext('govsites audit seal'))")
        assert (seal(), unlinked()) == (0, 1)
    assert seal() == 1


def test_batches_cut_through_a_transaction(sealed_log: list[int], guangzhou: Site) -> None:
    with in_site(guangzhou), transaction.atomic():
        for _number in range(5):
            record("tests.many")
    assert seal(batch=2, batches=10) == 5
    assert unlinked() == 0
    assert all(report.is_intact for report in verify())


def test_the_application_changes_no_link_or_anchor(sealed_log: list[int]) -> None:
    for table in ("auditentry", "auditlink", "auditanchor", "auditverification"):
        for act in ("UPDATE {} SET site = ''", "DELETE FROM {}", "TRUNCATE {}"):
            with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
                cursor.execute(act.format(f"public.network_audit_{table}"))
    with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("INSERT INTO public.network_audit_auditrotation (site) VALUES ('hebei')")
    assert all(report.is_intact for report in verify())


@pytest.mark.parametrize("column", ["id", "at", "txid"])
def test_the_application_dates_no_row_back(sealed_log: list[int], column: str) -> None:
    value = "now()" if column == "at" else "'7'"
    with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(INSERT.replace("(site,", f"({column}, site,").replace("VALUES (", f"VALUES ({value}, "), LATE)
    assert not AuditEntry.objects.filter(act="tests.late", pk=7).exists()


def test_the_key_is_its_owners_only(sealed_log: list[int], folders: Path) -> None:
    path = folders / "keys" / "audit-seal.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert AuditAnchor.objects.values_list("key_id", flat=True).distinct().get() == seal_key().key_id


def test_a_folder_that_cannot_be_written_stops_no_worker(
    sealed_log: list[int], guangzhou: Site, settings: object, folders: Path
) -> None:
    blocked = folders / "blocked"
    blocked.write_text("no folder", encoding="utf-8")
    settings.ANCHOR_DIR = blocked  # type: ignore[attr-defined]
    with in_site(guangzhou):
        record("tests.blocked")
    assert Sealer().step() == 0
    settings.ANCHOR_DIR = folders / "anchors"  # type: ignore[attr-defined]
    seal()
    assert [report.first_bad for report in verify() if not report.is_intact] == []
