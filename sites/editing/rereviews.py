"""The second look at an emergency release: confirmed step by step, or taken off line with a reason."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Page, Revision

from network.audit.api import record
from network.errors import InvalidValue, NotAllowed
from network.tenancy.api import Site
from network.upkeep.api import (
    Rereview,
    RereviewState,
    hold_waiting,
    settle_all_but,
    settle_rereview,
    waiting_rereviews,
)
from sites.editing.actions import approve, write_decision
from sites.editing.emergency import LONGEST, clean_reason, owe_rereview
from sites.editing.lane import may_end_release, missing_tasks, rereview_task
from sites.editing.models import Approval, ApprovalKind, EmergencyMark, Outcome
from sites.screening.api import require_clean

ACT = "page.rereview"


@transaction.atomic
def confirm_rereview(rereview_id: int, *, acting_user: Any, site: Site, comment: str = "") -> bool:
    """Take the missing step that is this person's; True when it was the last one.

    The decision counts for the very form that is on line. With the last step the gate looks at all of them
    as at those of an ordinary review; its approval takes the place of the emergency one. Raises NotAllowed,
    InvalidValue for what was settled or changed meanwhile, TextRefused.
    """
    row, page = _held(rereview_id, site)
    task = rereview_task(page, acting_user)
    if task is None:
        raise _not_yours(acting_user, page)
    revision = Revision.objects.get(pk=page.live_revision_id)
    require_clean(revision.as_object())
    digest = write_decision(
        revision.pk,
        person=acting_user,
        duty=task.duty,
        outcome=Outcome.APPROVE,
        comment=" ".join(comment.split())[:LONGEST],
    )
    is_last = not missing_tasks(page)
    _record(row, page, acting_user, outcome=Outcome.APPROVE, duty=task.duty, after_hash=digest)
    if is_last:
        approve(ApprovalKind.REVIEW, [page.pk])
        settle_rereview(
            site, page.pk, RereviewState.CONFIRMED, person=acting_user.get_username(), note=comment[:LONGEST]
        )
    return is_last


@transaction.atomic
def take_down_rereviewed(rereview_id: int, *, acting_user: Any, site: Site, reason: str) -> None:
    """Take an emergency release off line instead of confirming it: whoever may re-review it, or the webmaster.

    Raises NotAllowed, InvalidValue.
    """
    row, page = _held(rereview_id, site, must_stand=False)
    if not may_end_release(acting_user, page):
        raise _not_yours(acting_user, page)
    reason = clean_reason(reason, _("撤下的理由"))
    settle_rereview(site, page.pk, RereviewState.TAKEN_DOWN, person=acting_user.get_username(), note=reason)
    _record(row, page, acting_user, outcome=RereviewState.TAKEN_DOWN, reason=reason)
    if page.live:
        # Whoever reviews it again takes down what waits, without the webmaster's right to take down everything.
        UnpublishPageAction(page, user=acting_user).execute(skip_permission_checks=True)


def agree_with_group(site: Site) -> dict[str, int]:
    """Restore step: exactly the pages that are on line by an emergency approval owe a re-review."""
    in_force = Approval.objects.filter(kind=ApprovalKind.EMERGENCY, voided_at=None, revision_id__isnull=False)
    on_line = in_force.filter(page_id__in=Page.objects.live().values("pk"))
    standing = dict(on_line.values_list("page_id", "revision_id"))
    ended = settle_all_but(site, standing, note=_("站点恢复到这次发布以前"))
    waiting = {row.page_id for row in waiting_rereviews(site)}
    opened = 0
    for page in Page.objects.filter(pk__in=set(standing) - waiting):
        mark = EmergencyMark.objects.filter(page_id=page.pk, revision_id=standing[page.pk] or 0).latest("pk")
        owe_rereview(page, mark, site=site)
        opened += 1
    return {"opened": opened, "ended": ended}


def _held(rereview_id: int, site: Site, *, must_stand: bool = True) -> tuple[Rereview, Page]:
    """The waiting row, locked, with its page. Raises InvalidValue."""
    row = hold_waiting(site, rereview_id)
    page = Page.objects.filter(pk=row.page_id).first() if row is not None else None
    if row is None or page is None:
        raise InvalidValue(_("没有这件待补审的信息，可能已经办理。"))
    stands = Approval.objects.filter(page_id=page.pk, kind=ApprovalKind.EMERGENCY, voided_at=None).exists()
    if must_stand and not (page.live and stands):
        raise InvalidValue(_("“%(title)s”已不在线，不能确认；请撤下并写明情况。") % {"title": page.title})
    return row, page.specific


def _not_yours(person: Any, page: Page) -> NotAllowed:
    return NotAllowed(
        _("“%(person)s”不能补审“%(title)s”：须由承担所缺环节职责、不是作者、也没有审核过这一版的人员办理。")
        % {"person": person, "title": page.title}
    )


def _record(row: Rereview, page: Page, person: Any, *, after_hash: str = "", **detail: Any) -> None:
    record(
        ACT,
        person=person.get_username(),
        object_kind=page._meta.label_lower,
        object_id=page.pk,
        object_title=page.title,
        detail={**detail, "until": row.due_at.isoformat(timespec="minutes")},
        after_hash=after_hash,
    )
