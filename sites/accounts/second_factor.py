"""The second factor of a person: enrolling a device, verifying its codes, recovery codes, reset.

Devices are those of django-otp: a code holds for one use, wrong ones slow the next try down.
"""

from __future__ import annotations

import base64
import secrets
from typing import Any, cast
from urllib.parse import quote, urlencode

import django_otp
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from network.audit.api import record
from network.errors import NotAllowed
from network.tenancy.api import MANAGE_SECURITY, current_site
from sites.accounts import lockout
from sites.accounts.models import Staff, signed_in_person
from sites.accounts.policy import account_policy
from sites.accounts.roles import ROLE_BY_KEY

DEVICE_NAME = "动态口令"
RECOVERY_NAME = "恢复码"
CODE_DIGITS = 6
RECOVERY_CODES = 10
RECOVERY_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without the letters that are taken for digits when read from paper."""

RECOVERY_LENGTH = 10
STORED_LENGTH = 16
TICKET_SESSION_KEY = "accounts_verified_by_ticket"


def is_demanded(person: Staff) -> bool:
    """Whether one of the person's duties has no way in without a second factor."""
    wanted = {ROLE_BY_KEY[key].name for key in account_policy().second_factor_roles}
    return person.is_superuser or any(group.name in wanted for group in person.groups.all())


def confirmed_device(person: Staff) -> TOTPDevice | None:
    """The device that the person signs in with; None before enrolment."""
    return TOTPDevice.objects.filter(user=person, confirmed=True).order_by("pk").first()


def mark_verified_by_ticket(request: HttpRequest) -> None:
    """Count the session that was just opened as verified: the ticket's own site asked for the second factor."""
    request.session[TICKET_SESSION_KEY] = True


def is_verified(request: HttpRequest) -> bool:
    """Whether this session showed a second factor, here or, by a ticket, at the site it came from."""
    return bool(cast("Any", request.user).is_verified() or request.session.get(TICKET_SESSION_KEY))


def verify(request: HttpRequest, code: str) -> bool:
    """Take a code of the device, or a recovery code, for the session; a refused one is recorded.

    The answer is the same for a wrong code, a used one, one that comes too soon after a wrong one.
    """
    person = signed_in_person(request)
    device = _matching_device(person, code)
    if device is None:
        record("account.code", person=person.username, object_kind="staff", object_id=person.pk, is_refused=True)
        lockout.count_wrong_code(request, person)
        return False
    lockout.forget_failures(request, person)
    request.session.cycle_key()
    django_otp.login(request, device)
    used = "recovery" if isinstance(device, StaticDevice) else "device"
    record("account.verify", person=person.username, object_kind="staff", object_id=person.pk, detail={"by": used})
    return True


def _matching_device(person: Staff, code: str) -> Device | None:
    typed = "".join(code.split()).replace("-", "").lower()
    is_code = len(typed) == CODE_DIGITS and typed.isascii() and typed.isdigit()
    kind: type[Device] = TOTPDevice if is_code else StaticDevice
    device = kind.objects.filter(user=person, confirmed=True).order_by("pk").first()
    if device is None:
        return None
    return django_otp.verify_token(person, device.persistent_id, typed if is_code else _stored(typed))


def _stored(code: str) -> str:
    """What is kept of a recovery code: enough to compare, nothing to read."""
    return salted_hmac("sites.accounts.recovery", code, algorithm="sha256").hexdigest()[:STORED_LENGTH]


def pending_device(person: Staff) -> TOTPDevice:
    """The device that waits for its first code, made when there is none; its key stays over reloads."""
    device, _made = TOTPDevice.objects.get_or_create(user=person, confirmed=False, defaults={"name": DEVICE_NAME})
    return device


