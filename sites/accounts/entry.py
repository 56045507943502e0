"""Visitors from above: the account that a one-time ticket opens, for as long as the visit lasts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import login
from django.contrib.auth.backends import BaseBackend
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from network.contracts import OutboxItem
from network.entry.api import (
    EndReason,
    TicketRefused,
    Visit,
    end_visit,
    find_visit,
    lapse_reason,
    person_abroad,
    record_refused_use,
    touch_visit,
    use_ticket,
)
from network.errors import NotAllowed
from network.tenancy.api import current_site, get_site
from sites.accounts.models import Staff
from sites.accounts.roles import WEBMASTER, group_of
from sites.accounts.second_factor import mark_verified_by_ticket

BACKEND = "sites.accounts.entry.VisitorBackend"
ENDS_VISITS = "sites_accounts.take_down"
LONGEST_PERSON = 90


class VisitorBackend(BaseBackend):
    """Knows a visitor again from request to request while the visit lasts; signs nobody in by name and password."""

    def get_user(self, user_id: int) -> Staff | None:
        visitor = Staff.objects.filter(pk=user_id, visit_id__isnull=False, is_active=True).first()
        if visitor is None or visitor.visit_id is None:
            return None
        if touch_visit(visitor.visit_id, site=current_site()):
            return visitor
        close_visit(visitor.visit_id)
        return None


def enter(request: HttpRequest, text: str) -> Visit:
    """Use a ticket and sign its visitor in. Raises TicketRefused, which is audited; nothing else is written then."""
    site = current_site()
    try:
        with transaction.atomic():
            visit = use_ticket(text, site=site, host=request.get_host())
            visitor = open_account(visit)
    except TicketRefused as refusal:
        record_refused_use(text, site=site, reason=refusal.reason)
        raise
    login(request, visitor, backend=BACKEND)
    # The ticket was issued to a session with a second factor.
    mark_verified_by_ticket(request)
    return visit


def open_account(visit: Visit) -> Staff:
    """The visitor's account: named by person and home, with the webmaster's duty, without a password.

    ``#`` is no sign that a form takes in a user name, so nobody can be called like a visitor.
    """
    home = get_site(visit.home_site)
    person = person_abroad(visit.person[:LONGEST_PERSON], home.slug)
    visitor = Staff(
        username=f"{person}#{visit.pk}",
        display_name=_("%(name)s（%(site)s来访）")
        % {"name": (visit.person_name or visit.person)[:30], "site": home.short_name[:20]},
        department=home.short_name,
        visit_id=visit.pk,
    )
    visitor.set_unusable_password()
    visitor.save()
    visitor.groups.set([group_of(WEBMASTER)])
    return visitor


@transaction.atomic
def close_visit(visit_id: int, *, reason: str = "", ended_by: str = "") -> bool:
    """End a visit to the current site with its account; without a reason the clock or the home site gave it."""
    visit = find_visit(visit_id, site=current_site().slug)
    if visit is None:
        return False
    is_ended_now = end_visit(visit, reason=reason or lapse_reason(visit), ended_by=ended_by)
    for visitor in Staff.objects.filter(visit_id=visit_id, is_active=True):
        visitor.groups.clear()
        visitor.is_active = False
        visitor.save(update_fields=["is_active"])
    return is_ended_now


@dataclass(frozen=True)
class VisitFacts:
    """What the banner tells a visitor."""

    id: int
    person: str
    home_name: str
    purpose: str
    minutes_left: int


def visit_facts(visitor: Staff) -> VisitFacts | None:
    """The visit that a visitor is on; None when it is over."""
    visit = find_visit(visitor.visit_id, site=current_site().slug) if visitor.visit_id is not None else None
    if visit is None:
        return None
    left = visit.ends_at - timezone.now()
    return VisitFacts(
        id=visit.pk,
        person=visit.person_name or visit.person,
        home_name=get_site(visit.home_site).short_name,
        purpose=visit.purpose,
        minutes_left=max(0, math.ceil(left.total_seconds() / 60)),
    )


def leave(visitor: Staff) -> None:
    """The visitor goes."""
    if visitor.visit_id is not None:
        close_visit(visitor.visit_id, reason=EndReason.LEFT)


def show_out(visit_id: int, *, acting_user: Any) -> bool:
    """The visited site's webmaster ends a visit. Raises NotAllowed; False when it was over already."""
    if getattr(acting_user, "is_visitor", False) or not acting_user.has_perm(ENDS_VISITS):
        raise NotAllowed(_("“%(person)s”不能结束来访，须由本站的站点管理员操作。") % {"person": acting_user})
    return close_visit(visit_id, reason=EndReason.ENDED, ended_by=acting_user.get_username())


def close_lapsed(site_slug: str, items: Sequence[OutboxItem]) -> None:
    """Outbox handler: the longest a visit may last is over."""
    for item in items:
        close_visit(int(item.key))
