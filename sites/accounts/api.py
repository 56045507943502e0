"""The door of staff accounts."""

from sites.accounts.entry import VisitFacts, visit_facts
from sites.accounts.models import Staff, system_user
from sites.accounts.roles import ROLES

__all__ = ["ROLES", "Staff", "VisitFacts", "system_user", "visit_facts"]
