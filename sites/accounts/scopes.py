"""Where a duty holds: on the whole site, in named columns, in the columns of a department."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import BooleanField, CharField, Func
from django.utils.translation import gettext as _
from wagtail.models import Page

from network.audit.api import record
from network.errors import InvalidValue, NotAllowed
from network.events import duty_gaps
from network.tenancy.api import once_per_act
from sites.accounts.duties import require_other
from sites.accounts.models import DutyScope, Staff
from sites.accounts.queries import duties_of
from sites.accounts.roles import COLLECTOR, CONTENT_DUTIES, EDITOR, ROLE_BY_KEY, WEBMASTER

Places = dict[str, list[str]]
"""Duty that is limited to the tree paths of its columns; a duty that is not named holds on the whole site."""

TABLE = """
SELECT person, held_duty, held_path FROM unnest(%s::bigint[]) AS person, public.accounts_duty_places(%s, person)
"""
KEPT = "_duty_places"


def places_of_all(people: Iterable[int]) -> dict[int, Places]:
    """The limits of these people, in one statement; who has none is absent."""
    found: dict[int, Places] = {}
    with connection.cursor() as cursor:
        cursor.execute(TABLE, [list(people), connection.schema_name])
        for person, duty, path in cursor.fetchall():
            paths = found.setdefault(person, {}).setdefault(duty, [])
            if path is not None:
                paths.append(path)
    return found


def places_of(person: Any) -> Places:
    """The limits of one person, read once per object as Wagtail reads permissions."""
    if not hasattr(person, KEPT):
        setattr(person, KEPT, places_of_all([person.pk]).get(person.pk, {}) if person.pk else {})
    held: Places = getattr(person, KEPT)
    return held


def is_covered(places: Places, duty: str, path: str) -> bool:
    """Whether a duty with these limits reaches a place of the tree."""
    return duty not in places or any(path.startswith(held) for held in places[duty])


def covers(person: Any, duty: str, page: Page) -> bool:
    """Whether a person's duty reaches a page."""
    return is_covered(places_of(person), duty, page.path)


def covering(person: Any, duty: Any, page: Any) -> Func:
    """Expression: whether the duty of this person reaches this page, each a value or a column of the query."""
    return Func(
        Func(function="current_schema", output_field=CharField()),
        person,
        duty,
        page,
        function="public.accounts_duty_covers",
        output_field=BooleanField(),
    )


def rights_in(person: Any, page: Page) -> set[str]:
    """What the limits leave of Wagtail's rights at a page: ``add`` to collectors, ``change`` to editors.

    Only for a person who has limits: without any, the groups' rights on the root page hold everywhere.
    """
    held = duties_of(person)
    if WEBMASTER.key in held or (EDITOR.key in held and covers(person, EDITOR.key, page)):
        return {"add", "change"}
    return {"add"} if COLLECTOR.key in held and covers(person, COLLECTOR.key, page) else set()


def hold_may_submit(person: Any, page: Page) -> None:
    """Raises NotAllowed for an editor whom the limits keep out of the column, for a collector."""
    held = once_per_act(f"duties:{person.pk}", lambda: duties_of(person))
    if WEBMASTER.key in held:
        return
    if EDITOR.key in held:
        if not covers(person, EDITOR.key, page):
            raise NotAllowed(
                _("“%(person)s”的编辑职责不含这个栏目，不能提交“%(title)s”。请由本栏目的编辑提交。")
                % {"person": person, "title": page.title}
            )
    elif COLLECTOR.key in held:
        raise NotAllowed(
            _("“%(person)s”承担采集职责，不能提交“%(title)s”。请由本栏目的编辑看过以后提交。")
            % {"person": person, "title": page.title}
        )


def set_scopes(
    *, acting_user: Staff, person: Staff, duty: str, columns: Sequence[str], departments: Sequence[str]
) -> None:
    """Limit one duty of a person to exactly these columns and departments; to nothing named lifts the limit.

    Raises NotAllowed for anybody but the security administrator and for the own account, InvalidValue for a
    duty that is not held, a column or a department that the site does not have, or when nobody would do the duty
    somewhere any more; nothing changes then.
    """
    require_other(acting_user, person)
    if duty not in {role.key for role in CONTENT_DUTIES} or duty not in duties_of(person):
        raise InvalidValue(
            _("“%(person)s”没有“%(duty)s”职责，不能设定范围。请先由站点管理员授予职责。")
            % {"person": person, "duty": ROLE_BY_KEY[duty].name if duty in ROLE_BY_KEY else duty}
        )
    known_columns, known_departments = places_to_choose()
    unknown = (set(columns) - set(known_columns)) | (set(departments) - set(known_departments))
    if unknown:
        raise InvalidValue(_("本站没有栏目或责任部门“%(names)s”。") % {"names": "、".join(sorted(unknown))})
    before = described(person, duty)
    gaps = {name: gap() for name, gap in duty_gaps.items()}
    with transaction.atomic():
        DutyScope.objects.filter(person=person, duty=duty).delete()
        DutyScope.objects.bulk_create(
            [DutyScope(person=person, duty=duty, column_key=key) for key in dict.fromkeys(columns)]
            + [DutyScope(person=person, duty=duty, department=name) for name in dict.fromkeys(departments)]
        )
        for name, gap in duty_gaps.items():
            left = gap()
            if left and left != gaps[name]:
                raise InvalidValue(left)
        record(
            "account.scopes",
            person=acting_user.username,
            object_kind="staff",
            object_id=person.pk,
            detail={"username": person.username, "duty": duty, "from": before, "to": described(person, duty)},
        )
    person.__dict__.pop(KEPT, None)


def described(person: Staff, duty: str) -> list[str]:
    """The limits of a duty in words, columns by their titles; empty where it holds on the whole site."""
    titles = places_to_choose()[0]
    rows = DutyScope.objects.filter(person=person, duty=duty).order_by("department", "column_key")
    return [
        _("%(department)s的栏目") % {"department": row.department}
        if row.department
        else titles.get(row.column_key, _("已不存在的栏目“%(key)s”") % {"key": row.column_key})
        for row in rows
    ]


def places_to_choose() -> tuple[dict[str, str], list[str]]:
    """Columns of the site by key with their titles, in the order of the tree; the departments that keep some."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT held.key, page.title FROM sites_pages_columnpage AS held"
            " JOIN wagtailcore_page AS page ON page.id = held.page_ptr_id ORDER BY page.path"
        )
        columns = dict(cursor.fetchall())
        cursor.execute(
            "SELECT DISTINCT department FROM sites_upkeep_columnowner WHERE department <> '' ORDER BY department"
        )
        return columns, [row[0] for row in cursor.fetchall()]


def who_may(page: Page) -> list[tuple[str, list[tuple[Staff, bool]]]]:
    """For each duty of content, by name, who may do it at this page, with whether a limit names the place."""
    people = list(
        Staff.objects.filter(is_active=True, is_system=False, visit_id__isnull=True)
        .prefetch_related("groups")
        .order_by("department", "display_name", "username")
    )
    limits = places_of_all([person.pk for person in people])
    table = []
    for role in CONTENT_DUTIES:
        held = [
            (person, role.key in limits.get(person.pk, {}))
            for person in people
            if any(group.name == role.name for group in person.groups.all())
            and is_covered(limits.get(person.pk, {}), role.key, page.path)
        ]
        table.append((role.name, held))
    return table
