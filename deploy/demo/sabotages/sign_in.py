"""Sabotages of signing in: second factor, locks, duties, leavers."""

from __future__ import annotations

from typing import Any

from axes.models import AccessAttempt
from django.db import connection
from django_otp.plugins.otp_totp.models import TOTPDevice

from deploy.demo.sabotage import sabotage
from sites.accounts import duties, lockout, second_factor
from sites.accounts.models import signed_in_person

NEVER = 1_000_000
NO_DUTIES_HELD_APART = """
CREATE OR REPLACE FUNCTION public.accounts_duties_apart() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RETURN NULL; END $$
"""


@sabotage("启用了第二因子的人不验证也能进入后台")
def second_factor_optional() -> None:
    second_factor.is_verified = lambda request: second_factor.confirmed_device(signed_in_person(request)) is not None


@sabotage("动态口令可以重复使用")
def codes_reusable() -> None:
    verify = TOTPDevice.verify_token

    def verify_again(device: TOTPDevice, token: str) -> bool:
        device.last_t = -1
        return bool(verify(device, token))

    TOTPDevice.verify_token = verify_again


@sabotage("口令错多少次都不锁定")
def lock_never() -> None:
    lockout.failure_limit = lambda request, credentials: NEVER


@sabotage("谁都能解锁账号")
def unlock_by_anybody() -> None:
    def unlock(*, acting_user: Any, username: str) -> int:
        return int(AccessAttempt.objects.filter(username=username).delete()[0])

    lockout.unlock = unlock


def _let_duties_combine() -> None:
    with connection.cursor() as cursor:
        cursor.execute(NO_DUTIES_HELD_APART)


@sabotage("互不相容的管理职责可以给同一人", damage=_let_duties_combine)
def duties_combined() -> None:
    duties.conflict_of = lambda keys: ""


@sabotage("停用的人仍能使用后台")
def leaver_stays() -> None:
    duties.close_account = lambda *, acting_user, person, reason: person
