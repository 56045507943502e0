"""How far a signed-in session has come: over, short of a second factor, of a new password, or let in.

Held here, below every screen, so that no way into the site leads past it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from network.audit.api import record
from sites.accounts import passwords, second_factor, sessions
from sites.accounts.models import signed_in_person
from sites.accounts.policy import account_policy

ADMIN = "/admin/"
VERIFY, ENROL, NEW_PASSWORD = "staff_verify", "staff_enrol", "staff_new_password"
OPEN_PATHS = ("/admin/login/", "/admin/logout/", "/admin/password_reset/", "/admin/sprite/", "/admin/jsi18n/")
"""Screens that ask for no account, with the way out."""


class StaffMiddleware:
    """Lets a session into the admin only as far as it has come; elsewhere an unfinished one is nobody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if getattr(request, "is_dummy", False) or not hasattr(request, "session"):
            return self.get_response(request)
        if not request.path_info.startswith(ADMIN):
            user = request.user
            request.user = cast("Any", SimpleLazyObject(lambda: _admitted_user(request, user)))
            return self.get_response(request)
        if request.path_info.startswith(OPEN_PATHS) or not request.user.is_authenticated:
            return self.get_response(request)
        reason = sessions.reason_to_end(request, account_policy())
        if reason:
            person = signed_in_person(request)
            detail = {"reason": reason}
            record(
                "account.session_end", person=person.username, object_kind="staff", object_id=person.pk, detail=detail
            )
            request.session.flush()
            request.user = AnonymousUser()
            messages.warning(request, sessions.SENTENCES[reason])
            return self.get_response(request)
        sessions.note_use(request)
        wanted = next_screen(request)
        if wanted and request.path_info != reverse(wanted):
            return _send_to(request, wanted)
        return self.get_response(request)


def next_screen(request: HttpRequest) -> str:
    """Name of the one screen that the session may open; empty when it may open all that its rights allow."""
    person = signed_in_person(request)
    is_verified = second_factor.is_verified(request)
    has_device = is_verified or second_factor.confirmed_device(person) is not None
    if has_device and not is_verified:
        return VERIFY
    if passwords.must_change(person):
        return NEW_PASSWORD
    return ENROL if not has_device and second_factor.is_demanded(person) else ""


def _admitted_user(request: HttpRequest, user: Any) -> Any:
    """The person, or nobody while the session is unfinished."""
    return AnonymousUser() if user.is_authenticated and _is_unfinished(request, user) else user


def _is_unfinished(request: HttpRequest, user: Any) -> bool:
    request.user = user  # what the questions below ask about
    return bool(sessions.reason_to_end(request, account_policy()) or next_screen(request))


def _send_to(request: HttpRequest, screen: str) -> HttpResponse:
    address = reverse(screen)
    if request.headers.get("X-Requested-With") == "XMLHttpRequest" or "application/json" in request.headers.get(
        "Accept", ""
    ):
        return JsonResponse({"detail": _("请先完成身份验证。"), "address": address}, status=403)
    if request.method not in ("GET", "HEAD"):
        return redirect(address)
    return redirect(f"{address}?next={quote(request.get_full_path())}")
