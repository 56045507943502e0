"""The life of a site: which moves there are, who makes them, what they demand.

The database holds the same table (``sql/site_life.sql``) and writes the history, so that no program
or shell makes a site jump. Source of the steps: site-rules in ``docs/reference/guidance.md``.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from network.audit.api import record
from network.errors import InvalidValue, NotAllowed
from network.events import site_left
from network.tenancy.graded import require_manages
from network.tenancy.models import GONE_STATES, Site, SiteTransition, State
from network.tenancy.queries import all_sites

REASON_LENGTH = 300


@dataclass(frozen=True)
class Move:
    """One allowed move. ``is_for_hub`` keeps it from province managers; ``label`` is the button's."""

    from_state: str
    to_state: str
    label: Any
    needs_reason: bool = True
    is_for_hub: bool = False


MOVES = (
    Move(State.PREPARING, State.TRIAL, gettext_lazy("开始试运行"), needs_reason=False),
    Move(State.PREPARING, State.LIVE, gettext_lazy("正式运行"), needs_reason=False),
    Move(State.PREPARING, State.CLOSED, gettext_lazy("取消筹建")),
    Move(State.TRIAL, State.LIVE, gettext_lazy("正式运行"), needs_reason=False),
    Move(State.TRIAL, State.PREPARING, gettext_lazy("退回筹建")),
    Move(State.TRIAL, State.SUSPENDED, gettext_lazy("临时下线")),
    Move(State.TRIAL, State.CLOSING, gettext_lazy("公告关停")),
    Move(State.TRIAL, State.MERGED, gettext_lazy("迁移合并")),
    Move(State.LIVE, State.SUSPENDED, gettext_lazy("临时下线")),
    Move(State.LIVE, State.CLOSING, gettext_lazy("公告关停")),
    Move(State.LIVE, State.MERGED, gettext_lazy("迁移合并")),
    Move(State.SUSPENDED, State.LIVE, gettext_lazy("恢复运行")),
    Move(State.SUSPENDED, State.TRIAL, gettext_lazy("恢复试运行")),
    Move(State.SUSPENDED, State.CLOSING, gettext_lazy("公告关停")),
    Move(State.SUSPENDED, State.MERGED, gettext_lazy("迁移合并")),
    Move(State.CLOSING, State.LIVE, gettext_lazy("撤回关停公告")),
    Move(State.CLOSING, State.CLOSED, gettext_lazy("关停")),
    Move(State.CLOSING, State.MERGED, gettext_lazy("迁移合并")),
    Move(State.MERGED, State.CLOSED, gettext_lazy("结束跳转并归档"), is_for_hub=True),
)
CONFIRMED_STATES = (State.SUSPENDED, State.CLOSING, State.CLOSED, State.MERGED)
"""Entered only by somebody who typed the site's key."""


def moves_of(target: Site, *, site: Site) -> list[Move]:
    """The moves open to managers of ``site`` from the target's present state."""
    return [move for move in MOVES if move.from_state == target.state and (site.is_hub or not move.is_for_hub)]


def find_move(target: Site, to_state: str, *, site: Site) -> Move:
    """The move to a state. Raises InvalidValue that names what is possible instead."""
    open_moves = moves_of(target, site=site)
    for move in open_moves:
        if move.to_state == to_state:
            return move
    wanted = State(to_state).label if to_state in State.values else to_state
    possible = "、".join(str(State(move.to_state).label) for move in open_moves) or _("无")
    raise InvalidValue(
        _("“%(site)s”现为“%(state)s”，不能转为“%(wanted)s”；可以转为：%(possible)s。")
        % {
            "site": target.short_name,
            "state": target.get_state_display(),
            "wanted": wanted,
            "possible": possible,
        },
        field="to_state",
    )


