"""Merging one site into another: survey, confirmation, the items' journey, the redirect map.

A person plans, the worker surveys inside the site, the person sees what cannot travel and confirms,
the worker makes editions and owes them to the target; when every one stands there, the map of
addresses is written from the deliveries and the site is marked as merged, in one transaction.

The pieces of work belong to no site, so that a suspended site can be merged, too.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from network.audit.api import record
from network.contracts import LocalItem, OutboxItem
from network.errors import InvalidValue, NetworkError, NotAllowed
from network.events import edition_sources, local_items, presence_changed, site_paths
from network.outbox.api import enqueue
from network.syndication.actions import write_edition
from network.syndication.deliveries import order_deliveries
from network.syndication.models import (
    Delivery,
    DeliveryState,
    Dispatch,
    Item,
    ItemState,
    MergeState,
    Mode,
    SiteMerge,
)
from network.tenancy.api import Site, get_site, get_site_by_schema, in_site, is_within
from network.tenancy.lifecycle import (
    find_move,
    finish_merge,
    hold_key,
    hold_no_children,
    hold_reason,
    require_manager_of,
)
from network.tenancy.models import MovedAddress, State
from network.tenancy.site_locks import share_site

logger = logging.getLogger(__name__)

SURVEY_KIND = "syndication.merge_survey"
SEND_KIND = "syndication.merge_send"
CHUNK = 100
OPEN_STATES = (MergeState.SURVEYING, MergeState.SURVEYED, MergeState.SENDING, MergeState.PLACING)
TITLE_SHOWN = 120


@transaction.atomic
def plan_merge(source: Site, into: Site, *, reason: str, acting_user: Any, site: Site) -> SiteMerge:
    """Write down the wish; the worker then looks at what can travel. Raises NotAllowed, InvalidValue."""
    require_manager_of(acting_user, site, source)
    if not is_within(site, into):
        raise NotAllowed(
            _("“%(site)s”只能并入本级管理范围内的站点，“%(into)s”不在其中。")
            % {"site": source.short_name, "into": into.short_name}
        )
    if into.pk == source.pk or not into.is_public:
        raise InvalidValue(
            _("“%(into)s”不能接收内容，请选择另一个对外开放的站点。") % {"into": into.short_name}, problems={"into": ""}
        )
    reason = hold_reason(find_move(source, State.MERGED, site=site), reason)
    hold_no_children(source)
    if open_merge(source) is not None:
        raise InvalidValue(_("“%(site)s”的迁移合并正在办理，请先办完或取消。") % {"site": source.short_name})
    merge = SiteMerge.objects.create(
        site=source.slug,
        target=into.slug,
        reason=reason,
        planned_by=acting_user.get_username(),
        planned_from=site.slug,
    )
    enqueue(SURVEY_KIND, key=str(merge.pk))
    _record("site.merge_plan", merge, person=merge.planned_by)
    return merge


@transaction.atomic
def confirm_merge(merge: SiteMerge, *, confirmed_key: str, acting_user: Any, site: Site) -> SiteMerge:
    """Start the journey of what was surveyed. Raises NotAllowed, InvalidValue."""
    held = SiteMerge.objects.select_for_update().get(pk=merge.pk)
    source = get_site(held.site)
    require_manager_of(acting_user, site, source)
    if held.state != MergeState.SURVEYED:
        raise InvalidValue(_("这次迁移合并现为“%(state)s”，不能确认。") % {"state": held.get_state_display()})
    hold_key(source, State.MERGED, confirmed_key)
    hold_no_children(source)
    held.state = MergeState.SENDING
    held.confirmed_by, held.confirmed_from = acting_user.get_username(), site.slug
    held.confirmed_at = timezone.now()
    held.save()
    enqueue(SEND_KIND, key=f"{held.pk}:0")
    _record("site.merge_confirm", held, person=held.confirmed_by)
    return held


@transaction.atomic
def cancel_merge(merge: SiteMerge, *, acting_user: Any, site: Site) -> None:
    """Give up a merge that was not confirmed yet. Raises NotAllowed, InvalidValue."""
    held = SiteMerge.objects.select_for_update().get(pk=merge.pk)
    require_manager_of(acting_user, site, get_site(held.site))
    if held.state not in (MergeState.SURVEYING, MergeState.SURVEYED):
        raise InvalidValue(_("内容已在迁移，不能取消。"))
    held.state = MergeState.CANCELLED
    held.save(update_fields=["state"])
    _record("site.merge_cancel", held, person=acting_user.get_username())


def open_merge(source: Site) -> SiteMerge | None:
    """The merge of a site that is under way; None when there is none."""
    return SiteMerge.objects.filter(site=source.slug, state__in=OPEN_STATES).order_by("-pk").first()


def survey(site: str, items: Sequence[OutboxItem]) -> None:
    """Outbox handler: count what can travel, list what cannot with the reason, note the common places."""
    for item in items:
        merge = SiteMerge.objects.select_for_update().get(pk=int(item.key))
        if merge.state != MergeState.SURVEYING:
            continue
        source, target = get_site(merge.site), get_site(merge.target)
        _share(source)
        with in_site(source):
            found = _local_items()
            obstacles = [
                {"title": local.title[:TITLE_SHOWN], "path": local.path, "reason": why}
                for local in found
                if (why := _obstacle(local, source))
            ]
            merge.source_places = _places()
        with in_site(target):
            merge.target_places = _places()
        merge.item_count, merge.obstacles = len(found) - len(obstacles), obstacles
        merge.state = MergeState.SURVEYED
        merge.save()


def send(site: str, items: Sequence[OutboxItem]) -> None:
    """Outbox handler: make editions of some items and owe them to the target, then ask for the next ones."""
    for item in items:
        number, _colon, offset = item.key.partition(":")
        merge = SiteMerge.objects.select_for_update().get(pk=int(number))
        if merge.state != MergeState.SENDING:
            continue
        source, target = get_site(merge.site), get_site(merge.target)
        _share(source)
        start = int(offset)
        with in_site(source):
            found = _local_items()
            for local in found[start : start + CHUNK]:
                if not _obstacle(local, source):
                    _send(local, source=source, target=target, person=merge.confirmed_by)
        if start + CHUNK < len(found):
            enqueue(SEND_KIND, key=f"{merge.pk}:{start + CHUNK}")
        else:
            merge.state = MergeState.PLACING
            merge.save(update_fields=["state"])


def _send(local: LocalItem, *, source: Site, target: Site, person: str) -> None:
    content, approval = edition_sources.get(local.kind)(local.pk)
    held = Item.objects.select_for_update().filter(content_id=local.content_id).first()
    head = write_edition(content, item=held, origin=source, approval=approval)
    if not Delivery.objects.filter(content_id=local.content_id, site=target.slug).exists():
        Dispatch.objects.create(
            content_id=local.content_id,
            mode=Mode.MANDATORY,
            audience={"all": False, "levels": [], "regions": [], "sites": [target.slug]},
            site_count=1,
            dispatched_by=person,
        )
    order_deliveries(local.content_id, head.version, [target])


def finish_ready_merges() -> int:
    """Sweep: end each merge whose items all stand at the target; returns how many ended."""
    ended = 0
    for pk in SiteMerge.objects.filter(state=MergeState.PLACING).values_list("pk", flat=True):
        try:
            with transaction.atomic():
                ended += _finish(pk)
        except NetworkError as error:
            logger.warning("Merge %s waits: %s", pk, error.message)
            SiteMerge.objects.filter(pk=pk).update(error=error.message)
    return ended


def _finish(pk: int) -> int:
    merge = SiteMerge.objects.select_for_update(skip_locked=True).filter(pk=pk, state=MergeState.PLACING).first()
    if merge is None:
        return 0
    source, target = get_site(merge.site), get_site(merge.target)
    own = {item.content_id: item for item in Item.objects.filter(origin=source.schema_name, state=ItemState.LIVE)}
    _share(source)
    with in_site(source):
        # What was published meanwhile travels, too.
        late = [local for local in _local_items() if local.content_id not in own and not _obstacle(local, source)]
    if late:
        merge.state = MergeState.SENDING
        merge.save(update_fields=["state"])
        enqueue(SEND_KIND, key=f"{merge.pk}:0")
        return 0
    at_target = dict(
        Delivery.objects.filter(site=target.slug, state=DeliveryState.PLACED)
        .exclude(path="")
        .values_list("content_id", "path")
    )
    missing = [item.title for content_id, item in own.items() if content_id not in at_target]
    if missing:
        merge.error = _("还有 %(count)s 条信息没有在“%(target)s”落地，例如“%(title)s”。") % {
            "count": len(missing),
            "target": target.short_name,
            "title": missing[0],
        }
        merge.save(update_fields=["error"])
        return 0
    moved = _moved_addresses(merge, source, target, own=own.values(), at_target=at_target)
    MovedAddress.objects.bulk_create(moved, ignore_conflicts=True)
    # Before the site leaves the index: a row that knows no other place would leave with it.
    presence_changed.emit(list(own))
    finish_merge(
        merge.site, into=target, person=merge.confirmed_by, acting_site=merge.confirmed_from, reason=merge.reason
    )
    merge.state, merge.error, merge.finished_at, merge.moved_count = MergeState.DONE, "", timezone.now(), len(moved)
    merge.save()
    _record("site.merge", merge, person=merge.confirmed_by)
    return 1


def _moved_addresses(
    merge: SiteMerge, source: Site, target: Site, *, own: Iterable[Item], at_target: dict[Any, str]
) -> list[MovedAddress]:
    """Old path to new place: own items, items received from others, columns that both sites have."""
    places: dict[str, tuple[str, str]] = {
        item.origin_path: (target.slug, at_target[item.content_id]) for item in own if item.origin_path
    }
    received = Delivery.objects.filter(site=source.slug, state=DeliveryState.PLACED).exclude(path="")
    heads = {item.content_id: item for item in Item.objects.filter(content_id__in=[row.content_id for row in received])}
    for row in received:
        head = heads.get(row.content_id)
        if row.content_id in at_target:
            places[row.path] = (target.slug, at_target[row.content_id])
        elif head is not None and head.origin_path:
            places[row.path] = (get_site_by_schema(head.origin).slug, head.origin_path)
    for key, path in merge.source_places.items():
        if key in merge.target_places:
            places.setdefault(path, (target.slug, merge.target_places[key]))
    return [
        MovedAddress(site=source.slug, old_path=old, target_site=slug, new_path=new)
        for old, (slug, new) in places.items()
    ]


def _local_items() -> list[LocalItem]:
    return [local for _kind, listed in local_items.items() for local in listed()]


def _places() -> dict[str, str]:
    return {key: path for _name, paths in site_paths.items() for key, path in paths().items()}


def _obstacle(local: LocalItem, source: Site) -> str:
    """Why an item of the site that is entered cannot travel; empty when it can."""
    head = Item.objects.filter(content_id=local.content_id).first()
    if head is not None and head.origin != source.schema_name:
        return str(_("与其他站点发出的信息同源，原信息仍在发出站点。"))
    if head is not None and head.state == ItemState.RECALLED:
        return str(_("已撤回的信息不迁移。"))
    try:
        _content, approval = edition_sources.get(local.kind)(local.pk)
    except NetworkError as error:
        return error.message
    return "" if approval else str(_("没有有效的审核核准，请先在本站完成审核发布。"))


def _share(source: Site) -> None:
    if not share_site(source.slug):
        raise InvalidValue(_("“%(site)s”正在升级或恢复，稍后继续。") % {"site": source.short_name})


def _record(act: str, merge: SiteMerge, *, person: str) -> None:
    detail = {
        "target": merge.target,
        "reason": merge.reason,
        "items": merge.item_count,
        "obstacles": len(merge.obstacles),
        "moved": merge.moved_count,
    }
    for slug in dict.fromkeys((merge.confirmed_from or merge.planned_from, merge.site, merge.target)):
        record(act, site=slug, person=person, object_kind="site", object_id=merge.site, detail=detail)
