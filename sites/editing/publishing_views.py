"""Screens of the publisher: what is approved and waits, one item as it was approved, where publishers publish."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from wagtail.models import Page, TaskState

from network.errors import InvalidValue, NetworkError, sentence_of
from network.tenancy.api import MANAGE_SECURITY, is_webmaster
from sites.editing.models import Decision, Duty, Outcome, PublishSchedule, ScheduleState
from sites.editing.publishers import (
    columns_of,
    demanding_rule,
    places_held,
    publishing_columns,
    publishing_gap,
    waiting_steps,
)
from sites.editing.publishing_forms import COLUMNS, EVERYWHERE, FOLLOWS, PlacesForm, ReturnForm, ScheduleForm
from sites.editing.queries import (
    actor_of,
    approvals_on,
    decidable_steps,
    may_decide,
    names_of,
    page_key_of,
    problems_of,
)
from sites.editing.releasing import cancel_schedule, publish_waiting, return_waiting, schedule_waiting
from sites.editing.switching import set_publishing_places

ICON = "success"
ON_A_SCREEN = 25
"""Also how many are published at once: each is some fifty statements in its own transaction."""

PUBLISHED_SHOWN = 12


def may_switch(request: HttpRequest) -> bool:
    """Whether the person chooses where publishers publish: webmaster or security administrator, no visitor."""
    if getattr(request.user, "is_visitor", False):
        return False
    return is_webmaster(request.user) or bool(request.user.has_perm(MANAGE_SECURITY))


def board(request: HttpRequest) -> HttpResponse:
    """What is approved and waits, the latest that publishers published; several are published at once."""
    if request.method == "POST":
        _publish_chosen(request)
        return redirect("sites_publishing:board")
    page_obj = Paginator(waiting_steps(), ON_A_SCREEN).get_page(request.GET.get("p"))
    lines = _lines(request, list(page_obj))
    acts = Decision.objects.filter(duty=Duty.PUBLISH, outcome=Outcome.APPROVE).order_by("-pk")
    published = list(acts[:PUBLISHED_SHOWN])
    names = names_of(published)
    titles = dict(Page.objects.filter(pk__in=[each.page_id for each in published]).values_list("pk", "title"))
    context = {
        "page_title": _("待发布"),
        "header_icon": ICON,
        "page_obj": page_obj,
        "lines": lines,
        "may_publish_some": any(line["may_publish"] for line in lines),
        "columns": publishing_columns(),
        "is_everywhere": places_held()[0] or demanding_rule(request.tenant) is not None,
        "gap": publishing_gap(),
        "published": [(each, titles.get(each.page_id, ""), names[actor_of(each)]) for each in published],
        "may_switch": may_switch(request),
    }
    return render(request, "wagtailadmin/publishing/board.html", context)


def item(request: HttpRequest, page_id: int) -> HttpResponse:
    """One item as it was approved, with what its publisher may do."""
    state, page = _waiting(request, page_id)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    forms: dict[str, Any] = {
        "schedule": ScheduleForm(request.POST if act == "schedule" else None),
        "return": ReturnForm(request.POST if act == "return" else None),
    }
    refusal = ""
    if act and not _is_shown_form(request, state):
        refusal = _("打开以后稿件又改过，没有办理。请看过现在的样子再办理。")
    elif act in ("publish", "schedule", "return") and (act == "publish" or forms[act].is_valid()):
        try:
            messages.success(request, _carry_out(request, state, act, forms))
        except (NetworkError, IntegrityError) as error:
            refusal = sentence_of(error)
        else:
            return redirect("sites_publishing:board")
    context = {
        "page_title": _("发布"),
        "header_icon": ICON,
        "page": page,
        "line": _lines(request, [state])[0],
        "state": state,
        "schedule_form": forms["schedule"],
        "return_form": forms["return"],
        "refusal": refusal,
    }
    return render(request, "wagtailadmin/publishing/item.html", context, status=400 if refusal else 200)


@require_GET
def preview(request: HttpRequest, page_id: int) -> HttpResponse:
    """Exactly the revision that was approved, through the view that serves the public page."""
    state, _page = _waiting(request, page_id)
    shown = state.revision.as_object()
    answer: HttpResponse = shown.make_preview_request(request, shown.default_preview_mode)
    return answer


@require_POST
def cancel(request: HttpRequest, schedule_id: int) -> HttpResponse:
    """Take an order for an hour back."""
    get_object_or_404(PublishSchedule, pk=schedule_id)
    try:
        cancel_schedule(schedule_id, acting_user=request.user)
    except InvalidValue as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("已取消定时发布，稿件仍在待发布。"))
    return redirect("sites_publishing:board")


def places(request: HttpRequest) -> HttpResponse:
    """Where publishing is a publisher's act at this site."""
    if not may_switch(request):
        raise Http404
    is_everywhere, held = places_held()
    method = EVERYWHERE if is_everywhere else COLUMNS if held else FOLLOWS
    form = PlacesForm(request.POST or None, initial={"method": method, "columns": held})
    is_refused = request.method == "POST"
    if request.method == "POST" and form.is_valid():
        try:
            set_publishing_places(acting_user=request.user, site=request.tenant, **form.choice)
        except NetworkError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("发布办法已更改。"))
            return redirect("sites_publishing:board")
    context = {
        "page_title": _("发布办法"),
        "header_icon": ICON,
        "form": form,
        "rule": demanding_rule(request.tenant),
        "gap": publishing_gap(),
    }
    return render(request, "wagtailadmin/publishing/places.html", context, status=400 if is_refused else 200)


