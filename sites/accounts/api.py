"""The door of staff accounts."""

from sites.accounts.entry import VisitFacts, visit_facts
from sites.accounts.models import Staff, system_user
from sites.accounts.queries import holds_review_duty
from sites.accounts.roles import ROLES
from sites.accounts.scopes import covering, covers, hold_may_submit, places_of, rights_in, who_may

__all__ = [
    "ROLES",
    "Staff",
    "VisitFacts",
    "covering",
    "covers",
    "hold_may_submit",
    "holds_review_duty",
    "places_of",
    "rights_in",
    "system_user",
    "visit_facts",
    "who_may",
]
