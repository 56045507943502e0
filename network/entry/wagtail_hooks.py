"""The place of one-time entry in the admin."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from network.console.wagtail_hooks import NetworkMenuItem


@hooks.register("register_admin_urls")
def register_entry_urls() -> list[URLPattern | URLResolver]:
    return [path("network/entry/", include("network.entry.urls"))]


@hooks.register("register_admin_menu_item")
def register_entry_menu_item() -> MenuItem:
    return NetworkMenuItem(_("进入站点"), reverse("network_entry:index"), icon_name="login", order=152)