def _waiting(request: HttpRequest, page_id: int) -> tuple[TaskState, Page]:
    """What waits of a page, for those whom it concerns; for everybody else it does not exist."""
    page = get_object_or_404(Page, pk=page_id)
    state = waiting_steps().filter(workflow_state__object_id=str(page_id)).first()
    if state is None or getattr(request.user, "is_visitor", False):
        raise Http404
    if (
        not may_decide(state.task.specific, page, request.user)
        and not page.permissions_for_user(request.user).can_edit()
    ):
        raise Http404
    return state, page


def _is_shown_form(request: HttpRequest, state: TaskState) -> bool:
    return request.POST.get("form") == f"{state.pk}-{state.revision_id}"


def _carry_out(request: HttpRequest, state: TaskState, act: str, forms: dict[str, Any]) -> str:
    """Do what the publisher pressed; returns what to say of it. Raises NetworkError, IntegrityError."""
    held = (state.pk, state.revision_id)
    acts: dict[str, Callable[[], str]] = {
        "publish": lambda: _("“%(title)s”已发布。") % {"title": publish_waiting(*held, acting_user=request.user)},
        "return": lambda: (
            _("“%(title)s”已退回，核准作废。")
            % {
                "title": return_waiting(
                    *held,
                    acting_user=request.user,
                    reasons=forms["return"].sentences,
                    note=forms["return"].cleaned_data["note"],
                )
            }
        ),
        "schedule": lambda: (
            _("已定于 %(at)s 发布。")
            % {
                "at": timezone.localtime(
                    schedule_waiting(
                        *held, acting_user=request.user, publish_at=forms["schedule"].cleaned_data["publish_at"]
                    ).publish_at
                ).strftime("%Y-%m-%d %H:%M")
            }
        ),
    }
    return acts[act]()


def _publish_chosen(request: HttpRequest) -> None:
    """Publish what was ticked, each in a transaction of its own; tell what became of it."""
    chosen = [_pair(value) for value in request.POST.getlist("chosen")[:ON_A_SCREEN]]
    published, refused = 0, []
    for state_id, revision_id in chosen:
        try:
            publish_waiting(state_id, revision_id, acting_user=request.user)
        except (NetworkError, IntegrityError) as error:
            refused.append(sentence_of(error))
        else:
            published += 1
    if not chosen:
        messages.warning(request, _("没有选中稿件。请勾选要发布的稿件。"))
    if published:
        messages.success(request, _("已发布 %(count)s 篇。") % {"count": published})
    for reason in refused:
        messages.error(request, reason)


def _pair(value: str) -> tuple[int, int]:
    state, _dash, revision = value.partition("-")
    return (int(state), int(revision)) if state.isdecimal() and revision.isdecimal() else (0, 0)


def _lines(request: HttpRequest, states: list[TaskState]) -> list[dict[str, Any]]:
    """What the screens say of each that waits; the same number of statements however many."""
    keys = [state.pk for state in states]
    pages = Page.objects.in_bulk([page_key_of(state) for state in states])
    schedules = {
        schedule.task_state_id: schedule
        for schedule in PublishSchedule.objects.filter(
            task_state_id__in=keys, state__in=[ScheduleState.WAITING, ScheduleState.REFUSED]
        ).order_by("pk")
    }
    titles = columns_of(list(pages.values()))
    approvals = approvals_on(states)
    problems = problems_of(states, approvals)
    decidable = set(decidable_steps(request.user).filter(pk__in=keys).values_list("pk", flat=True))
    names = names_of([*(each for found in approvals.values() for each in found), *schedules.values()])
    lines = []
    for state in states:
        page = pages.get(page_key_of(state))
        if page is not None:
            schedule = schedules.get(state.pk)
            lines.append(
                {
                    "state": state,
                    "page": page,
                    "column": titles.get(page.pk, ""),
                    "approvals": [(each, names[actor_of(each)]) for each in approvals[state.pk]],
                    "schedule": schedule,
                    "ordered_by": names[actor_of(schedule)] if schedule else "",
                    "problem": problems.get(state.pk, ""),
                    "may_publish": state.pk in decidable,
                }
            )
    return lines
