"""Who may sign in by name with a password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db import connection

RIGHTS = """
SELECT kind.app_label || '.' || held.codename, of.is_by_duty
FROM (
    SELECT permission_id, false AS is_by_duty FROM sites_accounts_staff_user_permissions WHERE staff_id = %(person)s
    UNION ALL
    SELECT permission_id, true FROM auth_group_permissions JOIN sites_accounts_staff_groups USING (group_id)
    WHERE staff_id = %(person)s
) AS of
JOIN auth_permission AS held ON held.id = of.permission_id
JOIN django_content_type AS kind ON kind.id = held.content_type_id
"""


class StaffBackend(ModelBackend):
    """Django's own, for active staff: no superuser, system user or visitor. Asked again at every request."""

    def user_can_authenticate(self, user: Any) -> bool:
        is_kept_out = user.is_superuser or user.is_system or user.is_visitor
        return super().user_can_authenticate(user) and not is_kept_out

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        self._read_rights(user_obj)
        return set(super().get_user_permissions(user_obj, obj))

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        self._read_rights(user_obj)
        return set(super().get_group_permissions(user_obj, obj))

    def _read_rights(self, person: Any) -> None:
        """Both kinds in one statement, kept on the object of the person as Django keeps them."""
        is_asked = person.is_active and not person.is_anonymous and not person.is_superuser
        if not is_asked or hasattr(person, "_group_perm_cache"):
            return
        with connection.cursor() as cursor:
            cursor.execute(RIGHTS, {"person": person.pk})
            rights = cursor.fetchall()
        person._user_perm_cache = {name for name, is_by_duty in rights if not is_by_duty}
        person._group_perm_cache = {name for name, is_by_duty in rights if is_by_duty}
