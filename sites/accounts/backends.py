"""Who may sign in by name with a password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db import connection

from network.compiled import Compiled
from sites.accounts.models import Staff

RIGHTS = """
SELECT kind.app_label || '.' || held.codename, of.is_by_duty, NULL
FROM (
    SELECT permission_id, false AS is_by_duty FROM sites_accounts_staff_user_permissions WHERE staff_id = %(person)s
    UNION ALL
    SELECT permission_id, true FROM auth_group_permissions JOIN sites_accounts_staff_groups USING (group_id)
    WHERE staff_id = %(person)s
) AS of
JOIN auth_permission AS held ON held.id = of.permission_id
JOIN django_content_type AS kind ON kind.id = held.content_type_id
UNION ALL
SELECT NULL, NULL, duty.name FROM auth_group AS duty
JOIN sites_accounts_staff_groups AS given ON given.group_id = duty.id WHERE given.staff_id = %(person)s
"""

_PK = -1
"""Stands in the compiled statement for the key of a person."""

PERSON = Compiled(lambda: Staff.objects.filter(pk=_PK))


class StaffBackend(ModelBackend):
    """Django's own, for active staff: no superuser, system user or visitor. Asked again at every request."""

    def user_can_authenticate(self, user: Any) -> bool:
        is_kept_out = user.is_superuser or user.is_system or user.is_visitor
        return super().user_can_authenticate(user) and not is_kept_out

    def get_user(self, user_id: Any) -> Staff | None:
        found: Staff | None = PERSON.first({_PK: user_id})
        return found if found and self.user_can_authenticate(found) else None

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        read_rights(user_obj)
        return set(super().get_user_permissions(user_obj, obj))

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        read_rights(user_obj)
        return set(super().get_group_permissions(user_obj, obj))


def read_rights(person: Any) -> None:
    """Rights of both kinds with the names of the duties, in one statement; kept on the person as Django does."""
    is_asked = person.is_active and not person.is_anonymous and not person.is_superuser
    if not is_asked or hasattr(person, "_group_perm_cache"):
        return
    with connection.cursor() as cursor:
        cursor.execute(RIGHTS, {"person": person.pk})
        rows = cursor.fetchall()
    person._user_perm_cache = {right for right, is_by_duty, duty in rows if duty is None and not is_by_duty}
    person._group_perm_cache = {right for right, is_by_duty, duty in rows if duty is None and is_by_duty}
    person._duty_names = frozenset(duty for _right, _is_by_duty, duty in rows if duty is not None)


def duty_names(person: Any) -> frozenset[str]:
    """Names of the duties of a person in service, read with the rights and as old as they are."""
    read_rights(person)
    return getattr(person, "_duty_names", frozenset())
