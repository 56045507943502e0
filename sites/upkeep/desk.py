"""What waits for one person at a site: reviews, what is approved, returned drafts, schedules, expiries."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from functools import cache
from operator import itemgetter
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision, TaskState, WorkflowState

from network.compiled import Compiled
from network.tenancy.api import current_site, is_webmaster
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
from sites.editing.queries import is_publisher_apart, steps_decidable_by
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
    orders, revisions = _schedules_of(None)
    return {
        "returned_items": _returned_states(None).count(),
        "scheduled_items": orders.count() + revisions.count(),
        "expiring_items": _expiring_pages(None, timezone.now()).count(),
    }


_PERSON, _NOW = -1, datetime.datetime.min.replace(tzinfo=datetime.UTC)
"""Stand in the compiled statements for the key of a person, the moment."""


def _page_type() -> ContentType:
    return ContentType.objects.get_for_model(Page)


def _waiting(person: Any) -> Pile:
    """Reviews under way that this person may decide, emergencies first; the publisher's steps are listed apart."""
    if not person.is_active or person.is_visitor:
        return Pile()
    states = _to_decide(is_apart=is_publisher_apart(current_site()), is_limited=bool(places_of(person)))
    return _pile(
        [
            (key, at, _("应急：%(step)s") % {"step": step} if urgent else step)
            for key, at, step, urgent in states.rows({_PERSON: person.pk})
        ]
    )


@cache
def _to_decide(*, is_apart: bool, is_limited: bool) -> Compiled:
    return Compiled(
        lambda: (
            steps_decidable_by(_PERSON, is_apart=is_apart, is_limited=is_limited)
            .exclude(task__dutytask__duty=Duty.PUBLISH)
            .order_by("-is_emergency", "started_at")
            .values_list("page_key", "started_at", "task__name", "is_emergency")
        )
    )


def _approved(person: Any, *, is_all: bool) -> Pile:
    """What waits for its publisher: the whole site's for the webmaster, what the person wrote or may publish there."""
    if not person.is_active or person.is_visitor:
        return Pile()
    states = _to_publish(is_all=is_all, may_publish=not is_all and holds_publishing(person))
    return _pile([(key, at, "") for key, at in states.rows({_PERSON: person.pk})], are_approved=True)


@cache
def _to_publish(*, is_all: bool, may_publish: bool) -> Compiled:
    def build() -> QuerySet[TaskState, Any]:
        states = waiting_steps().annotate(page_key=Cast("workflow_state__object_id", BigIntegerField()))
        if not is_all:
            own = Q(Exists(Page.objects.filter(pk=OuterRef("page_key"), owner_id=_PERSON)))
            if may_publish:
                own |= Q(covering(Value(_PERSON), Value(str(Duty.PUBLISH)), F("page_key")))
            states = states.filter(own)
        return states.values_list("page_key", "started_at")

    return Compiled(build)


def _returned_states(person: int | None) -> Any:
    """Reviews that ended in a return and were not begun again; of one person, or of the whole site."""
    states = WorkflowState.objects.filter(
        status=WorkflowState.STATUS_NEEDS_CHANGES, base_content_type=_page_type()
    ).annotate(page_key=Cast("object_id", BigIntegerField()))
    if person is None:
        return states
    own = Page.objects.filter(pk=OuterRef("page_key"), owner_id=person)
    return states.filter(Exists(own) | Exists(states.filter(pk=OuterRef("pk"), requested_by_id=person)))


def _returned(person: Any) -> Pile:
    return _pile(_returns(is_all=person is None).rows(_of(person)))


@cache
def _returns(*, is_all: bool) -> Compiled:
    last = Decision.objects.filter(page_id=OuterRef("page_key"), outcome=Outcome.RETURN).order_by("-pk")
    return Compiled(
        lambda: (
            _returned_states(None if is_all else _PERSON)
            .annotate(
                at=Coalesce(Subquery(last.values("decided_at")[:1]), F("created_at")),
                said=Coalesce(Subquery(last.values("comment")[:1]), F("status"), output_field=TextField()),
            )
            .order_by("at")
            .values_list("page_key", "at", "said")
        )
    )


def _schedules_of(person: int | None) -> tuple[QuerySet[PublishSchedule], QuerySet[Revision]]:
    """Publishers' orders for an hour, forms that reviewers approved for one; of one person, or of the whole site."""
    orders = PublishSchedule.objects.filter(state=ScheduleState.WAITING)
    revisions = Revision.objects.filter(base_content_type=_page_type(), approved_go_live_at__isnull=False).annotate(
        page_key=Cast("object_id", BigIntegerField())
    )
    if person is not None:
        wrote = Exists(Page.objects.filter(pk=OuterRef("page_id"), owner_id=person))
        orders = orders.filter(Q(person_id=person) | wrote)
        revisions = revisions.filter(Exists(Page.objects.filter(pk=OuterRef("page_key"), owner_id=person)))
    return orders, revisions


def _scheduled(person: Any) -> Pile:
    """Pages that go on line at an hour, the earliest first: those that the person wrote or ordered."""
    orders, revisions = _schedules(is_all=person is None)
    rows = sorted([*orders.rows(_of(person)), *revisions.rows(_of(person))], key=itemgetter(1))
    return _pile([(key, at, "") for key, at in rows])


@cache
def _schedules(*, is_all: bool) -> tuple[Compiled, Compiled]:
    person = None if is_all else _PERSON
    return (
        Compiled(lambda: _schedules_of(person)[0].values_list("page_id", "publish_at")),
        Compiled(lambda: _schedules_of(person)[1].values_list("page_key", "approved_go_live_at")),
    )


def _expiring_pages(person: int | None, now: datetime.datetime) -> Any:
    pages = Page.objects.live().filter(expire_at__gt=now)
    return pages if person is None else pages.filter(owner_id=person)


def _expiring(person: Any) -> Pile:
    rows = _expiries(is_all=person is None).rows({**_of(person), _NOW: timezone.now()})
    return _pile([(key, at, "") for key, at in rows])


@cache
def _expiries(*, is_all: bool) -> Compiled:
    return Compiled(
        lambda: _expiring_pages(None if is_all else _PERSON, _NOW).order_by("expire_at").values_list("pk", "expire_at")
    )


def _of(person: Any) -> dict[Any, Any]:
    """What stands for a person in the compiled statements; nobody in those on the whole site."""
    return {} if person is None else {_PERSON: person.pk}


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
