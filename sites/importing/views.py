"""Screens of importing: upload, settings with a sample, dry run, report, confirmation, review, undo."""

from __future__ import annotations

import csv
import uuid
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from network.errors import NetworkError
from network.tenancy.api import shown_to
from sites.accounts.api import holds_review_duty
from sites.importing.actions import ask_reading, ask_review, ask_undo, confirm, discard, may_import, receive
from sites.importing.deciding import ask_decisions, ask_whole_decision
from sites.importing.forms import DecisionForm, SettingsForm, SourceForm
from sites.importing.models import ImportBatch, ReviewOrder
from sites.importing.queries import (
    SETTABLE,
    drafts_of,
    has_source,
    orders_of,
    outcome_counts,
    report_lines,
    rows_shown,
    sample_of,
)
from sites.importing.reviewing import shown_for, waiting_for

REFRESH_SECONDS = 3
ROWS_ON_A_PAGE = 50
REVIEWED_ON_A_PAGE = 100
ACTS = {"confirm": confirm, "undo": ask_undo, "submit": ask_review}

for_importers = shown_to(lambda request: may_import(request.user))
for_reviewers = shown_to(lambda request: may_import(request.user) or holds_review_duty(request.user))


def _batch(batch_id: uuid.UUID) -> ImportBatch:
    held = ImportBatch.objects.filter(pk=batch_id).first()
    if held is None:
        raise Http404
    return held


@require_GET
@for_reviewers
def batches(request: HttpRequest) -> HttpResponse:
    """Every batch of the site, newest first."""
    return render(
        request,
        "wagtailadmin/importing/batches.html",
        {
            "page_title": _("导入旧站"),
            "header_icon": "upload",
            "page_obj": Paginator(ImportBatch.objects.all(), ROWS_ON_A_PAGE).get_page(request.GET.get("p")),
            "is_importer": may_import(request.user),
        },
    )


@for_importers
def add(request: HttpRequest) -> HttpResponse:
    """Upload a source."""
    form = SourceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            held = receive(
                given["file"].chunks() if given["file"] else (),
                acting_user=request.user,
                source=given["source"],
                file_name=given["file"].name if given["file"] else given["feed"] or given["start"],
                origin=given["origin"],
                options={"base": given["base"], **form.address()},
            )
        except NetworkError as error:
            form.add_error("file", error.message)
        else:
            return redirect("sites_importing:batch", batch_id=held.pk)
    return render(
        request,
        "wagtailadmin/importing/add.html",
        {"page_title": _("上传旧站内容"), "header_icon": "upload", "form": form},
        status=422 if form.is_bound else 200,
    )


@require_GET
@for_importers
def batch(request: HttpRequest, batch_id: uuid.UUID) -> HttpResponse:
    """Where a batch stands: its settings with a sample, its progress, its rows."""
    return _show(request, _batch(batch_id))


def _show(
    request: HttpRequest, held: ImportBatch, form: SettingsForm | None = None, *, status: int = 200
) -> HttpResponse:
    is_settable = held.state in SETTABLE
    outcome = request.GET.get("outcome", "")
    rows = Paginator(rows_shown(held, outcome), ROWS_ON_A_PAGE).get_page(request.GET.get("p"))
    response = render(
        request,
        "wagtailadmin/importing/batch.html",
        {
            "page_title": held.origin,
            "header_icon": "upload",
            "batch": held,
            "form": (form or SettingsForm(batch=held)) if is_settable else None,
            "sample": sample_of(held) if is_settable and has_source(held) else None,
            "counts": outcome_counts(held),
            "page_obj": rows,
            "page_query": f"outcome={outcome}&" if outcome else "",
            "outcome": outcome,
            "drafts": drafts_of(held),
        },
        status=status,
    )
    if held.is_under_way:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


@require_POST
@for_importers
def read(request: HttpRequest, batch_id: uuid.UUID) -> HttpResponse:
    """Keep the settings, begin the dry run."""
    held = _batch(batch_id)
    form = SettingsForm(request.POST, batch=held)
    if form.is_valid():
        try:
            ask_reading(held, acting_user=request.user, options=form.options())
        except NetworkError as error:
            form.add_error(None, error.message)
        else:
            return redirect("sites_importing:batch", batch_id=held.pk)
    return _show(request, held, form, status=422)


@require_POST
@for_importers
def act(request: HttpRequest, batch_id: uuid.UUID, act: str) -> HttpResponse:
    """Confirm, send for review, undo, throw away."""
    held = _batch(batch_id)
    try:
        if act == "discard":
            discard(held, acting_user=request.user)
            messages.success(request, _("已丢弃“%(name)s”。") % {"name": held.origin})
            return redirect("sites_importing:batches")
        if act not in ACTS:
            raise Http404
        ACTS[act](held, acting_user=request.user)
    except NetworkError as error:
        messages.error(request, error.message)
    return redirect("sites_importing:batch", batch_id=held.pk)


@require_GET
@for_importers
def report(request: HttpRequest, batch_id: uuid.UUID) -> HttpResponseBase:
    """The report of every row as CSV."""
    held = _batch(batch_id)
    response = StreamingHttpResponse(_csv(held), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="import-{held.pk}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


class _Line:
    """What a CSV writer writes to: gives each line back."""

    def write(self, line: str) -> str:
        return line


def _csv(held: ImportBatch) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff"
    for line in report_lines(held):
        yield writer.writerow(line)  # type: ignore[misc]


@for_reviewers
def review(request: HttpRequest, batch_id: uuid.UUID) -> HttpResponse:
    """The items of a batch that wait for this person, to decide on many at a time."""
    held = _batch(batch_id)
    form = DecisionForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                order, left_out = _ordered(request, held, form)
            except NetworkError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, _("已交办 %(count)s 篇，结果稍后显示。") % {"count": order.total})
                if left_out:
                    sentence = _("%(count)s 篇在您打开本页以后又改过，没有交办，请重新审阅。")
                    messages.warning(request, sentence % {"count": left_out})
                return redirect("sites_importing:review", batch_id=held.pk)
    due = waiting_for(held, request.user)
    pages = Paginator(due, REVIEWED_ON_A_PAGE).get_page(request.GET.get("p"))
    orders = orders_of(held, request.user)
    response = render(
        request,
        "wagtailadmin/importing/review.html",
        {
            "page_title": _("整批审核"),
            "header_icon": "check",
            "batch": held,
            "form": form,
            "page_obj": pages,
            "waiting": shown_for(held, list(pages.object_list)),
            "up_to": max((each.revision_id for each in due), default=0),
            "orders": orders,
        },
        status=status,
    )
    if any(order.finished_at is None for order in orders):
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


def _ordered(request: HttpRequest, held: ImportBatch, form: DecisionForm) -> tuple[ReviewOrder, int]:
    given = form.cleaned_data
    wish: dict[str, Any] = {"acting_user": request.user, "action": given["action"], "comment": given["comment"]}
    if given["up_to"]:
        return ask_whole_decision(held, up_to=given["up_to"], **wish)
    return ask_decisions(held, _chosen(request), **wish), 0


def _chosen(request: HttpRequest) -> list[tuple[int, int]]:
    """``(task state, revision)`` pairs as the check boxes name them; what is no pair is left out."""
    chosen = []
    for text in request.POST.getlist("chosen"):
        key, _dash, revision = text.partition("-")
        if key.isdigit() and revision.isdigit():
            chosen.append((int(key), int(revision)))
    return chosen
