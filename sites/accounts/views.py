"""Screens between the password and the admin: the second factor, a new password."""

from __future__ import annotations

from typing import Any

import segno
from django import forms
from django.contrib.auth import REDIRECT_FIELD_NAME, update_session_auth_hash
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from wagtail.admin.forms.auth import PasswordChangeForm

from network.audit.api import record
from network.errors import NotAllowed
from sites.accounts import lockout, passwords, second_factor
from sites.accounts.models import signed_in_person

CODE_ATTRIBUTES = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True, "maxlength": 16}
QR_SCALE = 5


class CodeInput(forms.TextInput):
    """Never shows again what was typed."""

    def format_value(self, value: Any) -> None:
        return None


class NewPasswordForm(PasswordChangeForm):
    """Wagtail's form in the words of the screens around it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {"old_password": _("现用口令"), "new_password1": _("新口令"), "new_password2": _("再次输入新口令")}
        for name, label in labels.items():
            self.fields[name].label = label
        self.fields["new_password2"].help_text = ""


class CodeForm(forms.Form):
    """One code from the device."""

    code = forms.CharField(
        label=_("动态口令"),
        max_length=16,
        widget=CodeInput(attrs=CODE_ATTRIBUTES),
        error_messages={"required": _("请输入动态口令。")},
    )


class ReplaceForm(CodeForm):
    """A code of the device in use, one of the new one."""

    current_code = forms.CharField(
        label=_("原设备的动态口令或恢复码"),
        max_length=16,
        widget=CodeInput(attrs={"autocomplete": "off", "autofocus": True}),
        error_messages={"required": _("请输入原设备的动态口令，或一个恢复码。")},
    )
    field_order = ["current_code", "code"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("新设备的动态口令")
        self.fields["code"].widget.attrs.pop("autofocus")


@never_cache
@sensitive_post_parameters("code")
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a code after the password."""
    if second_factor.is_verified(request) or second_factor.confirmed_device(signed_in_person(request)) is None:
        return redirect(_next(request))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = signed_in_person(request)
        if lockout.is_locked(request, person.username):
            return _lock(request)
        if second_factor.verify(request, form.cleaned_data["code"]):
            return redirect(_next(request))
        if lockout.is_locked(request, person.username):
            return _lock(request)
        form.add_error("code", _("动态口令不正确或已用过。请稍候，输入设备上新显示的数字。"))
    return render(request, "wagtailadmin/accounts/verify.html", {"form": form, "next": _next(request)})


@never_cache
@sensitive_post_parameters("code", "current_code")
def enrol(request: HttpRequest) -> HttpResponse:
    """Enrol a device, or replace the one in use; shows the recovery codes once."""
    is_replacing = second_factor.confirmed_device(signed_in_person(request)) is not None
    kind: Any = ReplaceForm if is_replacing else CodeForm
    form = kind(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if lockout.is_locked(request, signed_in_person(request).username):
            return _lock(request)
        try:
            codes = second_factor.confirm(request, **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error(refusal.fields["field"], refusal.message)
        else:
            shown = {"codes": codes, "next": _next(request)}
            return render(request, "wagtailadmin/accounts/recovery_codes.html", shown)
    device = second_factor.pending_device(signed_in_person(request))
    picture = segno.make(second_factor.address_of(device), micro=False).svg_inline(
        scale=QR_SCALE, dark="#000", light="#fff"
    )
    context: dict[str, Any] = {
        "form": form,
        "is_replacing": is_replacing,
        "is_demanded": second_factor.is_demanded(signed_in_person(request)),
        "picture": picture,
        "key": second_factor.key_of(device),
        "next": _next(request),
    }
    return render(request, "wagtailadmin/accounts/enrol.html", context)


@never_cache
@sensitive_post_parameters()
def new_password(request: HttpRequest) -> HttpResponse:
    """Ask for a new password before anything else."""
    person = signed_in_person(request)
    if not passwords.must_change(person):
        return redirect(_next(request))
    form = NewPasswordForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            record("account.password", person=person.username, object_kind="staff", object_id=person.pk)
        update_session_auth_hash(request, person)
        return redirect(_next(request))
    return render(request, "wagtailadmin/accounts/new_password.html", {"form": form, "next": _next(request)})


def _lock(request: HttpRequest) -> HttpResponse:
    """Too many wrong codes: the session is over, and the answer is that to wrong passwords."""
    request.session.flush()
    request.user = AnonymousUser()
    return lockout.locked_answer(request, HttpResponse(), None)


def _next(request: HttpRequest) -> str:
    """Where the person wanted to go, within this site's admin."""
    wanted = str(request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME) or "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours and wanted.startswith("/admin/") else reverse("wagtailadmin_home")
