"""Who may sign in by name with a password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend


class StaffBackend(ModelBackend):
    """Django's own, for active staff: no superuser, system user or visitor. Asked again at every request."""

    def user_can_authenticate(self, user: Any) -> bool:
        is_kept_out = user.is_superuser or user.is_system or user.is_visitor
        return super().user_can_authenticate(user) and not is_kept_out
