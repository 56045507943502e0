"""The checks of what is being written, answered to the editor; the screens of the site's own words."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from wagtail.models import Page

from network.errors import InvalidValue
from network.tenancy.api import webmaster_required
from network.terms.api import TermForm, list_context
from sites.content.base import ContentPage
from sites.screening.actions import add_own_term, retire_own_term
from sites.screening.models import OwnTerm
from sites.screening.queries import screen

ICON = "clipboard-list"
SPACE = "sites_screening"


@require_POST
def check_page(request: HttpRequest, page_id: int) -> HttpResponse:
    """What is to mend on a page as the open form says it; nothing is kept."""
    page = get_object_or_404(Page, pk=page_id).specific
    if not isinstance(page, ContentPage):
        raise Http404
    may_look = page.permissions_for_user(request.user).can_edit()
    task = page.current_workflow_task
    if not may_look and not (task is not None and task.user_can_access_editor(page, request.user)):
        raise PermissionDenied
    return _answer(request, page.get_latest_revision_as_object(), page.get_parent())


@require_POST
def check_new(request: HttpRequest, model: str, parent_id: int) -> HttpResponse:
    """The same for a page that is not saved yet."""
    parent = get_object_or_404(Page, pk=parent_id).specific
    try:
        page_type = apps.get_model(model)
    except (LookupError, ValueError) as error:
        raise Http404 from error
    if not issubclass(page_type, ContentPage) or page_type not in type(parent).creatable_subpage_models():
        raise Http404
    if not parent.permissions_for_user(request.user).can_add_subpage():
        raise PermissionDenied
    return _answer(request, page_type(owner=request.user), parent)


def _answer(request: HttpRequest, page: ContentPage, parent: Page) -> HttpResponse:
    form_class = page.get_edit_handler().get_form_class()
    form = form_class(request.POST, instance=page, for_user=request.user, parent_page=parent)
    # Half-written is how a text is while it is written.
    form.defer_required_fields()
    try:
        if form.is_valid():
            page = form.save(commit=False)
    except (KeyError, ValidationError):
        return HttpResponseBadRequest(_("这不是编辑页面发来的内容，请刷新编辑页面。"))
    findings = screen(page)
    blocking = sum(finding.is_blocking for finding in findings)
    told = {
        "summary": _("内容检查：%(must)s 处必须改正，%(may)s 处请核对。")
        % {"must": blocking, "may": len(findings) - blocking},
        "findings": [
            {
                "check": finding.check,
                "field": finding.place.field,
                "block": finding.place.block,
                "label": _("必须改正") if finding.is_blocking else _("请核对"),
                "sentence": finding.sentence,
                "basis": _("依据：%(basis)s") % {"basis": finding.basis},
                "isBlocking": finding.is_blocking,
            }
            for finding in findings
        ],
    }
    response = JsonResponse(told)
    response["Cache-Control"] = "no-store"
    return response


@require_GET
@webmaster_required
def terms(request: HttpRequest) -> HttpResponse:
    """The words that this site adds to the hub's list."""
    listed = list_context(
        OwnTerm,
        wanted=request.GET.get("q", "").strip(),
        kind=request.GET.get("kind", ""),
        number=request.GET.get("p"),
    )
    context: dict[str, Any] = {
        "page_title": _("本站词表"),
        "header_icon": ICON,
        "may_edit": True,
        "space": SPACE,
        "add_url": reverse(f"{SPACE}:add"),
        **listed,
    }
    return render(request, "console/terms/index.html", context)


@webmaster_required
def add(request: HttpRequest) -> HttpResponse:
    """Put a word on the site's own list."""
    form = TermForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            term = add_own_term(acting_user=request.user, site=request.tenant, **form.cleaned_data)
        except InvalidValue as error:
            form.add_error("word", error.message)
        else:
            messages.success(request, _("“%(word)s”已列入，即时生效。") % {"word": term.word})
            return redirect(f"{SPACE}:terms")
    context = {"page_title": _("列入词语"), "header_icon": ICON, "form": form, "back_url": reverse(f"{SPACE}:terms")}
    return render(request, "console/terms/add.html", context)


@require_POST
@webmaster_required
def retire(request: HttpRequest, term_id: int) -> HttpResponse:
    """Take a word off the site's own list."""
    try:
        term = retire_own_term(term_id, acting_user=request.user, site=request.tenant)
    except InvalidValue as error:
        raise Http404(error.message) from error
    messages.success(request, _("“%(word)s”已停用，今后不再检查。") % {"word": term.word})
    return redirect(f"{SPACE}:terms")
