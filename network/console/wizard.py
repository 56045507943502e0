"""The wizard that opens a site: unit, identity, columns, first staff, a last look."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from formtools.wizard.views import SessionWizardView

from network.console.suggestions import facts_of_division, facts_of_place, find_division
from network.console.wizard_forms import ColumnsForm, IdentityForm, StaffFormSet, SummaryForm, UnitForm
from network.errors import NetworkError
from network.events import staff_roles
from network.tenancy.api import Level, is_network_manager, new_password
from network.tenancy.models import State
from network.tenancy.provisioning import ask_for_site

UNIT, IDENTITY, COLUMNS, STAFF, SUMMARY = "unit", "identity", "columns", "staff", "summary"
FIRST_STAFF = (
    ("webmaster", "站点管理员", "信息中心", ["webmaster"]),
    ("editor", "编辑员", "办公室", ["editor"]),
    ("reviewer", "初审员", "办公室", ["reviewer"]),
    ("final", "终审员", "局领导", ["final_reviewer"]),
    ("secrecy", "保密审查员", "保密办", ["secrecy_reviewer"]),
    ("security", "安全管理员", "保密办", ["security_administrator"]),
    ("auditor", "审计员", "监察室", ["auditor"]),
)
NETWORK_MANAGER = ("manager", "站群管理员", "信息中心", ["network_manager"])


class OpenSiteWizard(SessionWizardView):
    """Fills in what can be known, asks for the rest, writes one request; the provisioner does the work.

    No password is kept anywhere: they are made at the end and stand on one page, their hashes go into
    the request.
    """

    form_list = [
        (UNIT, UnitForm),
        (IDENTITY, IdentityForm),
        (COLUMNS, ColumnsForm),
        (STAFF, StaffFormSet),
        (SUMMARY, SummaryForm),
    ]
    template_name = "console/sites/wizard.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_network_manager(request.user, request.tenant):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self, step: str | None = None) -> dict[str, Any]:
        if step == UNIT:
            return {"site": self.request.tenant}
        if step == IDENTITY:
            return {"site": self.request.tenant, "unit": self._cleaned(UNIT)}
        if step == COLUMNS:
            return {"level": self._cleaned(IDENTITY).get("level") or Level.PREFECTURE}
        return {}

    def get_form_initial(self, step: str) -> Any:
        if step == IDENTITY:
            unit = self._cleaned(UNIT)
            division = find_division(unit.get("division") or "")
            if division is not None:
                return facts_of_division(division)
            if unit.get("place"):
                return facts_of_place(unit["place"], level=unit["level"], site=self.request.tenant)
        if step == STAFF:
            level = self._cleaned(IDENTITY).get("level")
            people = [*FIRST_STAFF, *([NETWORK_MANAGER] if level == Level.PROVINCE else [])]
            keys = ("username", "name", "department", "roles")
            return [dict(zip(keys, person, strict=True)) for person in people]
        return super().get_form_initial(step)

    def get_context_data(self, form: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(form=form, **kwargs)
        titles = {
            UNIT: _("单位"),
            IDENTITY: _("身份"),
            COLUMNS: _("栏目"),
            STAFF: _("人员"),
            SUMMARY: _("核对"),
        }
        context["page_title"] = _("开设站点")
        context["titles"] = [(name, titles[name]) for name in self.steps.all]
        context["is_staff_step"] = self.steps.current == STAFF
        if self.steps.current == SUMMARY:
            context.update(self._summary())
        return context

    def _cleaned(self, step: str) -> dict[str, Any]:
        """What an earlier step holds; empty when it was not filled in."""
        return (self.get_cleaned_data_for_step(step) if self.storage.get_step_data(step) else None) or {}

    def _summary(self) -> dict[str, Any]:
        identity_form = self.get_form(IDENTITY, self.storage.get_step_data(IDENTITY))
        columns_form = self.get_form(COLUMNS, self.storage.get_step_data(COLUMNS))
        staff_form = self.get_form(STAFF, self.storage.get_step_data(STAFF))
        columns_form.is_valid(), staff_form.is_valid(), identity_form.is_valid()
        chosen = set(columns_form.cleaned_data.get("columns") or ())
        roles = dict(staff_roles.items())
        return {
            "identity": _shown(identity_form),
            "state_label": State(self._cleaned(UNIT).get("state") or State.PREPARING).label,
            "column_count": len(columns_form.fixed) + len(chosen),
            "left_out": [choice.title for choice in columns_form.optional if choice.key not in chosen],
            "people": [
                {**person, "duties": "、".join(roles[role] for role in person["roles"])}
                for person in staff_form.people()
            ],
        }

    def done(self, form_list: Any, form_dict: dict[str, Any], **kwargs: Any) -> HttpResponse:
        identity = form_dict[IDENTITY]
        passwords = {person["username"]: new_password() for person in form_dict[STAFF].people()}
        staff = [
            {
                **person,
                "password_hash": make_password(passwords[person["username"]]),
                "must_change_password": True,
            }
            for person in form_dict[STAFF].people()
        ]
        cleaned = identity.cleaned_data
        try:
            wish = ask_for_site(
                cleaned["slug"],
                acting_user=self.request.user,
                site=self.request.tenant,
                facts=identity.facts(cleaned),
                domain=cleaned["domain"],
                staff=staff,
                without_columns=form_dict[COLUMNS].without(form_dict[COLUMNS].cleaned_data["columns"]),
            )
        except NetworkError as error:
            messages.error(self.request, error.message)
            response: HttpResponse = self.render_goto_step(IDENTITY)
            return response
        roles = dict(staff_roles.items())
        context = {
            "page_title": _("首批账号"),
            "page_subtitle": cleaned["short_name"],
            "wish": wish,
            "accounts": [
                {
                    **person,
                    "password": passwords[person["username"]],
                    "duties": "、".join(roles[role] for role in person["roles"]),
                }
                for person in staff
            ],
        }
        response = render(self.request, "console/sites/accounts.html", context)
        response["Cache-Control"] = "no-store"
        return response


def _shown(form: Any) -> list[tuple[str, str]]:
    """Label and value of every field of a valid form, choices by their words."""
    shown = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name, "")
        shown.append((str(field.label), str(dict(getattr(field, "choices", ())).get(value, value))))
    return shown
