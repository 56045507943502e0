"""What the admin shows to staff."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from network.errors import NotAllowed
from network.tenancy.api import MANAGE_SECURITY
from sites.accounts.models import Staff
from sites.accounts.panels import VisitsPanel

# Pages of another organisation in another language; government staff gets no links out of the admin.
OUTSIDE_HELP = frozenset({"editor-guide", "whats-new-in-wagtail"})


@hooks.register("construct_help_menu")
def leave_out_outside_help(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Keep the shortcuts; leave out what leads to other sites."""
    menu_items[:] = [
        item
        for item in menu_items
        if item.name not in OUTSIDE_HELP and not item.url.startswith(("http://", "https://"))
    ]


@hooks.register("register_admin_urls")
def register_account_urls() -> list[URLPattern | URLResolver]:
    return [path("", include("sites.accounts.urls")), path("entry/", include("sites.accounts.entry_urls"))]


@hooks.register("register_account_menu_item")
def second_factor_item(request: HttpRequest) -> dict[str, Any]:
    """The way to the own device on the account screen."""
    return {
        "url": reverse("staff_enrol"),
        "label": _("第二因子"),
        "help_text": _("启用或更换动态口令设备，取得新的恢复码。"),
    }


class SecurityMenuItem(MenuItem):
    """Shown to the security administrator only."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(MANAGE_SECURITY))


@hooks.register("register_admin_menu_item")
def register_security_menu_item() -> MenuItem:
    return SecurityMenuItem(_("安全管理"), reverse("staff_security"), icon_name="lock", order=160)


@hooks.register("before_bulk_action")
def no_accounts_in_bulk(request: HttpRequest, action_type: str, objects: list[Any], action_class_instance: Any) -> None:
    """An account is changed on its own screen, which holds the rules on duties."""
    if any(isinstance(entry, Staff) for entry in objects):
        raise NotAllowed(str(_("账号不能批量更改，请逐个办理。")))


@hooks.register("construct_homepage_panels")
def show_visits(request: HttpRequest, panels: list[Component]) -> None:
    """Who is inside from above is the first thing that the site's own staff sees."""
    panels.append(VisitsPanel())
