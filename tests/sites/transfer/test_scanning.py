"""The files of a site archive pass the scanner before a row of it is written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from network.audit.models import AuditEntry
from network.contracts import OutboxItem
from network.tenancy.api import Site, in_public
from network.transfer.models import TransferJob
from sites.media.scanning import Infected, NotScanned
from sites.transfer.checking import check_file
from sites.transfer.jobs import check_handler
from tests.factories import uploads
from tests.sites.transfer import forging

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]


def with_virus(entries: forging.Entries) -> None:
    """The document of the archive becomes the test file, its record fits."""
    data = uploads.eicar()
    sha256 = hashlib.sha256(data).hexdigest()

    def change(records: list[dict[str, Any]]) -> None:
        records[0]["sha256"] = sha256
        records[0]["path"] = "documents/plan.txt"

    forging.change_records("documents", change)(entries)
    entries[f"files/{sha256[:2]}/{sha256}"] = data


def test_a_sound_archive_is_accepted_with_every_file_scanned(archive_file: Path, scanner: str) -> None:
    assert check_file(archive_file)["unscanned"] == 0


def test_an_archive_with_a_virus_is_refused_by_the_name_of_the_file(
    archive_file: Path, forge: Callable[..., Path], scanner: str
) -> None:
    with pytest.raises(Exception, match="Eicar-Test-Signature") as refusal:
        check_file(forge(archive_file, with_virus))
    assert "documents/plan.txt" in str(refusal.value)
    assert isinstance(refusal.value.__cause__ or refusal.value, Infected)
    (entry,) = AuditEntry.objects.filter(act="upload.refuse")
    assert entry.object_title == "documents/plan.txt"


def test_the_demo_counts_what_nobody_scanned(archive_file: Path) -> None:
    assert check_file(archive_file)["unscanned"] > 0


def job_of(site: Site, archive: Path) -> TransferJob:
    job = TransferJob(direction="import", asked_at=site.slug, asked_by="manager")
    job.path.parent.mkdir(parents=True, exist_ok=True)
    job.path.write_bytes(archive.read_bytes())
    job.save(force_insert=True)
    return job


def work_of(job: TransferJob) -> OutboxItem:
    return OutboxItem(id=1, kind="transfer.check", site="", key=str(job.pk), version=0, payload={}, attempts=0)


def test_in_production_an_archive_waits_for_the_scanner_and_is_kept(
    hub: Site, archive_file: Path, no_scanner: None, settings: Any, clamd_address: str
) -> None:
    with in_public():
        job = job_of(hub, archive_file)
        with pytest.raises(NotScanned, match="没有经过病毒扫描"):
            check_handler("", [work_of(job)])
        job.refresh_from_db()
        assert (job.state, job.path.exists()) == ("waiting", True)
        settings.SCANNER = clamd_address
        check_handler("", [work_of(job)])
        job.refresh_from_db()
        assert (job.state, job.report["unscanned"]) == ("checked", 0)
        job.path.unlink()
