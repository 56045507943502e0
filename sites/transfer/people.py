"""Staff as names and duties, the steps of review, redirects, as records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import Group
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Site as WagtailSite
from wagtail.models import Workflow, WorkflowTask

from network.errors import InvalidValue
from sites.accounts.api import ROLES, Staff, system_user
from sites.accounts.models import DutyScope
from sites.accounts.roles import CONTENT_DUTIES
from sites.editing.models import Duty, DutyTask
from sites.transfer.exporting import Export
from sites.transfer.kinds import Record

REVIEW = "review"
NO_PASSWORD = "!"  # noqa: S105  no password hashes to it


def read_people(export: Export) -> Iterator[Record]:
    """Everybody who has an account, by user name; the system's own account is the same everywhere."""
    duty_of = {role.name: role.key for role in ROLES}
    for person in Staff.objects.filter(is_system=False).order_by("username").prefetch_related("groups"):
        yield {
            "uid": person.username,
            "name": person.display_name,
            "department": person.department,
            "is_active": person.is_active,
            "duties": sorted(duty_of[group.name] for group in person.groups.all() if group.name in duty_of),
        }


def hold_person(check: Any, record: Record) -> None:
    for name, model_name, limit in (("uid", "username", 150), ("name", "display_name", 60), ("department", "", 80)):
        value = record[name]
        if not isinstance(value, str) or len(value) > limit or "\x00" in value:
            raise InvalidValue(f"人员“{record['uid']}”的“{name}”无效或过长（不超过 {limit} 字）。", field=model_name)
    known = {role.key for role in ROLES}
    unknown = set(record["duties"]) - known
    if unknown:
        raise InvalidValue(f"人员“{record['uid']}”的职责“{'、'.join(sorted(unknown))}”不存在。")


def write_people(load: Any, records: Iterator[Record]) -> None:
    """Accounts nobody can sign in with until the site's own administrator gives them a password.

    From an archive that is not trusted they come without duties, closed: they only name authors.
    Leavers are closed after the gate looked at what they decided while in service.
    """
    system = system_user()
    load.people[system.username] = system.pk
    load.people.update(Staff.objects.values_list("username", "pk"))
    groups = {group.name: group for group in Group.objects.all()}
    name_of = {role.key: role.name for role in ROLES}
    for record in records:
        if record["uid"] in load.people:
            continue
        person = Staff.objects.create(
            username=record["uid"],
            display_name=record["name"],
            department=record["department"],
            password=NO_PASSWORD,
            is_active=load.archive.is_trusted,
        )
        load.people[record["uid"]] = person.pk
        if load.archive.is_trusted:
            person.groups.set([groups[name_of[key]] for key in record["duties"]])
            if not record["is_active"]:
                load.leavers.append(person.pk)


def read_scopes(export: Export) -> Iterator[Record]:
    """The limits of duties, by person."""
    rows = DutyScope.objects.select_related("person").order_by("person__username", "duty", "column_key", "department")
    for row in rows:
        place = row.column_key or row.department
        yield {
            "uid": f"{row.person.username}/{row.duty}/{'column' if row.column_key else 'department'}/{place}",
            "person": {"kind": "person", "uid": row.person.username},
            "duty": row.duty,
            "column_key": row.column_key,
            "department": row.department,
        }


def hold_scope(check: Any, record: Record) -> None:
    column, department = record["column_key"], record["department"]
    if not check.has("people", record["person"]["uid"]) or record["duty"] not in {role.key for role in CONTENT_DUTIES}:
        raise InvalidValue(f"职责范围“{record['uid'][:60]}”的人员或职责不在档案中。")
    for value, limit in ((column, 40), (department, 80)):
        if not isinstance(value, str) or len(value) > limit or "\x00" in value:
            raise InvalidValue(f"职责范围“{record['uid'][:60]}”的栏目或部门无效或过长。")
    if bool(column) == bool(department):
        raise InvalidValue(f"职责范围“{record['uid'][:60]}”须指明一个栏目或一个部门。")


