"""The place of upkeep in the admin of the level above."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from network.tenancy.api import is_network_manager


@hooks.register("register_admin_urls")
def register_upkeep_urls() -> list[URLPattern | URLResolver]:
    return [path("network/upkeep/", include("network.upkeep.urls"))]


class UpkeepMenuItem(MenuItem):
    """Shown to network managers only."""

    def is_shown(self, request: HttpRequest) -> bool:
        return is_network_manager(request.user, request.tenant)


@hooks.register("register_admin_menu_item")
def register_upkeep_menu_item() -> MenuItem:
    return UpkeepMenuItem(_("下级值守"), reverse("network_upkeep:board"), icon_name="time", name="upkeep", order=152)
