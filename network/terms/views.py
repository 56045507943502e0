"""Screens of the hub's list of words."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from network.errors import InvalidValue
from network.guarded_views import shown_to
from network.tenancy.api import is_network_manager
from network.terms.actions import add_shared_term, retire_shared_term
from network.terms.forms import TermForm
from network.terms.models import SharedTerm
from network.terms.queries import list_context

ICON = "clipboard-list"
SPACE = "network_terms"

hub_manager_required = shown_to(
    lambda request: request.tenant.is_hub and is_network_manager(request.user, request.tenant)
)
"""404 for everybody but the hub's network manager."""


@require_GET
@hub_manager_required
def index(request: HttpRequest) -> HttpResponse:
    """The words that every site's texts are held against."""
    listed = list_context(
        SharedTerm,
        wanted=request.GET.get("q", "").strip(),
        kind=request.GET.get("kind", ""),
        number=request.GET.get("p"),
    )
    context = {
        "page_title": _("全群词表"),
        "header_icon": ICON,
        "may_edit": True,
        "space": SPACE,
        "add_url": reverse(f"{SPACE}:add"),
        **listed,
    }
    return render(request, "console/terms/index.html", context)


@hub_manager_required
def add(request: HttpRequest) -> HttpResponse:
    """Put a word on the list."""
    form = TermForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            term = add_shared_term(acting_user=request.user, site=request.tenant, **form.cleaned_data)
        except InvalidValue as error:
            form.add_error("word", error.message)
        else:
            messages.success(request, _("“%(word)s”已列入，即时生效。") % {"word": term.word})
            return redirect("network_terms:index")
    context = {"page_title": _("列入词语"), "header_icon": ICON, "form": form, "back_url": reverse(f"{SPACE}:index")}
    return render(request, "console/terms/add.html", context)


@require_POST
@hub_manager_required
def retire(request: HttpRequest, term_id: int) -> HttpResponse:
    """Take a word off the list."""
    try:
        term = retire_shared_term(term_id, acting_user=request.user, site=request.tenant)
    except InvalidValue as error:
        raise Http404(error.message) from error
    messages.success(request, _("“%(word)s”已停用，今后不再检查。") % {"word": term.word})
    return redirect("network_terms:index")
