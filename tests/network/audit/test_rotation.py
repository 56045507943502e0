"""Rows kept long enough leave for an archive; younger and unsealed ones stay, the chain holds across the cut."""

from __future__ import annotations

import datetime
import gzip
import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings

from network.audit.api import record, seal
from network.audit.models import AuditEntry, AuditRotation
from network.audit.verifying import verify
from network.tenancy.api import Site, in_site

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db(transaction=True)]
Owner = Callable[[], AbstractContextManager[None]]
OLD = """
INSERT INTO public.network_audit_auditentry (at, site, person, address, act, object_kind, object_id, detail,
    before_hash, after_hash, result)
SELECT now() - interval '400 days', 'guangzhou', 'editor', '', 'tests.old', '', number::text, '{}', '', '', 'done'
FROM generate_series(1, 5) AS number
"""


@pytest.fixture
def folders(settings: Any, tmp_path: Path) -> Path:
    """Folders of one test: each begins with a log of its own."""
    settings.KEYS_DIR, settings.ANCHOR_DIR = tmp_path / "keys", tmp_path / "anchors"
    settings.ARCHIVE_DIR = tmp_path / "archive"
    return tmp_path


def write_old(owner: Owner) -> None:
    """Five rows of 400 days ago; the owner alone can date them."""
    with owner(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM public.network_audit_auditentry")
        cursor.execute(OLD)


def rotate(owner: Owner, **options: object) -> str:
    said = io.StringIO()
    with owner(), override_settings(DATABASE_ROLE="owner"):
        call_command("rotate_audit", stdout=said, **options)
    return said.getvalue()


def test_old_rows_leave_and_the_chain_holds(owner: Owner, folders: Path, guangzhou: Site) -> None:
    write_old(owner)
    seal()
    with in_site(guangzhou):
        record("tests.young")
    seal()
    assert "5 rows would leave" in rotate(owner, dry_run=True)
    assert AuditEntry.objects.filter(act="tests.old").count() == 5
    assert "rotate: 5 rows" in rotate(owner)
    assert AuditEntry.objects.filter(act="tests.old").count() == 0
    assert AuditEntry.objects.filter(act="tests.young").count() == 1
    seal()
    assert [report.first_bad for report in verify() if not report.is_intact] == []
    assert rotate(owner).splitlines()[-1] == "rotate: 0 rows"
    rotation = AuditRotation.objects.get()
    path = folders / "archive" / rotation.file_name
    said = io.StringIO()
    call_command("verify_audit", archive=path, stdout=said)
    assert "5 行" in said.getvalue() and "完好" in said.getvalue()
    lines = gzip.decompress(path.read_bytes()).replace(b"editor", b"nobody", 1)
    path.write_bytes(gzip.compress(lines))
    with pytest.raises(CommandError, match="第 1 位"):
        call_command("verify_audit", archive=path)


def test_younger_rows_stay(owner: Owner, folders: Path) -> None:
    write_old(owner)
    seal()
    with pytest.raises(CommandError, match="未满 366 天"):
        rotate(owner, before=datetime.date(2099, 1, 1))
    assert AuditEntry.objects.filter(act="tests.old").count() == 5


def test_unsealed_rows_stay(owner: Owner, folders: Path, guangzhou: Site) -> None:
    write_old(owner)
    with pytest.raises(CommandError, match="没有封存"):
        rotate(owner, site=["guangzhou"])
    assert (AuditEntry.objects.filter(act="tests.old").count(), AuditRotation.objects.count()) == (5, 0)
    seal()
    assert "rotate: 5 rows" in rotate(owner)


def test_an_edited_row_stops_the_rotation(owner: Owner, folders: Path) -> None:
    write_old(owner)
    seal()
    with owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE public.network_audit_auditentry SET person = 'nobody' WHERE object_id = '3'")
    with pytest.raises(CommandError, match="与封存不符"):
        rotate(owner)
    assert AuditEntry.objects.filter(act="tests.old").count() == 5


@override_settings(DATABASE_ROLE="app")
def test_the_application_role_is_refused(folders: Path, guangzhou: Site) -> None:
    with pytest.raises(CommandError, match="GOVSITES_DATABASE_ROLE=owner"):
        call_command("rotate_audit")
