"""The operator's way back in for a person whom nobody at the site may help."""

from __future__ import annotations

from axes.models import AccessAttempt
from django.db import transaction

from network.audit.api import OPERATOR, record
from network.errors import InvalidValue
from network.tenancy.api import PASSWORD_LENGTH, new_password
from sites.accounts import second_factor
from sites.accounts.models import Staff
from sites.accounts.passwords import remember
from sites.accounts.policy import account_policy


def recover_account(username: str, *, forgets_device: bool, reason: str) -> str:
    """Give an account of the current site a password for one sign-in, lift its locks, end its sessions.

    Returns the password, which is kept nowhere. With ``forgets_device`` the second factor is enrolled
    anew. Raises InvalidValue, with nothing changed, for an account that is closed, a visitor's or not there.
    """
    if not reason.strip():
        raise InvalidValue("请写明缘由，例如 --reason 口令遗忘，已当面核实身份。")
    person = Staff.objects.filter(username=username, is_system=False).first()
    if person is None or getattr(person, "visit_id", None) is not None:
        raise InvalidValue(f"本站没有用户名为“{username}”的人员账号，请核对站点和用户名。", username=username)
    if not person.is_active:
        raise InvalidValue(f"“{username}”已停用，请由安全管理员恢复账号。", username=username)
    password = new_password(max(PASSWORD_LENGTH, account_policy().password_length))
    with transaction.atomic():
        person.set_password(password)
        person.must_change_password = True
        person.save(update_fields=["password", "must_change_password"])
        remember(person)
        AccessAttempt.objects.filter(username=username).delete()
        if forgets_device:
            second_factor.forget_devices(person)
        else:
            second_factor.end_sessions(person)
        record(
            "account.recover",
            person=OPERATOR,
            object_kind="staff",
            object_id=person.pk,
            detail={"username": username, "reason": reason.strip(), "device_forgotten": forgets_device},
        )
    return password
