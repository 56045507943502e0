"""By when information must be public: working days from its creation."""

from __future__ import annotations

import datetime

from network.calendar.api import DueDay, add_working_days
from network.rules.api import site_rule
from network.tenancy.api import Site

DAYS = "disclosure.publish_days"


def publish_by(created_on: datetime.date, *, site: Site) -> DueDay:
    """The last day for publishing information of this day, by the rule in force (条例第二十六条)."""
    return add_working_days(created_on, int(site_rule(site, DAYS).value), site=site)
