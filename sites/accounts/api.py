"""The door of staff accounts."""

from sites.accounts.entry import VisitFacts, visit_facts
from sites.accounts.models import Staff, system_user
from sites.accounts.queries import holds_review_duty
from sites.accounts.roles import ROLES

__all__ = ["ROLES", "Staff", "VisitFacts", "holds_review_duty", "system_user", "visit_facts"]
