"""Duties of a site's staff as groups with their rights.

Source of the separation: 工商办字〔2011〕19号 七 (采集、编辑、审核、发布). No role holds Wagtail's
publish right: the last approval publishes, or the publisher's act after it, through the gate.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.utils.translation import gettext as _
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from sites.accounts.models import SYSTEM_USERNAME, Staff


@dataclass(frozen=True)
class Role:
    """A duty: its key in code, its group name on screen, its rights."""

    key: str
    name: str
    page_permissions: tuple[str, ...] = ()
    media_permissions: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()


COLLECTOR = Role(
    "collector",
    "采集",
    page_permissions=("add_page",),
    media_permissions=(
        "wagtailimages_add",
        "wagtailimages_choose",
        "wagtaildocs_add",
        "wagtaildocs_choose",
    ),
)
"""Writes drafts and changes the own ones; an editor looks at them and submits."""

EDITOR = Role(
    "editor",
    "编辑",
    page_permissions=("add_page", "change_page"),
    media_permissions=(
        "wagtailimages_add",
        "wagtailimages_choose",
        "wagtaildocs_add",
        "wagtaildocs_choose",
    ),
)
REVIEWER = Role("reviewer", "初审")
FINAL_REVIEWER = Role("final_reviewer", "终审")
SECRECY_REVIEWER = Role("secrecy_reviewer", "保密审查")
PUBLISHER = Role("publisher", "发布")
"""Puts on line what was approved, where publishing is an act of its own."""

EMERGENCY = Role("emergency", "应急发布", permissions=("sites_accounts.use_emergency_lane",))
WEBMASTER = Role(
    "webmaster",
    "站点管理",
    page_permissions=("add_page", "change_page"),
    media_permissions=("wagtailimages_add", "wagtailimages_choose", "wagtaildocs_add", "wagtaildocs_choose"),
    permissions=("sites_accounts.take_down", "sites_accounts.add_staff", "sites_accounts.change_staff"),
)
NETWORK_MANAGER = Role("network_manager", "站群管理", permissions=("sites_accounts.manage_network",))

SECURITY_ADMINISTRATOR = Role("security_administrator", "安全管理", permissions=("sites_accounts.manage_security",))
AUDITOR = Role("auditor", "审计", permissions=("sites_accounts.read_audit",))

ROLES = (
    COLLECTOR,
    EDITOR,
    REVIEWER,
    FINAL_REVIEWER,
    SECRECY_REVIEWER,
    PUBLISHER,
    EMERGENCY,
    WEBMASTER,
    NETWORK_MANAGER,
    SECURITY_ADMINISTRATOR,
    AUDITOR,
)
CONTROL_DUTIES = (WEBMASTER, NETWORK_MANAGER, SECURITY_ADMINISTRATOR, AUDITOR)
"""Granted by the security administrator only."""

CONTENT_DUTIES = (COLLECTOR, EDITOR, REVIEWER, FINAL_REVIEWER, SECRECY_REVIEWER, PUBLISHER, EMERGENCY)
"""Given by the webmaster."""

APART = (
    frozenset({WEBMASTER.key, NETWORK_MANAGER.key}),
    frozenset({SECURITY_ADMINISTRATOR.key}),
    frozenset({AUDITOR.key}),
)
"""System, security, audit: one person holds duties of one of them only (GB/T 22239-2019 8.1.4.2 d), 8.1.5).

The database holds the same, by the groups' names: sites/accounts/sql/duties.sql.
"""

ROLE_BY_KEY = {role.key: role for role in ROLES}
REVIEW_DUTIES = (REVIEWER, FINAL_REVIEWER, SECRECY_REVIEWER, PUBLISHER)

# Wagtail asks for the rights on its own models, whatever model an install uses in their place.
MEDIA_CODENAMES = {
    "wagtailimages_add": ("wagtailimages", "add_image"),
    "wagtailimages_choose": ("wagtailimages", "choose_image"),
    "wagtaildocs_add": ("wagtaildocs", "add_document"),
    "wagtaildocs_choose": ("wagtaildocs", "choose_document"),
}


def group_of(role: Role) -> Group:
    """The group behind a role on the current site."""
    return Group.objects.get(name=role.name)


def conflict_of(keys: Iterable[str]) -> str:
    """Why these duties must not be in one hand, as a sentence; empty when they may."""
    held = set(keys)
    names = "、".join(role.name for role in ROLES if role.key in held)
    if AUDITOR.key in held and len(held) > 1:
        return _("审计员不兼任其他职责，现选有：%(names)s。请只留“审计”，或由另一个账号担任。") % {"names": names}
    if sum(bool(held & kind) for kind in APART) > 1:
        return _("系统管理、安全管理、审计必须由不同的人担任，现选有：%(names)s。请分给不同的账号。") % {"names": names}
    return ""


def write_roles() -> None:
    """Template step: groups with their rights on the root page, the site's system user."""
    Group.objects.filter(name__in=["Editors", "Moderators"]).delete()
    root_page = Page.objects.get(depth=1)
    root_collection = Collection.get_first_root_node()
    access = _permission("wagtailadmin", "access_admin")
    for role in ROLES:
        group, _created = Group.objects.get_or_create(name=role.name)
        group.permissions.set([access, *[_permission(*name.split(".")) for name in role.permissions]])
        for codename in role.page_permissions:
            GroupPagePermission.objects.get_or_create(
                group=group, page=root_page, permission=_permission("wagtailcore", codename)
            )
        for key in role.media_permissions:
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=root_collection, permission=_permission(*MEDIA_CODENAMES[key])
            )
    Staff.objects.get_or_create(
        username=SYSTEM_USERNAME,
        defaults={"display_name": str(_("系统")), "is_system": True, "is_active": False, "password": "!"},
    )


def _permission(app_label: str, codename: str) -> Permission:
    return Permission.objects.get(content_type__app_label=app_label, codename=codename)