def write_scopes(load: Any, records: Iterator[Record]) -> None:
    """After the approvals: what was decided before a limit was set stays decided."""
    if load.archive.is_trusted:
        DutyScope.objects.bulk_create(
            DutyScope(
                person_id=load.people[record["person"]["uid"]],
                duty=record["duty"],
                column_key=record["column_key"],
                department=record["department"],
            )
            for record in records
            if record["person"]["uid"] in load.people
        )


def read_workflow(export: Export) -> Iterator[Record]:
    """The steps of review in order, by duty; the publishing ends every review, here as there."""
    workflow = Workflow.objects.filter(active=True).order_by("pk").first()
    if workflow is not None:
        yield {"uid": REVIEW, "name": workflow.name, "steps": _steps(workflow)}


def _steps(workflow: Workflow) -> list[str]:
    tasks = WorkflowTask.objects.filter(workflow=workflow).order_by("sort_order").values_list("task_id", flat=True)
    duty_of = dict(DutyTask.objects.exclude(duty=Duty.PUBLISH).values_list("pk", "duty"))
    return [duty_of[key] for key in tasks if key in duty_of]


def hold_workflow(check: Any, record: Record) -> None:
    unknown = set(record["steps"]) - (set(Duty.values) - {Duty.PUBLISH})
    if unknown or not record["steps"]:
        raise InvalidValue(f"审核环节“{'、'.join(sorted(unknown)) or '空'}”不存在。")


def write_workflow(load: Any, records: Iterator[Record]) -> None:
    """Take over steps beyond what the rule of this level asks for; never fewer."""
    workflow = Workflow.objects.get(active=True)
    for record in records:
        here = _steps(workflow)
        if record["steps"] == here:
            continue
        if not load.archive.is_trusted or not set(here) <= set(record["steps"]):
            load.note(f"审核环节按本系统的规则设置（{'、'.join(here)}），没有采用档案中的设置。")
            continue
        WorkflowTask.objects.filter(workflow=workflow).delete()
        tasks = {task.duty: task for task in DutyTask.objects.all()}
        for order, duty in enumerate([*record["steps"], Duty.PUBLISH]):
            WorkflowTask.objects.create(workflow=workflow, task=tasks[duty], sort_order=order)


def read_redirects(export: Export) -> Iterator[Record]:
    """Old paths with where they lead."""
    rows = list(Redirect.objects.order_by("old_path", "redirect_link", "pk").select_related("redirect_page"))
    for row in rows:
        target = row.redirect_page
        yield {
            "uid": row.old_path,
            "is_permanent": row.is_permanent,
            "page": {"kind": "page", "uid": str(target.translation_key)} if target else None,
            "route_path": row.redirect_page_route_path,
            "link": row.redirect_link,
            "is_automatic": row.automatically_created,
        }


def hold_redirect(check: Any, record: Record) -> None:
    if not str(record["uid"]).startswith("/") or len(record["uid"]) > 255 or len(record["link"]) > 255:
        raise InvalidValue(f"跳转“{str(record['uid'])[:60]}”的地址无效或过长（以“/”开头，不超过 255 字）。")
    if record["page"] is not None and not check.has("pages", record["page"]["uid"]):
        raise InvalidValue(f"跳转“{record['uid']}”指向的页面不在档案中。")


def write_redirects(load: Any, records: Iterator[Record]) -> None:
    """From an archive that is not trusted none are taken over: they would be public at once."""
    rows = list(records)
    if rows and not load.archive.is_trusted:
        load.note(f"档案不受信任，{len(rows)} 条跳转没有导入。")
        return
    site = WagtailSite.objects.get(is_default_site=True)
    Redirect.objects.bulk_create(
        Redirect(
            old_path=record["uid"],
            site=site,
            is_permanent=record["is_permanent"],
            redirect_page_id=load.pages[record["page"]["uid"]] if record["page"] else None,
            redirect_page_route_path=record["route_path"],
            redirect_link=record["link"],
            automatically_created=record["is_automatic"],
        )
        for record in rows
    )
