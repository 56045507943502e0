"""Screens of moving whole sites: export, its download, upload, check report, confirmation."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from network.errors import NetworkError, NotAllowed
from network.guarded_views import shown_to
from network.tenancy.api import get_site, is_network_manager, is_webmaster
from network.transfer.actions import ask_export, confirm_import, receive_archive, sweep_expired, tell_download
from network.transfer.forms import ConfirmForm, UploadForm
from network.transfer.models import FOLDER, JobState, TransferJob
from network.transfer.permissions import may_see, require_may_export
from network.transfer.queries import as_shown, jobs_at

REFRESH_SECONDS = 3


def _is_manager(request: HttpRequest) -> bool:
    return is_network_manager(request.user, request.tenant)


for_managers = shown_to(_is_manager)
for_managers_and_webmasters = shown_to(lambda request: _is_manager(request) or is_webmaster(request.user))


def _job(request: HttpRequest, job_id: uuid.UUID) -> TransferJob:
    """The job, or 404 when it does not exist for this person at this site."""
    job = TransferJob.objects.filter(pk=job_id).first()
    if job is None or not may_see(request.user, request.tenant, job):
        raise Http404
    return job


@require_GET
@for_managers_and_webmasters
def jobs(request: HttpRequest) -> HttpResponse:
    """Exports and imports that this person may look at, newest first."""
    sweep_expired()
    return render(
        request,
        "console/transfers/jobs.html",
        {
            "page_title": _("整站迁移"),
            "jobs": [as_shown(job) for job in jobs_at(request.tenant, request.user)],
            "is_manager": _is_manager(request),
            "is_webmaster": is_webmaster(request.user),
            "own_slug": request.tenant.slug,
        },
    )


@for_managers_and_webmasters
def export(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for the archive of a site of the subtree, or of the own one."""
    try:
        target = get_site(slug)
        require_may_export(request.user, request.tenant, target)
    except (LookupError, NotAllowed) as error:
        raise Http404 from error
    if request.method == "POST":
        try:
            job = ask_export(target, acting_user=request.user, site=request.tenant)
        except NetworkError as error:
            messages.error(request, error.message)
            return redirect("network_transfers:jobs")
        return redirect("network_transfers:job", job_id=job.pk)
    return render(request, "console/transfers/export.html", {"page_title": _("导出整站"), "target": target})


@for_managers
def receive(request: HttpRequest) -> HttpResponse:
    """Upload an archive."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            job = receive_archive(form.cleaned_data["file"].chunks(), acting_user=request.user, site=request.tenant)
        except NetworkError as error:
            form.add_error("file", error.message)
        else:
            return redirect("network_transfers:job", job_id=job.pk)
    return render(request, "console/transfers/import.html", {"page_title": _("导入整站"), "form": form})


@require_GET
@for_managers_and_webmasters
def job(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """Progress, check report, result; ``?format=json`` for programs."""
    shown = as_shown(_job(request, job_id))
    if request.GET.get("format") == "json":
        names = ("state", "site", "error", "report", "progress", "size")
        return JsonResponse({name: getattr(shown, name) for name in names})
    return _show(request, shown)


def _show(request: HttpRequest, shown: Any, form: ConfirmForm | None = None, *, status: int = 200) -> HttpResponse:
    if form is None and shown.state == JobState.CHECKED:
        given = shown.report.get("site", {})
        form = ConfirmForm(
            site=request.tenant,
            initial={
                "slug": given.get("slug"),
                "domain": next(iter(given.get("domains", [])), ""),
                "parent": given.get("parent"),
                "level": given.get("level"),
                "division_code": given.get("division_code"),
            },
        )
    response = render(
        request, "console/transfers/job.html", {"page_title": shown.title, "job": shown, "form": form}, status=status
    )
    if shown.is_under_way:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


@require_POST
@for_managers
def confirm(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """Open the new site with the archive's contents."""
    held = _job(request, job_id)
    form = ConfirmForm(request.POST, site=request.tenant)
    if form.is_valid():
        try:
            confirm_import(held, form.wish(), acting_user=request.user, site=request.tenant)
        except NetworkError as error:
            form.tell(error)
        except LookupError:
            form.add_error("parent", _("没有这个上级站点，请重新选择。"))
        else:
            return redirect("network_transfers:job", job_id=held.pk)
    return _show(request, as_shown(held), form, status=422)


@require_GET
@for_managers_and_webmasters
def download(request: HttpRequest, job_id: uuid.UUID) -> HttpResponseBase:
    """The archive, for whoever may export the site; written down on both sides."""
    held = _job(request, job_id)
    if held.state != JobState.DONE or held.direction != "export" or not held.path.exists():
        raise Http404
    tell_download(held, acting_user=request.user, site=request.tenant)
    if settings.MEDIA_PROXY:
        response: HttpResponseBase = HttpResponse(content_type="application/zip")
        response["X-Accel-Redirect"] = quote(f"/protected-media/{FOLDER}/{held.direction}/{held.path.name}")
    else:
        response = FileResponse(held.path.open("rb"), content_type="application/zip")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(held.file_name)}"
    response["Cache-Control"] = "private, no-store"
    return response
