"""Screens of the security administrator: all accounts at a glance, one account, the review."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from network.errors import NetworkError
from sites.accounts import duties, lockout, scopes, second_factor
from sites.accounts.models import AccountReview, DutyScope, Staff, signed_in_person
from sites.accounts.policy import account_policy
from sites.accounts.queries import account_rows, duties_of, gap_without, last_review
from sites.accounts.roles import CONTENT_DUTIES, CONTROL_DUTIES, ROLE_BY_KEY

REVIEWS_SHOWN = 8


class ControlDutiesForm(forms.Form):
    """The duties of control of one account."""

    keys = forms.MultipleChoiceField(
        label=_("管理职责"),
        choices=[(role.key, role.name) for role in CONTROL_DUTIES],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("系统管理（站点管理、站群管理）、安全管理、审计由不同的人担任；审计员不兼任其他职责。"),
    )


class ScopesForm(forms.Form):
    """Where one duty of one account holds; nothing chosen is the whole site."""

    columns = forms.MultipleChoiceField(
        label=_("栏目"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("所选栏目和归在它们之下的栏目。栏目、部门都不选，就是全站。"),
    )
    departments = forms.MultipleChoiceField(
        label=_("责任部门的栏目"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("随“栏目值守”中指定的责任部门变化。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        columns, departments = scopes.places_to_choose()
        self.fields["columns"].choices = list(columns.items())
        self.fields["departments"].choices = [(name, name) for name in departments]


class ReasonForm(forms.Form):
    """Why an account is closed."""

    reason = forms.CharField(label=_("停用原因"), max_length=100, help_text=_("例如：调离、退休、岗位变动。"))


class ReviewForm(forms.Form):
    """What is to be said with a review."""

    note = forms.CharField(label=_("清查说明"), max_length=200, required=False)


def accounts(request: HttpRequest) -> HttpResponse:
    """Every account with duties, last sign-in, device, lock; the review below."""
    duties.require_security_administrator(signed_in_person(request))
    policy = account_policy()
    review = last_review()
    due = review.confirmed_at + datetime.timedelta(days=policy.review_days) if review else None
    context = {
        "page_title": _("安全管理"),
        "rows": account_rows(),
        "locks": lockout.locked_accounts(),
        "due": due,
        "is_overdue": due is None or due < timezone.now(),
        "policy": policy,
        "form": ReviewForm(),
        "reviews": AccountReview.objects.select_related("confirmed_by").order_by("-pk")[:REVIEWS_SHOWN],
    }
    return render(request, "wagtailadmin/accounts/security.html", context)


def account(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: duties of control, second factor, closing."""
    return _account_page(request, _person(request, pk))


def _account_page(request: HttpRequest, person: Staff, refusal: str = "", **forms_in_use: forms.Form) -> HttpResponse:
    """The page of one account; a refusal stands beside the field of the form in use, above all where none is."""
    is_refused = bool(refusal)
    for form in forms_in_use.values():
        if refusal and not form.errors:
            form.add_error(next(iter(form.fields)), refusal)
        refusal = ""
    held = duties_of(person)
    context: dict[str, Any] = {
        "page_title": person.display_name or person.username,
        "person": person,
        "is_own": person.pk == request.user.pk,
        "duties": [ROLE_BY_KEY[key].name for key in held],
        "device": second_factor.confirmed_device(person),
        "locks": [lock for lock in lockout.locked_accounts() if lock["username"] == person.username],
        "duties_form": ControlDutiesForm(initial={"keys": held}),
        "places": [
            {"key": role.key, "name": role.name, "limits": scopes.described(person, role.key)}
            for role in CONTENT_DUTIES
            if role.key in held
        ],
        "reason_form": ReasonForm(),
        "refusal": refusal,
        **forms_in_use,
    }
    return render(request, "wagtailadmin/accounts/security_account.html", context, status=400 if is_refused else 200)


