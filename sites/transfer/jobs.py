"""The worker's and the provisioner's part in moving a site."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from network.contracts import OutboxItem
from network.errors import NetworkError
from network.tenancy.api import get_site, in_public
from network.transfer.api import (
    Direction,
    JobState,
    TransferJob,
    fail,
    finish_check,
    finish_export,
    finish_import,
    open_archive,
    progress_of,
)
from sites.media.scanning import NotScanned
from sites.transfer.checking import check_archive
from sites.transfer.exporting import export_site, snapshot_of
from sites.transfer.importing import tell
from sites.transfer.loading import load_archive


def _waiting(items: Sequence[OutboxItem]) -> Iterator[TransferJob]:
    for item in items:
        job = TransferJob.objects.filter(pk=item.key, state=JobState.WAITING).first()
        if job is not None:
            yield job


def export_handler(site: str, items: Sequence[OutboxItem]) -> None:
    """Outbox handler: write the archive, then say that it is there; doing it again writes it anew."""
    for job in _waiting(items):
        try:
            target = get_site(job.site)
            with snapshot_of(target):
                facts = export_site(target, job.path, exported_by=job.asked_by, progress=progress_of(job))
        except (NetworkError, LookupError) as error:
            fail(job, str(error))
        else:
            finish_export(job, facts)


def check_handler(site: str, items: Sequence[OutboxItem]) -> None:
    """Outbox handler: hold an uploaded archive against the rules."""
    for job in _waiting(items):
        try:
            with open_archive(job.path) as archive:
                report = check_archive(archive).as_report()
        except NotScanned:
            # The archive stays, the worker tries again.
            raise
        except NetworkError as error:
            fail(job, error.message)
        else:
            finish_check(job, report)


def fill_site(site: Any, request: dict[str, Any]) -> None:
    """Provisioning step: the contents of the archive from which this site was asked for, if it was."""
    with in_public():
        job = TransferJob.objects.filter(direction=Direction.IMPORT, state=JobState.OPENING, site=site.slug).first()
    if job is None:
        return
    with open_archive(job.path) as archive:
        report = load_archive(archive, site, progress=progress_of(job))
        tell(site.slug, archive, report, person=job.asked_by)
    with in_public():
        finish_import(job, report)
