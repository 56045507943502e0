"""What the screens show of jobs."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from network.tenancy.api import Site, absolute_url, get_site, is_network_manager, request_error, subtree
from network.transfer.models import Direction, JobState, TransferJob
from network.transfer.permissions import may_see

KIND_LABELS = {
    "people": gettext_lazy("人员"),
    "collections": gettext_lazy("文件夹"),
    "images": gettext_lazy("图片"),
    "documents": gettext_lazy("文件"),
    "pages": gettext_lazy("页面"),
    "revisions": gettext_lazy("版本"),
    "decisions": gettext_lazy("审核意见"),
    "approvals": gettext_lazy("核准"),
    "redirects": gettext_lazy("跳转"),
    "imported_items": gettext_lazy("导入稿件"),
    "workflow": gettext_lazy("审核环节"),
    "addresses": gettext_lazy("网址"),
    "files": gettext_lazy("原始文件"),
}
SHOWN = 100


@dataclass(frozen=True)
class ShownJob:
    """A job as a screen shows it; ``state`` follows the site request of an import under way."""

    job: TransferJob
    state: str
    error: str

    def __getattr__(self, name: str) -> Any:
        return getattr(self.job, name)

    @property
    def title(self) -> str:
        if self.job.direction == Direction.EXPORT:
            return _("导出整站：%(site)s") % {"site": site_name(self.job.site)}
        given = self.job.report.get("site", {})
        return _("导入整站：%(site)s") % {"site": given.get("full_name") or _("待核对")}

    @property
    def state_label(self) -> str:
        return str(JobState(self.state).label)

    @property
    def is_under_way(self) -> bool:
        return self.state in (JobState.WAITING, JobState.OPENING)

    @property
    def can_download(self) -> bool:
        return self.job.direction == Direction.EXPORT and self.state == JobState.DONE

    @property
    def counts(self) -> list[tuple[str, int]]:
        given = self.job.report.get("counts", {})
        kinds = [*(kind for kind in KIND_LABELS if kind in given), *(kind for kind in given if kind not in KIND_LABELS)]
        return [(str(KIND_LABELS.get(kind, kind)), given[kind]) for kind in kinds]

    @property
    def exported_at(self) -> datetime.datetime | None:
        """When the archive was made, as it says itself."""
        return parse_datetime(self.job.report.get("exported_at") or "")

    @property
    def progress_label(self) -> str:
        kind = self.job.progress.get("kind", "")
        return f"{KIND_LABELS.get(kind, kind)} {self.job.progress.get('done', '')}".strip()

    @property
    def site_url(self) -> str:
        is_open = self.job.direction == Direction.IMPORT and self.state == JobState.DONE
        return absolute_url(get_site(self.job.site)) if is_open else ""


def site_name(slug: str) -> str:
    """Short name of a site; its key when it is no longer registered."""
    try:
        return str(get_site(slug).short_name)
    except LookupError:
        return slug


def as_shown(job: TransferJob) -> ShownJob:
    """The job with what became of its site request."""
    if job.state == JobState.OPENING:
        error = request_error(job.site)
        if error:
            # What failed may be decided anew: another key, another domain.
            return ShownJob(job=job, state=JobState.CHECKED, error=error)
    return ShownJob(job=job, state=job.state, error=job.error)


def jobs_at(site: Site, person: Any) -> list[TransferJob]:
    """Jobs that a person at a site may look at, newest first."""
    below = [each.slug for each in subtree(site)] if is_network_manager(person, site) else [site.slug]
    rows = TransferJob.objects.filter(
        Q(direction=Direction.EXPORT, site__in=below) | Q(direction=Direction.IMPORT, asked_at=site.slug)
    )
    return [job for job in rows[:SHOWN] if may_see(person, site, job)]
