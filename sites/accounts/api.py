"""The door of staff accounts."""

from sites.accounts.backends import duty_names
from sites.accounts.entry import VisitFacts, visit_facts
from sites.accounts.models import Staff, system_user
from sites.accounts.queries import holds_review_duty
from sites.accounts.roles import ROLES
from sites.accounts.scopes import (
    covering,
    covers,
    hold_may_submit,
    is_covered,
    places_of,
    places_of_all,
    rights_in,
    who_may,
)

__all__ = [
    "ROLES",
    "Staff",
    "VisitFacts",
    "covering",
    "covers",
    "duty_names",
    "hold_may_submit",
    "holds_review_duty",
    "is_covered",
    "places_of",
    "places_of_all",
    "rights_in",
    "system_user",
    "visit_facts",
    "who_may",
]
