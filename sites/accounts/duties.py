"""What the security administrator does with accounts: duties of control, closing, the review of all accounts."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from network.audit.api import record
from network.errors import InvalidValue, NotAllowed
from network.tenancy.api import MANAGE_SECURITY
from sites.accounts import second_factor
from sites.accounts.models import AccountReview, Staff
from sites.accounts.policy import account_policy
from sites.accounts.queries import duties_of
from sites.accounts.roles import CONTROL_DUTIES, ROLE_BY_KEY, SECURITY_ADMINISTRATOR, conflict_of


def require_security_administrator(person: Staff) -> None:
    """Raises NotAllowed for anybody else."""
    if not person.has_perm(MANAGE_SECURITY):
        raise NotAllowed(_("“%(person)s”不是安全管理员。此项操作由安全管理员办理。") % {"person": person})


def require_other(acting_user: Staff, person: Staff) -> None:
    """A security administrator acts on somebody else's account. Raises NotAllowed."""
    require_security_administrator(acting_user)
    if acting_user.pk == person.pk:
        raise NotAllowed(_("不能更改自己的账号和职责，请由另一位安全管理员办理。"))
    if person.is_system or getattr(person, "visit_id", None) is not None:
        raise NotAllowed(_("“%(person)s”不是本站人员的账号，不能更改。") % {"person": person})


def set_control_duties(*, acting_user: Staff, person: Staff, keys: Sequence[str]) -> None:
    """Give a person exactly these duties of control; duties of content stay.

    Raises NotAllowed for anybody but the security administrator and for the own account, InvalidValue
    for duties that one person must not hold together; nothing changes then.
    """
    require_other(acting_user, person)
    unknown = set(keys) - {role.key for role in CONTROL_DUTIES}
    if unknown:
        raise InvalidValue(_("“%(keys)s”不是管理职责。") % {"keys": "、".join(sorted(unknown))})
    before = duties_of(person)
    wanted = [key for key in before if ROLE_BY_KEY[key] not in CONTROL_DUTIES] + list(keys)
    conflict = conflict_of(wanted)
    if conflict:
        raise InvalidValue(conflict)
    with transaction.atomic():
        person.groups.set(Group.objects.filter(name__in=[ROLE_BY_KEY[key].name for key in wanted]))
        second_factor.end_sessions(person)
        _record("account.duties", acting_user, person, before=before, after=duties_of(person))


def close_account(*, acting_user: Staff, person: Staff, reason: str) -> None:
    """A leaver's account: no sign-in, no session, no token from this moment. Raises NotAllowed, InvalidValue."""
    require_other(acting_user, person)
    if not reason.strip():
        raise InvalidValue(_("请写明停用的原因，例如“调离”。"))
    with transaction.atomic():
        Staff.objects.filter(pk=person.pk).update(is_active=False)
        second_factor.end_sessions(person)
        _record("account.close", acting_user, person, reason=reason.strip())
    person.is_active = False


def reopen_account(*, acting_user: Staff, person: Staff) -> None:
    """Open a closed account again; its second factor is enrolled anew, its password changed. Raises NotAllowed."""
    require_other(acting_user, person)
    with transaction.atomic():
        Staff.objects.filter(pk=person.pk).update(is_active=True, must_change_password=True, reopened_at=timezone.now())
        second_factor.forget_devices(person)
        _record("account.reopen", acting_user, person)
    person.is_active = True


def confirm_review(*, acting_user: Staff, note: str = "") -> AccountReview:
    """Put the own name under the list of accounts as it stands. Raises NotAllowed."""
    require_security_administrator(acting_user)
    with transaction.atomic():
        people = list(Staff.objects.filter(is_active=True, is_system=False))
        review = AccountReview.objects.create(confirmed_by=acting_user, accounts=len(people), note=note.strip())
        record(
            "account.review",
            person=acting_user.username,
            object_kind="account_review",
            object_id=review.pk,
            detail={"accounts": {person.username: duties_of(person) for person in people}},
        )
    return review


def close_idle_accounts() -> int:
    """Close the current site's accounts that nobody signed in with for as long as the rules say; returns how many.

    The last active security administrator stays: nobody could open an account again.
    """
    oldest = timezone.now() - datetime.timedelta(days=account_policy().idle_account_days)
    idle = (
        Staff.objects.filter(is_active=True, is_system=False)
        .annotate(
            used=Greatest(
                "date_joined", Coalesce("last_login", F("date_joined")), Coalesce("reopened_at", F("date_joined"))
            )
        )
        .filter(used__lt=oldest)
        .order_by("pk")
    )
    closed = 0
    with transaction.atomic():
        for person in idle.select_for_update():
            if SECURITY_ADMINISTRATOR.key in duties_of(person) and not _has_other_security_administrator(person):
                continue
            Staff.objects.filter(pk=person.pk).update(is_active=False)
            second_factor.end_sessions(person)
            record(
                "account.close_idle",
                object_kind="staff",
                object_id=person.pk,
                detail={"username": person.username, "last_sign_in": str(person.last_login or "")},
            )
            closed += 1
    return closed


def _has_other_security_administrator(person: Staff) -> bool:
    return Staff.objects.filter(groups__name=SECURITY_ADMINISTRATOR.name, is_active=True).exclude(pk=person.pk).exists()


def _record(act: str, acting_user: Staff, person: Staff, **detail: object) -> None:
    record(
        act,
        person=acting_user.username,
        object_kind="staff",
        object_id=person.pk,
        detail={"username": person.username, **detail},
    )
