"""The door of staff accounts."""

from sites.accounts.models import Staff, system_user
from sites.accounts.roles import ROLES

__all__ = ["ROLES", "Staff", "system_user"]
