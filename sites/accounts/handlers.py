"""Signals of signing in, heard in one place: the session's clocks, the audit log."""

from __future__ import annotations

from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from network.audit.api import record
from sites.accounts import lockout, second_factor, sessions
from sites.accounts.models import PERSON_NAME, Staff

NO_NAME = "-"
"""In place of what cannot be a user name: a password typed into the wrong field must not be logged."""


@receiver(user_logged_in)
def signed_in(sender: Any, request: HttpRequest, user: Staff, **rest: Any) -> None:
    sessions.begin(request)
    record("account.sign_in", person=user.username, object_kind="staff", object_id=user.pk)
    if second_factor.confirmed_device(user) is None:
        lockout.forget_failures(request, user)


@receiver(user_logged_out)
def signed_out(sender: Any, request: HttpRequest, user: Staff | None, **rest: Any) -> None:
    if user is not None:
        record("account.sign_out", person=user.username, object_kind="staff", object_id=user.pk)


@receiver(user_login_failed)
def refused(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **rest: Any) -> None:
    record("account.sign_in", person=_name(credentials), object_kind="staff", is_refused=True)


@receiver(user_locked_out)
def locked(sender: Any, request: HttpRequest, username: str, ip_address: str | None, **rest: Any) -> None:
    record("account.lock", person=_name({"username": username}), object_kind="staff", is_refused=True)


def _name(credentials: dict[str, Any]) -> str:
    typed = str(credentials.get("username") or "")
    return typed if PERSON_NAME.fullmatch(typed) and len(typed) <= 60 else NO_NAME