@require_POST
def set_duties(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant and withdraw duties of control."""
    person, form = _person(request, pk), ControlDutiesForm(request.POST)
    if not form.is_valid():
        return _account_page(request, person, refusal=str(_("请从列出的管理职责中选择。")), duties_form=form)
    act = partial(duties.set_control_duties, keys=form.cleaned_data["keys"])
    return _carry_out(request, person, act, _("“%(name)s”的管理职责已更改，其会话已全部结束。"), duties_form=form)


def set_scopes(request: HttpRequest, pk: int, duty: str) -> HttpResponse:
    """Limit a duty of content to columns or to the columns of departments."""
    person = _person(request, pk)
    role = ROLE_BY_KEY.get(duty)
    if role not in CONTENT_DUTIES:
        raise Http404
    rows = DutyScope.objects.filter(person=person, duty=duty)
    initial = {
        "columns": [row.column_key for row in rows if row.column_key],
        "departments": [row.department for row in rows if row.department],
    }
    is_sent = request.method == "POST"
    form = ScopesForm(request.POST if is_sent else None, initial=initial)
    if is_sent and form.is_valid():
        try:
            scopes.set_scopes(acting_user=signed_in_person(request), person=person, duty=duty, **form.cleaned_data)
        except NetworkError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("“%(name)s”的职责范围已更改。") % {"name": person})
            return redirect("staff_security_account", pk=person.pk)
    context = {
        "page_title": _("职责范围"),
        "person": person,
        "duty": role.name,
        "places": scopes.described(person, duty),
        "form": form,
    }
    return render(request, "wagtailadmin/accounts/scopes.html", context, status=400 if is_sent else 200)


@require_POST
def reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget the device of a person who lost it."""
    return _carry_out(
        request, _person(request, pk), second_factor.reset, _("“%(name)s”的第二因子已重置，下次登录时重新启用。")
    )


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a leaver's account."""
    form = ReasonForm(request.POST)
    person = _person(request, pk)
    act = partial(duties.close_account, reason=form.cleaned_data["reason"] if form.is_valid() else "")
    # A leaver goes at once, whatever is left undone; the security administrator is told what that is.
    gap = gap_without(person)
    answer = _carry_out(request, person, act, _("“%(name)s”的账号已停用，其会话已全部结束。"), reason_form=form)
    if gap and not person.is_active:
        messages.warning(request, gap)
    return answer


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed account again."""
    return _carry_out(
        request,
        _person(request, pk),
        duties.reopen_account,
        _("“%(name)s”的账号已恢复，下次登录时更换口令、重新启用第二因子。"),
    )


@require_POST
def unlock(request: HttpRequest) -> HttpResponse:
    """Lift the locks of one name, which may belong to nobody."""
    username = request.POST.get("username", "")
    lockout.unlock(acting_user=signed_in_person(request), username=username)
    messages.success(request, _("“%(name)s”已解锁。") % {"name": username})
    return redirect("staff_security")


@require_POST
def review(request: HttpRequest) -> HttpResponse:
    """Confirm that all accounts were looked through."""
    form = ReviewForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    done = duties.confirm_review(acting_user=signed_in_person(request), note=note)
    messages.success(request, _("账号清查已确认，共 %(count)s 个账号。") % {"count": done.accounts})
    return redirect("staff_security")


def _person(request: HttpRequest, pk: int) -> Staff:
    """The person that a security administrator looks at. Raises NotAllowed for anybody else."""
    duties.require_security_administrator(signed_in_person(request))
    return get_object_or_404(Staff, pk=pk, is_system=False)


def _carry_out(
    request: HttpRequest, person: Staff, act: Callable[..., Any], sentence: Any, **forms_in_use: forms.Form
) -> HttpResponse:
    """Do something to an account, tell what was done; a refusal is shown on its page."""
    try:
        act(acting_user=signed_in_person(request), person=person)
    except NetworkError as refusal:
        return _account_page(request, person, refusal=refusal.message, **forms_in_use)
    messages.success(request, sentence % {"name": person.display_name or person.username})
    return redirect("staff_security_account", pk=person.pk)
