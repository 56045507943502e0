"""Lock-out after repeated failures, by account with address, kept in the site's own tables (django-axes).

Wrong passwords, wrong codes count alike. A name that no account has is locked in the same way.
"""

from __future__ import annotations

import datetime
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.db.models import Max, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from network.audit.api import client_address, record
from network.errors import NotAllowed
from network.tenancy.api import MANAGE_SECURITY
from sites.accounts.models import Staff
from sites.accounts.policy import account_policy

TOO_MANY = 429


def failure_limit(request: HttpRequest, credentials: dict[str, Any] | None) -> int:
    """Failures that lock, by the rules."""
    return account_policy().lock_failures


def lock_time(request: HttpRequest | None) -> datetime.timedelta:
    """How long a lock holds, by the rules."""
    return datetime.timedelta(minutes=account_policy().lock_minutes)


def address_of_client(request: HttpRequest) -> str | None:
    """The address that the front server wrote, as in the audit log; what a client claims has no effect."""
    return client_address.get() or None


def locked_answer(request: HttpRequest, response: HttpResponse, credentials: dict[str, Any] | None) -> HttpResponse:
    """The answer while a lock holds: the same whether the account exists."""
    context = {"minutes": account_policy().lock_minutes}
    return render(request, "wagtailadmin/accounts/locked.html", context, status=TOO_MANY)


def is_locked(request: HttpRequest, username: str) -> bool:
    """Whether this account is locked for the address of the request."""
    return not AxesProxyHandler.is_allowed(request, {"username": username})


def count_wrong_code(request: HttpRequest, person: Staff) -> bool:
    """Count a wrong code like a wrong password; returns whether that locked the account."""
    credentials = {"username": person.username}
    AxesProxyHandler.user_login_failed(sender=Staff, credentials=credentials, request=request)
    return bool(getattr(request, "axes_locked_out", False))


def forget_failures(request: HttpRequest, person: Staff) -> None:
    """The person is inside with everything that was asked for: earlier failures from this address are over."""
    attempts = AccessAttempt.objects.filter(username=person.username, ip_address=address_of_client(request))
    if attempts.exists():
        attempts.delete()


def locked_accounts() -> list[dict[str, Any]]:
    """Locks that hold now: username, address, failures, when they end."""
    policy = account_policy()
    since = timezone.now() - datetime.timedelta(minutes=policy.lock_minutes)
    rows = (
        AccessAttempt.objects.filter(attempt_time__gte=since)
        .values("username", "ip_address")
        .annotate(failures=Sum("failures_since_start"), last=Max("attempt_time"))
        .filter(failures__gte=policy.lock_failures)
        .order_by("username", "ip_address")
    )
    return [{**row, "ends": row["last"] + datetime.timedelta(minutes=policy.lock_minutes)} for row in rows]


def unlock(*, acting_user: Staff, username: str) -> int:
    """Lift the locks of an account at every address; returns how many rows of failures are gone. Raises NotAllowed."""
    if not acting_user.has_perm(MANAGE_SECURITY):
        raise NotAllowed(_("只有安全管理员可以解锁账号。"))
    if acting_user.username == username:
        raise NotAllowed(_("不能解锁自己的账号，请由另一位安全管理员办理，或等待锁定结束。"))
    count = AccessAttempt.objects.filter(username=username).delete()[0]
    record(
        "account.unlock",
        person=acting_user.username,
        object_kind="staff",
        object_id=username,
        detail={"username": username, "rows": count},
    )
    return count
