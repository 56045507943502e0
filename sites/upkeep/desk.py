"""What waits for one person at a site: reviews, what is approved, returned drafts, schedules, expiries."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision, WorkflowState

from network.tenancy.api import is_webmaster
from sites.accounts.api import covering, duty_names, is_covered, places_of
from sites.accounts.roles import EDITOR
from sites.content.withholding import WithheldFile, withheld_files
from sites.editing.models import (
    Decision,
    Duty,
    Outcome,
    PublishSchedule,
    ScheduleState,
)
from sites.editing.publishers import holds_publishing, waiting_steps
from sites.editing.queries import decidable_steps
from sites.inbox.withholding import received_withheld

SHOWN = 8
"""Lines of a list on the desk; the number above it counts them all."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One item on the desk. ``at`` is when it was submitted, returned, goes on line or off.

    ``is_approved`` marks one that waits for its publisher only.
    """

    page_id: int
    title: str
    at: datetime.datetime
    note: str = ""
    is_approved: bool = False


@dataclass(frozen=True, kw_only=True)
class Pile:
    """The first lines of a list with the number of all."""

    count: int = 0
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What waits for a person."""

    waiting: Pile
    approved: Pile
    returned: Pile
    scheduled: Pile
    expiring: Pile
    withheld: Pile


def desk_of(person: Any) -> Desk:
    """A person's desk at the site that is entered. The webmaster sees the whole site's, others their own."""
    is_all = is_webmaster(person)
    return Desk(
        waiting=_waiting(person),
        approved=_approved(person, is_all=is_all),
        returned=_returned(None if is_all else person),
        scheduled=_scheduled(None if is_all else person),
        expiring=_expiring(None if is_all else person),
        withheld=_withheld(person, is_all=is_all),
    )


def count_desk() -> dict[str, Any]:
    """The whole site's piles but reviews, for its summary row."""
    return {
        "returned_items": _returned_states(None).count(),
        "scheduled_items": len(_schedules(None)),
        "expiring_items": _expiring_pages(None).count(),
    }


def _page_type() -> ContentType:
    return ContentType.objects.get_for_model(Page)


def _waiting(person: Any) -> Pile:
    """Reviews under way that this person may decide, emergencies first; the publisher's steps are listed apart."""
    states = (
        decidable_steps(person)
        .exclude(task__dutytask__duty=Duty.PUBLISH)
        .order_by("-is_emergency", "started_at")
        .values_list("page_key", "started_at", "task__name", "is_emergency")
    )
    return _pile(
        [(key, at, _("应急：%(step)s") % {"step": step} if urgent else step) for key, at, step, urgent in states]
    )


def _approved(person: Any, *, is_all: bool) -> Pile:
    """What waits for its publisher: the whole site's for the webmaster, what the person wrote or may publish there."""
    if not person.is_active or person.is_visitor:
        return Pile()
    states = waiting_steps().annotate(page_key=Cast("workflow_state__object_id", BigIntegerField()))
    if not is_all:
        own = Q(Exists(Page.objects.filter(pk=OuterRef("page_key"), owner=person)))
        if holds_publishing(person):
            own |= Q(covering(Value(person.pk), Value(str(Duty.PUBLISH)), F("page_key")))
        states = states.filter(own)
    return _pile([(key, at, "") for key, at in states.values_list("page_key", "started_at")], are_approved=True)


def _returned_states(person: Any) -> Any:
    """Reviews that ended in a return and were not begun again."""
    states = WorkflowState.objects.filter(
        status=WorkflowState.STATUS_NEEDS_CHANGES, base_content_type=_page_type()
    ).annotate(page_key=Cast("object_id", BigIntegerField()))
    if person is None:
        return states
    own = Page.objects.filter(pk=OuterRef("page_key"), owner=person)
    return states.filter(Exists(own) | Exists(states.filter(pk=OuterRef("pk"), requested_by=person)))


def _returned(person: Any) -> Pile:
    last = Decision.objects.filter(page_id=OuterRef("page_key"), outcome=Outcome.RETURN).order_by("-pk")
    states = (
        _returned_states(person)
        .annotate(
            at=Coalesce(Subquery(last.values("decided_at")[:1]), F("created_at")),
            said=Coalesce(Subquery(last.values("comment")[:1]), F("status"), output_field=TextField()),
        )
        .order_by("at")
        .values_list("page_key", "at", "said")
    )
    return _pile(list(states))


def _schedules(person: Any) -> list[tuple[int, datetime.datetime]]:
    """Pages that go on line at an hour, the earliest first: by a publisher's order, or as their reviewers approved.

    Those that the person wrote or ordered; all of the site for nobody in particular.
    """
    orders = PublishSchedule.objects.filter(state=ScheduleState.WAITING)
    revisions = Revision.objects.filter(base_content_type=_page_type(), approved_go_live_at__isnull=False).annotate(
        page_key=Cast("object_id", BigIntegerField())
    )
    if person is not None:
        orders = orders.filter(
            Q(person_id=person.pk) | Exists(Page.objects.filter(pk=OuterRef("page_id"), owner=person))
        )
        revisions = revisions.filter(Exists(Page.objects.filter(pk=OuterRef("page_key"), owner=person)))
    rows = [*orders.values_list("page_id", "publish_at"), *revisions.values_list("page_key", "approved_go_live_at")]
    return sorted(rows, key=itemgetter(1))


def _scheduled(person: Any) -> Pile:
    return _pile([(key, at, "") for key, at in _schedules(person)])


def _expiring_pages(person: Any) -> Any:
    pages = Page.objects.live().filter(expire_at__gt=timezone.now())
    return pages if person is None else pages.filter(owner=person)


def _expiring(person: Any) -> Pile:
    rows = _expiring_pages(person).order_by("expire_at").values_list("pk", "expire_at")
    return _pile([(key, at, "") for key, at in rows])


def _withheld(person: Any, *, is_all: bool) -> Pile:
    """Live pages with a file that readers do not get, each file a line: the person's own, received ones in reach."""
    held = [*withheld_files(owner=None if is_all else person), *_received(person, is_all=is_all)]
    held.sort(key=lambda each: (each.since, each.page_id, each.sentence))
    return _pile([(each.page_id, each.since, each.sentence) for each in held])


def _received(person: Any, *, is_all: bool) -> list[WithheldFile]:
    """A received item has no author here: the editors of its column are told, and the webmaster."""
    if not is_all and (person.is_visitor or EDITOR.name not in duty_names(person)):
        return []
    held = received_withheld()
    if is_all or not held:
        return held
    paths = dict(Page.objects.filter(pk__in={each.page_id for each in held}).values_list("pk", "path"))
    limits = places_of(person)
    return [each for each in held if is_covered(limits, EDITOR.key, paths[each.page_id])]


def _pile(rows: list[tuple[int, datetime.datetime, str]], *, are_approved: bool = False) -> Pile:
    shown = rows[:SHOWN]
    titles = (
        dict(Page.objects.filter(pk__in=[row[0] for row in shown]).values_list("pk", "draft_title")) if shown else {}
    )
    return Pile(
        count=len(rows),
        lines=[
            Line(page_id=key, title=titles.get(key, ""), at=at, note=note or "", is_approved=are_approved)
            for key, at, note in shown
        ],
    )
