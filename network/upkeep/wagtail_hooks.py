"""The place of upkeep in the admin of the level above."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from network.console.wagtail_hooks import NetworkMenuItem


@hooks.register("register_admin_urls")
def register_upkeep_urls() -> list[URLPattern | URLResolver]:
    return [path("network/upkeep/", include("network.upkeep.urls"))]


@hooks.register("register_admin_menu_item")
def register_upkeep_menu_item() -> MenuItem:
    return NetworkMenuItem(_("下级值守"), reverse("network_upkeep:board"), icon_name="time", name="upkeep", order=152)
