"""Screens on which the hub or a province says how business information is written."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from network.contracts import GuidedType
from network.errors import InvalidValue
from network.guidance.actions import retire_guidance, write_guidance
from network.guidance.forms import GuidanceForm
from network.guidance.queries import (
    counts_of,
    field_label,
    fields_of,
    find_type,
    known_types,
    notes_for,
    sites_that_guide,
)
from network.tenancy.api import network_manager_required

ICON = "help"


@require_GET
@network_manager_required
def index(request: HttpRequest) -> HttpResponse:
    """Every type with how much is said of it here, above."""
    chain = sites_that_guide(request.tenant)
    counts = counts_of(chain)
    *above, own = chain
    context = {
        "page_title": _("采编指导"),
        "header_icon": ICON,
        "above": [site.short_name for site in above],
        "rows": [
            {
                "type": kind,
                "own": counts.get((own.slug, kind.key), 0),
                "above": [counts.get((site.slug, kind.key), 0) for site in above],
            }
            for kind in known_types()
        ],
    }
    return render(request, "console/guidance/index.html", context)


@require_GET
@network_manager_required
def page_type(request: HttpRequest, page_type: str) -> HttpResponse:
    """Every field of a type with what is said of it."""
    kind = _type_or_404(page_type)
    notes = notes_for(request.tenant, kind.key)
    context = {
        "page_title": _("采编指导：%(type)s") % {"type": kind.label},
        "header_icon": ICON,
        "type": kind,
        "rows": [{"field": name, "label": label, "notes": notes.get(name, ())} for name, label in fields_of(kind)],
    }
    return render(request, "console/guidance/type.html", context)


@network_manager_required
def field(request: HttpRequest, page_type: str, field: str) -> HttpResponse:
    """Write what this site says of one field."""
    kind = _type_or_404(page_type)
    label = _label_or_404(kind, field)
    notes = notes_for(request.tenant, kind.key).get(field, [])
    own = next((note for note in notes if note.is_own), None)
    form = GuidanceForm(request.POST or None, initial={"note": own.note, "sample": own.sample} if own else {})
    if request.method == "POST" and form.is_valid():
        try:
            write_guidance(
                acting_user=request.user,
                site=request.tenant,
                page_type=kind.key,
                field=field,
                note=form.cleaned_data["note"],
                sample=form.cleaned_data["sample"],
            )
        except InvalidValue as error:
            form.add_error("note", error.message)
        else:
            messages.success(request, _("“%(field)s”的采编指导已发出，写稿界面即时显示。") % {"field": label})
            return redirect("network_guidance:type", page_type=kind.key)
    context = {
        "page_title": label,
        "header_icon": ICON,
        "parent": (kind.label, reverse("network_guidance:type", args=[kind.key])),
        "type": kind,
        "field": field,
        "form": form,
        "own": own,
        "above": [note for note in notes if not note.is_own],
    }
    return render(request, "console/guidance/field.html", context)


@require_POST
@network_manager_required
def retire(request: HttpRequest, page_type: str, field: str) -> HttpResponse:
    """Take back what this site says of one field."""
    kind = _type_or_404(page_type)
    label = _label_or_404(kind, field)
    try:
        retire_guidance(acting_user=request.user, site=request.tenant, page_type=kind.key, field=field)
    except InvalidValue as error:
        raise Http404(error.message) from error
    messages.success(request, _("“%(field)s”的采编指导已收回。") % {"field": label})
    return redirect("network_guidance:type", page_type=kind.key)


def _type_or_404(key: str) -> GuidedType:
    try:
        return find_type(key)
    except LookupError as error:
        raise Http404 from error


def _label_or_404(kind: GuidedType, field: str) -> str:
    try:
        return field_label(kind, field)
    except LookupError as error:
        raise Http404 from error
