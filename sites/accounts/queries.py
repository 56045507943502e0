"""Reads of accounts with their duties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from network.events import duty_gaps
from sites.accounts.backends import duty_names
from sites.accounts.models import AccountReview, Staff
from sites.accounts.policy import account_policy
from sites.accounts.roles import CONTENT_DUTIES, CONTROL_DUTIES, REVIEW_DUTIES, ROLE_BY_KEY, ROLES


def content_groups() -> QuerySet[Group]:
    """The groups of the duties that a webmaster gives."""
    return Group.objects.filter(name__in=[role.name for role in CONTENT_DUTIES]).order_by("pk")


def duties_of(person: Staff) -> list[str]:
    """Keys of a person's duties, in the order of the roles."""
    held = set(person.groups.values_list("name", flat=True)) if person.pk else set()
    return [role.key for role in ROLES if role.name in held]


def holds_control(person: Staff) -> bool:
    """Whether a person has a duty of control, which the security administrator grants."""
    return bool(set(duties_of(person)) & {role.key for role in CONTROL_DUTIES})


def gap_without(person: Staff) -> str:
    """What nobody could do at this site any more without this person, with the remedy; empty when that is nothing.

    What nobody can do even now is not this person's matter.
    """
    gaps = [(gap(besides=[person.pk]), gap()) for _name, gap in duty_gaps.items()]
    return next((without for without, now in gaps if without and without != now), "")


def holds_review_duty(person: Any) -> bool:
    """Whether a person decides on drafts at this site, or publishes them; a visitor from above does not."""
    if getattr(person, "is_visitor", False):
        return False
    return not duty_names(person).isdisjoint(role.name for role in REVIEW_DUTIES)


@dataclass(frozen=True)
class AccountRow:
    """One account as the review shows it."""

    person: Staff
    duties: list[str]
    """Names."""

    days_idle: int
    has_device: bool
    is_demanded: bool


def account_rows() -> list[AccountRow]:
    """Every account of the site but the system's, open ones first."""
    with_device = set(TOTPDevice.objects.filter(confirmed=True).values_list("user_id", flat=True))
    wanted = {ROLE_BY_KEY[key].name for key in account_policy().second_factor_roles}
    people = Staff.objects.filter(is_system=False).prefetch_related("groups").order_by("-is_active", "username")
    today = timezone.now()
    rows = []
    for person in people:
        held = {group.name for group in person.groups.all()}
        rows.append(
            AccountRow(
                person=person,
                duties=[role.name for role in ROLES if role.name in held],
                days_idle=(today - max(person.date_joined, person.last_login or person.date_joined)).days,
                has_device=person.pk in with_device,
                is_demanded=bool(held & wanted),
            )
        )
    return rows


def last_review() -> AccountReview | None:
    """The latest confirmed review of this site's accounts."""
    return AccountReview.objects.select_related("confirmed_by").order_by("-pk").first()
