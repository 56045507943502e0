"""First accounts of a new site."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError

from network.errors import InvalidValue
from sites.accounts.models import Staff
from sites.accounts.passwords import remember
from sites.accounts.roles import ROLE_BY_KEY, conflict_of
from sites.accounts.second_factor import seed_device


def open_accounts(site: Any, request: dict[str, Any]) -> None:
    """Provisioning step: the staff named in the request, with their roles.

    Each entry is ``{"username", "name", "department", "roles", "password_hash"}``; the hash was made
    where the password was typed, so that no password waits in a request. With ``totp_secret`` (base32)
    the second factor is enrolled already; only networks that print their keys, the demo and the tests, give one.
    With ``must_change_password`` the first sign-in asks for a new password. Raises InvalidValue.
    """
    groups = {group.name: group for group in Group.objects.all()}
    for entry in request["staff"]:
        unknown = [key for key in entry["roles"] if key not in ROLE_BY_KEY]
        if unknown:
            raise InvalidValue(f"角色“{'、'.join(unknown)}”不存在，可用：{'、'.join(ROLE_BY_KEY)}。")
        conflict = conflict_of(entry["roles"])
        if conflict:
            raise InvalidValue(f"账号“{entry['username']}”：{conflict}")
        person = Staff(
            username=entry["username"],
            display_name=entry.get("name", ""),
            department=entry.get("department", ""),
            password=entry["password_hash"],
            must_change_password=bool(entry.get("must_change_password")),
        )
        try:
            person.clean_fields(exclude=["email", "password"])
        except ValidationError as error:
            raise InvalidValue(f"账号“{entry['username']}”：{'；'.join(error.messages)}") from error
        person.save()
        remember(person)
        person.groups.set([groups[ROLE_BY_KEY[key].name] for key in entry["roles"]])
        if entry.get("totp_secret"):
            seed_device(person, entry["totp_secret"])


def count_staff() -> dict[str, Any]:
    """People who may sign in at the site that is entered, for its summary row."""
    return {"active_staff": Staff.objects.filter(is_active=True, is_system=False).count()}
