"""Every write of exemptions: asking, withdrawing, deciding, ending."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from network.audit.api import record
from network.boards.api import ask_for_summaries
from network.errors import InvalidValue, NetworkError, NotAllowed
from network.tenancy.api import Site, get_site, is_webmaster, require_manages
from network.upkeep.models import Exemption, ExemptionState

SHORTEST, LONGEST = 4, 500
ACT_ASK, ACT_DECIDE, ACT_END = "exemption.ask", "exemption.decide", "exemption.end"


def ask_exemption(*, acting_user: Any, site: Site, column_key: str, column_title: str, reason: str) -> Exemption:
    """The site's webmaster says why a column needs no regular update; it counts once it is granted above.

    Raises NotAllowed, and InvalidValue for the hub, above which nobody stands, for a reason too short,
    or for a column with a request that is open or granted.
    """
    person = acting_user.get_username()
    if not is_webmaster(acting_user):
        raise NotAllowed(_("“%(person)s”不能申请，须由本站的站点管理员提出。") % {"person": acting_user})
    if site.parent is None:
        raise InvalidValue(_("“%(site)s”没有上级站点，栏目一律按时限更新。") % {"site": site.short_name})
    reason = _clean(reason, _("理由"))
    with transaction.atomic():
        try:
            with transaction.atomic():
                row = Exemption.objects.create(
                    site=site.slug,
                    column_key=column_key,
                    column_title=column_title,
                    reason=reason,
                    asked_by=person,
                )
        except IntegrityError as error:
            raise InvalidValue(_("“%(column)s”已经申请过，请等待上级答复。") % {"column": column_title}) from error
        _record(ACT_ASK, row, person=person, by=site, detail={"reason": reason})
        # The level above learns of it from its board.
        ask_for_summaries([site.slug])
    return row


def decide_exemption(
    exemption_id: int, *, acting_user: Any, authority: Site, is_granted: bool, answer: str
) -> Exemption:
    """Grant or refuse, by a network manager of a site above. Raises NotAllowed, InvalidValue."""
    person = acting_user.get_username()
    _require_above(exemption_id, acting_user=acting_user, authority=authority, act=ACT_DECIDE)
    with transaction.atomic():
        row = _held(exemption_id, ExemptionState.ASKED)
        row.answer = _clean(answer, _("答复"))
        row.state = ExemptionState.GRANTED if is_granted else ExemptionState.REFUSED
        row.authority, row.decided_by, row.decided_at = authority.slug, person, timezone.now()
        row.save()
        detail = {"outcome": str(row.state), "answer": row.answer}
        _record(ACT_DECIDE, row, person=person, by=authority, detail=detail)
        ask_for_summaries([row.site])
    return row


def end_exemption(exemption_id: int, *, acting_user: Any, authority: Site, reason: str) -> Exemption:
    """Take a granted exemption back; the column's clock counts again. Raises NotAllowed, InvalidValue."""
    person = acting_user.get_username()
    _require_above(exemption_id, acting_user=acting_user, authority=authority, act=ACT_END)
    with transaction.atomic():
        row = _held(exemption_id, ExemptionState.GRANTED)
        row.answer = _clean(reason, _("理由"))
        row.state, row.ended_by, row.ended_at = ExemptionState.ENDED, person, timezone.now()
        row.save()
        _record(ACT_END, row, person=person, by=authority, detail={"reason": row.answer})
        ask_for_summaries([row.site])
    return row


def forget_site(site: Site) -> None:
    """A site is about to be dropped: what it asked for or was granted ends; another of its name starts anew."""
    Exemption.objects.filter(site=site.slug, state__in=[ExemptionState.ASKED, ExemptionState.GRANTED]).update(
        state=ExemptionState.ENDED, ended_at=timezone.now()
    )


def _require_above(exemption_id: int, *, acting_user: Any, authority: Site, act: str) -> None:
    """A network manager of a site above decides; a refusal is audited, outside of what is rolled back with it."""
    site = Exemption.objects.filter(pk=exemption_id).values_list("site", flat=True).first()
    if site is None:
        raise InvalidValue(_("没有这件申请，可能已经办理。"))
    try:
        require_manages(acting_user, authority, get_site(site))
    except NetworkError:
        record(
            act,
            site=authority.slug,
            person=acting_user.get_username(),
            object_kind="exemption",
            object_id=exemption_id,
            is_refused=True,
        )
        raise


def _held(exemption_id: int, state: str) -> Exemption:
    """A row in this state, locked. Raises InvalidValue."""
    row = Exemption.objects.select_for_update().filter(pk=exemption_id, state=state).first()
    if row is None:
        raise InvalidValue(_("没有这件申请，可能已经办理。"))
    return row


def _clean(text: str, what: str) -> str:
    cleaned = " ".join(text.split())
    if not SHORTEST <= len(cleaned) <= LONGEST:
        raise InvalidValue(
            _("%(what)s应为 %(least)s 至 %(most)s 个字，现在是 %(count)s 个字。")
            % {"what": what, "least": SHORTEST, "most": LONGEST, "count": len(cleaned)}
        )
    return cleaned


def _record(act: str, row: Exemption, *, person: str, by: Site, detail: dict[str, Any]) -> None:
    """A row for the site whose column it is, one for the site that acts."""
    for slug in dict.fromkeys([row.site, by.slug]):
        record(
            act,
            site=slug,
            person=person,
            person_site=by.slug,
            object_kind="exemption",
            object_id=row.pk,
            object_title=row.column_title,
            detail={**detail, "site": row.site},
        )
