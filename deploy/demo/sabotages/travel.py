"""Sabotages of dispatch, delivery, update, recall."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from deploy.demo.sabotage import sabotage
from network.console import forms, views
from network.outbox import wakeups
from network.syndication import actions, recall
from network.syndication.api import Audience, Edition
from network.tenancy.api import Site, all_sites, get_site
from sites.content.base import ReviewedPermissionTester
from sites.editing import actions as editing
from sites.inbox import delivering, listing, serving
from sites.inbox.models import PlacementPage


def _nothing(*args: Any, **options: Any) -> None:
    return None


def _last_editions(content_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Edition]:
    """The last words of each item, recalled or not."""
    rows = Edition.objects.filter(content_id__in=list(content_ids), is_tombstone=False).order_by("version")
    return {edition.content_id: edition for edition in rows}


@sabotage("撤回后页面照常显示")
def recall_ignored_on_pages() -> None:
    serve = serving.serve_placement
    serving.live_editions = _last_editions

    def serve_always(request: Any, page: PlacementPage) -> Any:
        page.live = True
        return serve(request, page)

    serving.serve_placement = serve_always


@sabotage("撤回后列表、订阅、站点地图照常列出")
def recall_ignored_in_lists() -> None:
    recall.take_off_line = lambda content_id, *, origin, schemas: (0, [])
    listing.live_editions = _last_editions


@sabotage("撤回没有回执")
def recall_receipts_missing() -> None:
    recall.record_recalled = delivering.record_recalled = _nothing


@sabotage("不填原因也能撤回")
def recall_without_reason() -> None:
    act = views.recall_item
    forms.RecallForm.base_fields["reason"].required = False
    views.recall_item = lambda content_id, *, reason, **options: act(content_id, reason=reason or "无", **options)


@sabotage("任何省局都能撤回别人的信息")
def anybody_recalls() -> None:
    act = views.recall_item
    views._board_of_this_site = lambda request, content_id: views.board_context(
        views.delivery_board(content_id), form=forms.RecallForm()
    )
    views.recall_item = lambda content_id, *, origin, **options: act(content_id, origin=get_site("hub"), **options)


@sabotage("落地没有回执")
def delivery_receipts_missing() -> None:
    delivering.record_receipts = _nothing


@sabotage("消息唤醒全部丢失")
def wakeups_lost() -> None:
    wakeups._send = _nothing


@sabotage("修订后各站点仍显示旧文")
def update_not_shown() -> None:
    editing.publish_version = lambda content, **options: 0


@sabotage("刊载页不注明来源")
def origin_name_hidden() -> None:
    compose = serving.edition_article
    serving.edition_article = lambda edition, **options: replace(
        compose(edition, **options), origin_name="", origin_url="", source=""
    )


@sabotage("下发后原稿与下发件各搜到一次")
def found_twice() -> None:
    class Deaf:
        emit = staticmethod(_nothing)

    actions.entry_withdrawn = Deaf()


@sabotage("下发漏掉一个站点")
def one_site_left_out() -> None:
    _resolve_by(lambda resolve, audience, sender: resolve(audience, sender=sender)[:-1])


@sabotage("省局可以向辖区以外下发")
def dispatch_to_anywhere() -> None:
    forms.subtree = lambda site: list(all_sites())
    _resolve_by(lambda resolve, audience, sender: resolve(audience, sender=get_site("hub")))


def _resolve_by(choose: Any) -> None:
    resolve = views.resolve_audience

    def chosen(audience: Audience, *, sender: Site) -> list[Site]:
        sites = choose(resolve, audience, sender)
        assert isinstance(sites, list)
        return sites

    views.resolve_audience = actions.resolve_audience = chosen


@sabotage("没有站群管理职责的人也能打开下发管理")
def console_open() -> None:
    views.require_network_manager = _nothing


@sabotage("收件站点可以下线收到的信息")
def received_item_unlocked() -> None:
    def unlocked(page: PlacementPage, user: Any) -> ReviewedPermissionTester:
        return ReviewedPermissionTester(user, page)

    PlacementPage.permissions_for_user = unlocked
