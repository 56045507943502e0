"""What the admin shows to staff."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

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
    return [path("", include("sites.accounts.urls"))]


@hooks.register("register_account_menu_item")
def second_factor_item(request: HttpRequest) -> dict[str, Any]:
    """The way to the own device on the account screen."""
    return {
        "url": reverse("staff_enrol"),
        "label": _("第二因子"),
        "help_text": _("启用或更换动态口令设备，取得新的恢复码。"),
    }
