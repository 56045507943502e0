"""The emergency lane: where it is open, who uses it, who is asked, what a re-review still lacks."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Value
from django.utils.translation import gettext as _
from wagtail.models import Page, WorkflowTask

from network.rules.api import rule_value, site_rule, site_rules
from network.tenancy.api import Site, is_webmaster
from sites.accounts.api import Staff, covering, covers
from sites.editing.models import Decision, Duty, DutyTask, Outcome
from sites.editing.queries import LANE_DUTIES, authors_of

USE_LANE = "sites_accounts.use_emergency_lane"
EMERGENCY_DUTY = "emergency"
RULES = "emergency."


@dataclass(frozen=True, kw_only=True)
class Lane:
    """The lane of a site as the rules in force have it. ``why`` says why it is closed, empty where it is open.

    ``people`` counts reviewers, none of them an author; ``hours`` is how long a release may wait for its re-review.
    """

    why: str
    people: int
    hours: int

    @property
    def is_open(self) -> bool:
        return not self.why

    def due_at(self, published_at: datetime.datetime) -> datetime.datetime:
        return published_at + datetime.timedelta(hours=self.hours)


def lane_of(site: Site) -> Lane:
    """The lane of a site. Raises LookupError when a rule is missing."""
    rules = site_rules(site, RULES)
    floor = int(site_rule(site, "review.floor").value)
    people = max(int(rules["people"].value), floor, 2)
    ordinary = max(int(rule_value("review.people", level=site.level)), 2)
    why = ""
    if rules["is_open"].value is not True:
        rule = rules["is_open"]
        why = _("本站的规则没有开放应急通道（%(document)s %(clause)s：%(note)s）。请按日常审核提交。") % {
            "document": rule.document,
            "clause": rule.clause,
            "note": rule.note,
        }
    elif people >= ordinary:
        why = _("应急通道不得少于 %(people)s 人，本站日常审核就是 %(ordinary)s 人。请按日常审核提交。") % {
            "people": people,
            "ordinary": ordinary,
        }
    return Lane(why=why, people=people, hours=int(rules["rereview_hours"].value))


def may_use_lane(person: Any, page: Page) -> bool:
    """Whether the person holds the duty and writes this page; the gate looks at the duty again."""
    return (
        person.is_active
        and not person.is_visitor
        and person.has_perm(USE_LANE)
        and covers(person, EMERGENCY_DUTY, page)
        and bool(page.permissions_for_user(person).can_edit())
        and page.latest_revision_id is not None
        and bool(page.has_workflow)
    )


def lane_tasks() -> list[DutyTask]:
    """The steps that the lane asks for, in their order."""
    order = dict(WorkflowTask.objects.values_list("task_id", "sort_order"))
    tasks = DutyTask.objects.filter(duty__in=LANE_DUTIES, pk__in=order)
    return sorted(tasks, key=lambda task: order[task.pk])


def candidates(task: DutyTask, page: Page) -> QuerySet[Staff]:
    """Who could be named for a step: holds its duty, is no author, decided on this revision nothing yet."""
    decided = Decision.objects.filter(
        page_id=page.pk,
        revision_id=page.latest_revision_id,
        person_id=OuterRef("pk"),
        outcome=Outcome.APPROVE,
    )
    people = Staff.objects.filter(groups=task.group_id, is_active=True, is_system=False, visit_id__isnull=True)
    reached = covering(F("pk"), Value(task.duty), Value(page.pk))
    return (
        people.exclude(pk__in=authors_of(page)).filter(~Exists(decided), reached).order_by("display_name", "username")
    )


def missing_tasks(page: Page) -> list[DutyTask]:
    """Steps of the ordinary review that nobody who counts took on the form that is on line, in their order.

    Counted as the gate counts: people in service who are no authors, whose duty reaches the page.
    """
    in_service = Staff.objects.filter(pk=OuterRef("person_id"), is_active=True)
    taken = set(
        Decision.objects.filter(Exists(in_service), page_id=page.pk, revision_id=page.live_revision_id)
        .filter(covering(F("person_id"), F("duty"), F("page_id")), outcome=Outcome.APPROVE)
        .exclude(person_id__in=authors_of(page))
        .values_list("duty", flat=True)
    )
    workflow = page.get_workflow()
    order = dict(WorkflowTask.objects.filter(workflow=workflow).values_list("task_id", "sort_order"))
    tasks = DutyTask.objects.filter(pk__in=order).exclude(duty__in=[*taken, Duty.PUBLISH])
    return sorted(tasks, key=lambda task: order[task.pk])


def rereview_task(page: Page, person: Any) -> DutyTask | None:
    """The missing step that this person may take on the form that is on line; None when there is none."""
    if not person.is_active or person.is_visitor or person.pk in authors_of(page):
        return None
    if Decision.objects.filter(
        page_id=page.pk, revision_id=page.live_revision_id, person_id=person.pk, outcome=Outcome.APPROVE
    ).exists():
        return None
    held = set(person.groups.values_list("pk", flat=True))
    return next(
        (task for task in missing_tasks(page) if task.group_id in held and covers(person, task.duty, page)), None
    )


def may_end_release(person: Any, page: Page) -> bool:
    """Whether the person may take a release off line that waits: whoever re-reviews it, the webmaster of the site."""
    is_own = is_webmaster(person) and not person.is_visitor
    return is_own or rereview_task(page, person) is not None
