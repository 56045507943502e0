"""The place of the calendar in the admin."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from network.console.wagtail_hooks import NetworkMenuItem


@hooks.register("register_admin_urls")
def register_calendar_urls() -> list[URLPattern | URLResolver]:
    return [path("network/calendar/", include("network.calendar.urls"))]


@hooks.register("register_admin_menu_item")
def register_calendar_menu_item() -> MenuItem:
    return NetworkMenuItem(_("工作日"), reverse("network_calendar:index"), icon_name="calendar-alt", order=156)
