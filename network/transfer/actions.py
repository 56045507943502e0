"""Every write of moving whole sites."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from network.audit.api import record
from network.errors import InvalidValue
from network.outbox.api import enqueue, send_wakeup
from network.rules.api import rule_value
from network.tenancy.api import Site, get_site, get_site_by_schema, request_error, request_site, require_network_manager
from network.tenancy.models import RequestState, SiteRequest
from network.transfer.facts import Wish, facts_of
from network.transfer.jobs import CHECK_KIND, EXPORT_KIND
from network.transfer.models import Direction, JobState, Purpose, TransferJob
from network.transfer.permissions import require_may_export, require_may_open

KEEP_DAYS = "transfer.keep_days"


@transaction.atomic
def ask_export(target: Site, *, acting_user: Any, site: Site) -> TransferJob:
    """Ask for the archive of a site; the worker writes it. Raises NotAllowed, InvalidValue."""
    require_may_export(acting_user, site, target)
    if TransferJob.objects.filter(direction=Direction.EXPORT, site=target.slug, state=JobState.WAITING).exists():
        raise InvalidValue(f"“{target.short_name}”的导出正在进行，请等它完成。", site=target.slug)
    job = _order(target, person=acting_user.get_username(), site=site, purpose=Purpose.ASKED)
    _tell("site.export", job, site, target)
    return job


@transaction.atomic
def keep_closing_archive(target: Site, *, person: str, site: Site) -> TransferJob:
    """Ask for the archive that stays when a site closes; it does not expire.

    For the action that closes a site, in its transaction, after its own check of rights.
    """
    waiting = TransferJob.objects.filter(direction=Direction.EXPORT, site=target.slug, state=JobState.WAITING).first()
    if waiting is not None:
        waiting.purpose = Purpose.CLOSING
        waiting.save(update_fields=["purpose"])
        return waiting
    job = _order(target, person=person, site=site, purpose=Purpose.CLOSING)
    _tell("site.export", job, site, target)
    return job


def keep_what_left(schema_name: str) -> None:
    """A site was merged or closed: keep its archive, once."""
    site = get_site_by_schema(schema_name)
    if not TransferJob.objects.filter(site=site.slug, purpose=Purpose.CLOSING).exists():
        keep_closing_archive(site, person="", site=site)


def _order(target: Site, *, person: str, site: Site, purpose: str) -> TransferJob:
    job = TransferJob.objects.create(
        direction=Direction.EXPORT, purpose=purpose, site=target.slug, asked_at=site.slug, asked_by=person
    )
    # Work of no site: that of a closed site waits for its return.
    enqueue(EXPORT_KIND, key=str(job.pk))
    return job


def receive_archive(pieces: Iterable[bytes], *, acting_user: Any, site: Site) -> TransferJob:
    """Take an uploaded archive; the worker holds it against the rules. Raises NotAllowed."""
    require_network_manager(acting_user, site)
    job = TransferJob(direction=Direction.IMPORT, asked_at=site.slug, asked_by=acting_user.get_username())
    job.path.parent.mkdir(parents=True, exist_ok=True)
    beside = job.path.with_suffix(".part")
    with beside.open("wb") as file:
        for piece in pieces:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
        job.size = file.tell()
    beside.rename(job.path)
    job.expires_at = expiry(site)
    try:
        with transaction.atomic():
            job.save(force_insert=True)
            enqueue(CHECK_KIND, key=str(job.pk))
            _tell("site.import.receive", job, site)
    except BaseException:
        job.path.unlink(missing_ok=True)
        raise
    return job


@transaction.atomic
def confirm_import(job: TransferJob, wish: Wish, *, acting_user: Any, site: Site) -> TransferJob:
    """Ask the provisioner to open a site with the archive's contents. Raises NotAllowed, InvalidValue, LookupError."""
    held = TransferJob.objects.select_for_update().get(pk=job.pk)
    facts = facts_of(held.report.get("site", {}), wish)
    require_may_open(acting_user, site, get_site(facts["parent"]))
    is_undecided = held.state == JobState.CHECKED or (held.state == JobState.OPENING and request_error(held.site))
    if held.direction != Direction.IMPORT or held.asked_at != site.slug or not is_undecided:
        raise InvalidValue(f"这份档案现为“{held.get_state_display()}”，只有核对过、还没有导入的档案可以确认。")
    if not held.path.exists():
        raise InvalidValue("这份档案的文件已不在，请重新上传。")
    SiteRequest.objects.filter(slug=wish.slug, state=RequestState.FAILED).delete()
    request_site(wish.slug, facts=facts, domain=wish.domain, staff=[], requested_by=acting_user.get_username())
    held.state = JobState.OPENING
    held.site = wish.slug
    held.error = ""
    held.save()
    _tell("site.import.confirm", held, site)
    send_wakeup("provisioner")
    return held


@transaction.atomic
def tell_download(job: TransferJob, *, acting_user: Any, site: Site) -> None:
    """Write down who fetched an archive: it holds names of staff and unpublished drafts."""
    _tell("site.export.fetch", job, site, get_site(job.site), person=acting_user.get_username())


def expiry(site: Site) -> datetime.datetime:
    """When an archive made now goes, by the rule in force."""
    return timezone.now() + datetime.timedelta(days=int(rule_value(KEEP_DAYS, level=site.level)))


def sweep_expired() -> int:
    """Delete archives whose time is over; returns how many."""
    due = TransferJob.objects.filter(expires_at__lt=timezone.now()).exclude(
        state__in=[JobState.EXPIRED, JobState.OPENING]
    )
    count = 0
    for job in due:
        with transaction.atomic():
            job.state = JobState.EXPIRED
            job.save(update_fields=["state"])
            record("site.archive.expire", site=job.asked_at, object_kind="transfer", object_id=job.pk)
        job.path.unlink(missing_ok=True)
        count += 1
    return count


def finish_export(job: TransferJob, facts: dict[str, Any]) -> None:
    """The archive lies whole in its place."""
    job.path.chmod(settings.FILE_UPLOAD_PERMISSIONS)
    target = get_site(job.site)
    job.state = JobState.DONE
    job.report = facts
    job.size = job.path.stat().st_size
    job.file_name = f"{job.site}-{timezone.localdate():%Y%m%d}.zip"
    job.finished_at = timezone.now()
    job.expires_at = None if job.purpose == Purpose.CLOSING else expiry(target)
    job.save()


def finish_check(job: TransferJob, report: dict[str, Any]) -> None:
    """The archive may be imported."""
    job.state = JobState.CHECKED
    job.report = report
    job.save()


def finish_import(job: TransferJob, report: dict[str, Any]) -> None:
    """In the transaction that opens the site: it stands with the archive's contents."""
    job.state = JobState.DONE
    job.report = {**report, "site": job.report.get("site", {})}
    job.finished_at = timezone.now()
    job.save(update_fields=["state", "report", "finished_at"])


def fail(job: TransferJob, reason: str) -> None:
    """The job ends here; what it wrote to disk goes."""
    job.state = JobState.FAILED
    job.error = reason[:2000]
    job.finished_at = timezone.now()
    job.save()
    job.path.unlink(missing_ok=True)


def _tell(act: str, job: TransferJob, site: Site, target: Site | None = None, *, person: str = "") -> None:
    """The audit entry, on both sides when they differ."""
    sides = {site.slug, target.slug} if target is not None else {site.slug}
    for side in sorted(sides):
        record(
            act,
            site=side,
            person=person or job.asked_by,
            object_kind="transfer",
            object_id=job.pk,
            detail={"site": job.site, "from": site.slug, "purpose": job.purpose},
        )
