"""Every write of upkeep inside a site."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from network.audit.api import record
from network.boards.api import ask_for_summaries
from network.errors import InvalidValue, NotAllowed
from network.tenancy.api import Site, is_webmaster
from network.upkeep.api import Exemption, ask_exemption
from sites.accounts.models import Staff
from sites.pages.column import ColumnPage
from sites.upkeep.models import ColumnOwner

LONGEST_DEPARTMENT = 80


def set_owner(
    column: ColumnPage, *, acting_user: Any, site: Site, department: str, person: Staff | None
) -> ColumnOwner:
    """Name the department and the person that owe a column its updates.

    Raises NotAllowed for anybody but the site's webmaster, InvalidValue for a person who is not of this
    site's active staff, or when neither is named.
    """
    if not is_webmaster(acting_user) or acting_user.is_visitor:
        raise NotAllowed(_("“%(person)s”不能指定栏目责任，须由本站的站点管理员办理。") % {"person": acting_user})
    department = " ".join(department.split())
    if len(department) > LONGEST_DEPARTMENT:
        raise InvalidValue(
            _("责任部门不超过 %(most)s 个字，现在是 %(count)s 个字。")
            % {"most": LONGEST_DEPARTMENT, "count": len(department)}
        )
    if person is None and not department:
        raise InvalidValue(_("请写明“%(column)s”的责任部门或者责任人。") % {"column": column.title})
    if person is not None and (not person.is_active or person.is_system or person.is_visitor):
        raise InvalidValue(_("“%(person)s”不是本站在用的人员账号，请另选责任人。") % {"person": person})
    with transaction.atomic():
        before = ColumnOwner.objects.filter(pk=column.pk).select_related("person").first()
        owner, _is_new = ColumnOwner.objects.update_or_create(
            column=column, defaults={"department": department, "person": person}
        )
        record(
            "column.owner",
            person=acting_user.username,
            object_kind="column",
            object_id=column.key,
            object_title=column.title,
            detail={"before": _words(before), "after": _words(owner)},
        )
        ask_for_summaries([site.slug])
    return owner


def ask_for_exemption(column: ColumnPage, *, acting_user: Any, site: Site, reason: str) -> Exemption:
    """Ask the level above to excuse a column from its clock. Raises NotAllowed, InvalidValue."""
    if acting_user.is_visitor:
        raise NotAllowed(_("来访人员不能代本站申请。"))
    return ask_exemption(
        acting_user=acting_user, site=site, column_key=column.key, column_title=column.title, reason=reason
    )


def _words(owner: ColumnOwner | None) -> str:
    """Department and user name as one line for the audit log."""
    if owner is None:
        return ""
    return " ".join(filter(None, (owner.department, owner.person.username if owner.person else "")))