def key_of(device: TOTPDevice) -> str:
    """The device's key as an authenticator takes it, in groups of four for typing."""
    text = base64.b32encode(device.bin_key).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def address_of(device: TOTPDevice) -> str:
    """The ``otpauth:`` address that the QR code holds."""
    issuer = current_site().short_name
    label = quote(f"{issuer}:{device.user.get_username()}")
    facts = {"secret": key_of(device).replace(" ", ""), "issuer": issuer, "digits": CODE_DIGITS, "period": device.step}
    return f"otpauth://totp/{label}?{urlencode(facts, quote_via=quote)}"


def confirm(request: HttpRequest, code: str, *, current_code: str = "") -> list[str]:
    """Make the pending device the person's own, in place of an earlier one; returns the recovery codes.

    Replacing needs a code of the earlier device (or a recovery code). Raises NotAllowed; nothing
    changes then but the count of wrong codes.
    """
    person = signed_in_person(request)
    earlier = confirmed_device(person)
    if earlier is not None and _matching_device(person, current_code) is None:
        record("account.replace_device", person=person.username, object_id=person.pk, is_refused=True)
        lockout.count_wrong_code(request, person)
        raise NotAllowed(
            _("原设备的动态口令不正确。请输入原设备现在显示的 6 位数字，或一个恢复码。"), field="current_code"
        )
    pending = pending_device(person)
    device = django_otp.verify_token(person, pending.persistent_id, "".join(code.split()))
    if device is None:
        record("account.enrol", person=person.username, object_id=person.pk, is_refused=True)
        raise NotAllowed(_("新设备的动态口令不正确。请核对手机时间，输入现在显示的 6 位数字。"), field="code")
    with transaction.atomic():
        TOTPDevice.objects.filter(user=person, confirmed=True).delete()
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        codes = _new_recovery_codes(person)
        act = "account.enrol" if earlier is None else "account.replace_device"
        record(act, person=person.username, object_kind="staff", object_id=person.pk)
        if earlier is not None:
            end_sessions(person)
    # This session goes on, under a new key; every other one of the account is over.
    update_session_auth_hash(request, person)
    django_otp.login(request, device)
    return codes


def _new_recovery_codes(person: Staff) -> list[str]:
    StaticDevice.objects.filter(user=person).delete()
    device = StaticDevice.objects.create(user=person, name=RECOVERY_NAME, confirmed=True)
    codes = [
        "".join(secrets.choice(RECOVERY_ALPHABET) for _place in range(RECOVERY_LENGTH)) for _n in range(RECOVERY_CODES)
    ]
    for code in codes:
        device.token_set.create(token=_stored(code))
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def reset(*, acting_user: Staff, person: Staff) -> None:
    """Forget a person's device with its recovery codes, so that the next sign-in enrols anew.

    Only the security administrator, never for the own account. Raises NotAllowed.
    """
    if not acting_user.has_perm(MANAGE_SECURITY):
        raise NotAllowed(_("只有安全管理员可以重置第二因子。"))
    if acting_user.pk == person.pk:
        raise NotAllowed(_("不能重置自己的第二因子，请由另一位安全管理员办理。"))
    with transaction.atomic():
        forget_devices(person)
        record(
            "account.reset_device",
            person=acting_user.username,
            object_kind="staff",
            object_id=person.pk,
            detail={"username": person.username},
        )


def forget_devices(person: Staff) -> None:
    """Delete a person's devices with the recovery codes; sessions that they verified end."""
    TOTPDevice.objects.filter(user=person).delete()
    StaticDevice.objects.filter(user=person).delete()
    end_sessions(person)


def end_sessions(person: Staff) -> None:
    """End every session of an account at once."""
    Staff.objects.filter(pk=person.pk).update(session_epoch=F("session_epoch") + 1)
    person.refresh_from_db(fields=["session_epoch"])


def seed_device(person: Staff, secret: str) -> TOTPDevice:
    """A confirmed device with a known key (base32); for networks whose keys are printed, the demo's and the tests'."""
    key = base64.b32decode(secret).hex()
    return TOTPDevice.objects.create(user=person, name=DEVICE_NAME, key=key, confirmed=True)
