"""First accounts of a new site."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group

from network.errors import InvalidValue
from sites.accounts.models import Staff
from sites.accounts.roles import ROLE_BY_KEY
from sites.accounts.second_factor import seed_device


def open_accounts(site: Any, request: dict[str, Any]) -> None:
    """Provisioning step: the staff named in the request, with their roles.

    Each entry is ``{"username", "name", "department", "roles", "password_hash"}``; the hash was made
    where the password was typed, so that no password waits in a request. With ``totp_secret`` (base32)
    the second factor is enrolled already; only networks that print their keys, the demo and the tests, give one.
    """
    groups = {group.name: group for group in Group.objects.all()}
    for entry in request["staff"]:
        unknown = [key for key in entry["roles"] if key not in ROLE_BY_KEY]
        if unknown:
            raise InvalidValue(f"角色“{'、'.join(unknown)}”不存在，可用：{'、'.join(ROLE_BY_KEY)}。")
        person = Staff.objects.create(
            username=entry["username"],
            display_name=entry.get("name", ""),
            department=entry.get("department", ""),
            password=entry["password_hash"],
        )
        person.groups.set([groups[ROLE_BY_KEY[key].name] for key in entry["roles"]])
        if entry.get("totp_secret"):
            seed_device(person, entry["totp_secret"])
