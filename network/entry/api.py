"""The door of one-time entry."""

from network.entry.actions import (
    CLOSE_KIND,
    IssuedTicket,
    TicketRefused,
    end_visit,
    issue_ticket,
    person_abroad,
    record_refused_use,
    touch_visit,
    use_ticket,
)
from network.entry.models import EndReason, Visit
from network.entry.queries import find_visit, lapse_reason, visits_at, visits_from

__all__ = [
    "CLOSE_KIND",
    "EndReason",
    "IssuedTicket",
    "TicketRefused",
    "Visit",
    "end_visit",
    "find_visit",
    "issue_ticket",
    "lapse_reason",
    "person_abroad",
    "record_refused_use",
    "touch_visit",
    "use_ticket",
    "visits_at",
    "visits_from",
]
