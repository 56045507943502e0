"""Who may sign in by name with a password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend


class StaffBackend(ModelBackend):
    """Django's own, for active staff: no superuser, not the system user. Asked again at every request."""

    def user_can_authenticate(self, user: Any) -> bool:
        return super().user_can_authenticate(user) and not user.is_superuser and not user.is_system
