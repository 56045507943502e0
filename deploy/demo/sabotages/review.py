"""Sabotages of review and the publish gate."""

from __future__ import annotations

from typing import Any

from django.db import connection
from wagtail.models import WorkflowState

from deploy.demo.sabotage import damage_only, sabotage
from network.tenancy.api import all_sites
from sites.accounts import scopes
from sites.content.base import ReviewedPermissionTester
from sites.editing import actions, lane, publishing_views, queries
from sites.editing.models import Duty
from sites.editing.operations import SQL
from sites.pages import serving

HOLED_SITE = "guangzhou"
NO_PUBLISHER = {"IF NOT is_published THEN": "IF false THEN"}
RELAXED = {"IF NOT is_secrecy_checked THEN": "IF false THEN", "IF people < required THEN": "IF false THEN"}


def switch_gate(schema: str, *, table: str = "", is_on: bool) -> None:
    """Enable or disable the gate's triggers of a schema, or of one table of it."""
    verb = "ENABLE" if is_on else "DISABLE"
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT table_name FROM "{schema}".sites_editing_gatedtable')
        tables = [table] if table else [row[0] for row in cursor.fetchall()] + ["wagtailcore_page"]
        for name in tables:
            cursor.execute(f'ALTER TABLE "{schema}"."{name}" {verb} TRIGGER publish_gate')


def _open_every_gate() -> None:
    for site in all_sites():
        switch_gate(site.schema_name, is_on=False)


@sabotage("发布闸门全部关闭，人人可以直接发布", damage=_open_every_gate)
def gate_off() -> None:
    ReviewedPermissionTester.can_publish = lambda self: True


@damage_only("一个站点的一张表没有发布闸门")
def gate_hole() -> None:
    switch_gate(HOLED_SITE, table="sites_pages_articlepage", is_on=False)


@damage_only("应用角色可以自行写入核准")
def approvals_writable() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'GRANT INSERT ON "{HOLED_SITE}".sites_editing_approval TO PUBLIC')


def _relax_the_gate(changes: dict[str, str] = RELAXED) -> None:
    text = SQL.read_text(encoding="utf-8")
    for strict, relaxed in changes.items():
        if strict not in text:
            raise LookupError(f"The gate's functions do not say '{strict}' any more. Adapt the sabotage.")
        text = text.replace(strict, relaxed)
    with connection.cursor() as cursor:
        cursor.execute(text)


@sabotage("终审通过即发布，跳过保密审查", damage=_relax_the_gate)
def secrecy_check_skipped() -> None:
    following = WorkflowState.get_next_task

    def without_secrecy(state: WorkflowState) -> Any:
        task = following(state)
        return None if task is not None and getattr(task.specific, "duty", "") == Duty.SECRECY else task

    WorkflowState.get_next_task = without_secrecy


@sabotage("作者可以审核自己的稿件")
def author_may_review() -> None:
    queries.authors_of = lambda page: set()


@sabotage("同一人可以先后办理两个审核环节")
def one_person_twice() -> None:
    def in_group(task: Any, page: Any, user: Any) -> bool:
        is_member = user.is_active and user.groups.filter(pk=task.group_id).exists()
        return is_member and user.pk not in queries.authors_of(page)

    queries.may_decide = actions.may_decide = in_group


@sabotage("任何人都可以办理任何审核环节")
def duties_ignored() -> None:
    queries.may_decide = actions.may_decide = lambda task, page, user: True


@sabotage("未发布的稿件按网址即可看到")
def drafts_public() -> None:
    serve = serving.serve_content

    def serve_draft(request: Any, page: Any) -> Any:
        request.is_preview = True
        return serve(request, page)

    serving.serve_content = serve_draft


@sabotage("编辑员也能下线信息")
def anybody_takes_down() -> None:
    ReviewedPermissionTester.can_unpublish = lambda self: self.page.live


@sabotage("人人可以走应急通道")
def lane_open_to_all() -> None:
    lane.USE_LANE = "wagtailadmin.access_admin"


def _ask_for_no_publisher() -> None:
    _relax_the_gate(NO_PUBLISHER)


@sabotage("审核通过即发布，不等发布员", damage=_ask_for_no_publisher)
def publisher_skipped() -> None:
    queries.wants_publisher = lambda page: False


@sabotage("任何人都可以代替发布员发布", damage=_ask_for_no_publisher)
def anybody_publishes() -> None:
    decide = queries.may_decide

    def decide_or_publish(task: Any, page: Any, user: Any) -> bool:
        return task.duty == Duty.PUBLISH or decide(task, page, user)

    queries.may_decide = actions.may_decide = publishing_views.may_decide = decide_or_publish


@sabotage("栏目人员不看职责范围")
def limits_hidden() -> None:
    scopes.is_covered = lambda places, duty, path: True


@sabotage("应急发布以后没有人欠补审")
def rereview_forgotten() -> None:
    def owe_nothing(*args: Any, **kwargs: Any) -> Any:
        return None

    actions.owe_rereview = owe_nothing