def earliest_closing(target: Site, *, on: datetime.date | None = None) -> datetime.date:
    """First day on which a site may close if its closing is announced on a day, today by default."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT public.network_earliest_closing(%s, %s)", [str(target.level), on or timezone.localdate()]
        )
        day: datetime.date = cursor.fetchone()[0]
    return day


@transaction.atomic
def move_site(
    target: Site,
    to_state: str,
    *,
    acting_user: Any,
    site: Site,
    reason: str = "",
    confirmed_key: str = "",
) -> Site:
    """Move a site of the subtree to a state; returns it as it is now.

    Merging is begun by ``plan_merge`` and ends in ``finish_merge``. Raises NotAllowed, InvalidValue with
    ``field`` naming the form's field; nothing is written then.
    """
    held = Site.objects.select_for_update(of=("self",)).get(pk=target.pk)
    require_manages(acting_user, site, held)
    move = find_move(held, to_state, site=site)
    if to_state == State.MERGED:
        raise InvalidValue(_("迁移合并须先选择并入的站点、核对不能迁移的信息。"), field="to_state")
    reason = hold_reason(move, reason)
    hold_key(held, to_state, confirmed_key)
    if to_state in GONE_STATES:
        hold_no_children(held)
    if move.from_state == State.CLOSING and to_state == State.CLOSED:
        hold_notice(held)
    before = held.state
    if to_state == State.CLOSING:
        held.closing_on = earliest_closing(held)
    _write(held, to_state, reason=reason, person=acting_user.get_username(), acting_site=site.slug)
    _tell(held, before, person=acting_user.get_username(), acting_site=site.slug)
    return held


@transaction.atomic
def finish_merge(site_slug: str, *, into: Site, person: str, acting_site: str, reason: str) -> Site:
    """Mark a site as merged once its items stand at the target; called by the merge in the worker."""
    held = Site.objects.select_for_update(of=("self",)).get(slug=site_slug)
    before = held.state
    hold_no_children(held)
    held.merged_into = into
    _write(held, State.MERGED, reason=reason, person=person, acting_site=acting_site)
    _tell(held, before, person=person, acting_site=acting_site)
    return held


def hold_reason(move: Move, reason: str) -> str:
    """The reason without spaces around it. Raises InvalidValue when the move demands one."""
    reason = reason.strip()
    if (move.needs_reason and not reason) or len(reason) > REASON_LENGTH:
        raise InvalidValue(
            _("“%(move)s”须写明原因，不超过 %(length)s 字；原因记入双方记录。")
            % {"move": move.label, "length": REASON_LENGTH},
            field="reason",
        )
    return reason


def hold_key(target: Site, to_state: str, confirmed_key: str) -> None:
    """Raises InvalidValue unless the target's key was typed where the move demands it."""
    if to_state in CONFIRMED_STATES and confirmed_key.strip() != target.slug:
        raise InvalidValue(
            _("输入的站点标识“%(typed)s”与“%(site)s”的标识不符，请输入“%(key)s”确认。")
            % {"typed": confirmed_key.strip(), "site": target.short_name, "key": target.slug},
            field="confirmed_key",
        )


def hold_no_children(target: Site) -> None:
    """Raises InvalidValue while sites below are open."""
    below = [child.short_name for child in all_sites() if child.parent_id == target.pk and not child.is_gone]
    if below:
        raise InvalidValue(
            _("“%(site)s”下还有 %(count)s 个站点（%(names)s），请先关停、合并或改隶这些站点。")
            % {"site": target.short_name, "count": len(below), "names": "、".join(below[:3])},
            field="to_state",
        )


def hold_notice(target: Site) -> None:
    """Raises InvalidValue before the announced day."""
    if target.closing_on is None or target.closing_on > timezone.localdate():
        raise InvalidValue(
            _("“%(site)s”的关停公告要登到 %(day)s，那一天起才能关停。")
            % {"site": target.short_name, "day": target.closing_on},
            field="to_state",
        )


def require_manager_of(acting_user: Any, site: Site, target: Site) -> None:
    """``require_manages``, and the target is not gone already. Raises NotAllowed."""
    require_manages(acting_user, site, target)
    if target.is_gone:
        raise NotAllowed(
            _("“%(site)s”%(state)s，不能再办理。") % {"site": target.short_name, "state": target.get_state_display()}
        )


def closing_due(*, on: datetime.date | None = None) -> list[Site]:
    """Sites whose notice has stood long enough to close; nobody closes them but a person."""
    day = on or timezone.localdate()
    return [site for site in all_sites() if site.state == State.CLOSING and site.closing_on and site.closing_on <= day]


def transitions_of(site: Site) -> list[SiteTransition]:
    """The history of a site, newest first."""
    return list(SiteTransition.objects.filter(site=site.slug).order_by("-id"))


def _write(site: Site, to_state: str, *, reason: str, person: str, acting_site: str) -> None:
    # Not by save(), which django-tenants refuses inside another site's schema.
    Site.objects.filter(pk=site.pk).update(
        state=to_state,
        state_reason=reason,
        changed_by=person,
        changed_from=acting_site,
        closing_on=site.closing_on,
        merged_into=site.merged_into,
    )
    site.refresh_from_db()


def _tell(site: Site, before: str, *, person: str, acting_site: str) -> None:
    """Record on both sides; tell search of a site that will not come back."""
    detail = {
        "from": before,
        "to": site.state,
        "reason": site.state_reason,
        "closing_on": site.closing_on.isoformat() if site.closing_on else "",
        "merged_into": site.merged_into.slug if site.merged_into else "",
    }
    for slug in dict.fromkeys((acting_site, site.slug)):
        record("site.state", site=slug, person=person, object_kind="site", object_id=site.slug, detail=detail)
    if site.is_gone:
        site_left.emit(site.schema_name)
