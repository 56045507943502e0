"""Where publishing is an act of its own, who may do it, where nobody could."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import connection
from django.db.models import BooleanField, F, Func, QuerySet, Value
from django.utils.translation import gettext as _
from wagtail.models import Page, TaskState, WorkflowState

from network.compiled import Compiled
from network.rules.api import Rule, site_rule
from network.tenancy.api import Site, current_site
from sites.accounts.api import Staff, duty_names, is_covered, places_of_all
from sites.accounts.roles import PUBLISHER
from sites.editing.models import Duty, PublishingPlace
from sites.pages.column import ColumnPage

NAMED = 5
"""Columns that a sentence names before it says how many there are."""


def demanding_rule(site: Site) -> Rule | None:
    """The rule that asks for a publisher at the whole site; None where it leaves that to the site."""
    rule = site_rule(site, "publishing.is_act")
    return rule if rule.value is True else None


def publishing_columns() -> dict[str, ColumnPage]:
    """Columns of the site that is entered where publishing is an act of its own, by key, in the order of the tree."""
    is_everywhere, held = places_held()
    if not is_everywhere and demanding_rule(current_site()) is None and not held:
        return {}
    wanted = Func(
        Value(connection.schema_name), F("pk"), function="public.gate_wants_publisher", output_field=BooleanField()
    )
    return {column.key: column for column in ColumnPage.objects.filter(wanted).order_by("path")}


def publishers() -> QuerySet[Staff]:
    """People in service who hold the duty, wherever it reaches."""
    return Staff.objects.filter(
        groups__name=PUBLISHER.name, is_active=True, is_system=False, visit_id__isnull=True
    ).order_by("display_name", "username")


def holds_publishing(person: Staff) -> bool:
    """Whether a person of the site in service holds the duty, wherever it reaches."""
    return not (person.is_system or person.is_visitor) and PUBLISHER.name in duty_names(person)


def columns_without(*, besides: Collection[int] = ()) -> list[ColumnPage]:
    """Columns where publishing is an act of its own and no publisher reaches, were these people gone."""
    columns = publishing_columns()
    if not columns:
        return []
    keys = list(publishers().exclude(pk__in=besides).values_list("pk", flat=True))
    limits = places_of_all(keys) if keys else {}
    return [
        column
        for column in columns.values()
        if not any(is_covered(limits.get(key, {}), Duty.PUBLISH, column.path) for key in keys)
    ]


def publishing_gap(*, besides: Collection[int] = ()) -> str:
    """What could not be published for want of a publisher, with the remedy; empty when everything could."""
    columns = columns_without(besides=besides)
    if not columns:
        return ""
    names = "、".join(f"“{column.title}”" for column in columns[:NAMED])
    return _(
        "%(columns)s等 %(count)s 个栏目由发布员发布，须有在用的账号在那里承担“发布”职责，没有其他人承担。"
        "请站点管理员先在“设置—用户”另给一人“发布”职责；职责限定了范围的，请安全管理员放宽；"
        "或者由安全管理员在“待发布—发布办法”改为审核通过即发布。"
    ) % {"columns": names, "count": len(columns)}


def waiting_steps() -> QuerySet[TaskState]:
    """What was approved and waits for its publisher, the oldest first."""
    return _waiting().select_related("task", "workflow_state", "revision").order_by("started_at", "pk")


def _waiting() -> QuerySet[TaskState]:
    return TaskState.objects.filter(
        status=TaskState.STATUS_IN_PROGRESS,
        task__dutytask__duty=Duty.PUBLISH,
        workflow_state__status=WorkflowState.STATUS_IN_PROGRESS,
    )


ANY_WAITING = Compiled(lambda: _waiting().order_by().values_list("pk")[:1])


def is_any_waiting() -> bool:
    """Whether anything waits for its publisher."""
    return bool(ANY_WAITING.rows())


def columns_of(pages: Sequence[Page]) -> dict[int, str]:
    """Title of the column that each of these pages lies in directly, by the page's key."""
    above = {page.pk: page.path[: -page.steplen] for page in pages}
    titles = dict(ColumnPage.objects.filter(path__in=set(above.values())).values_list("path", "title"))
    return {key: titles[path] for key, path in above.items() if path in titles}


def places_held() -> tuple[bool, list[str]]:
    """``(whole site, column keys)`` that the site itself gave to publishers."""
    keys = list(PublishingPlace.objects.order_by("column_key").values_list("column_key", flat=True))
    return "" in keys, [key for key in keys if key]
