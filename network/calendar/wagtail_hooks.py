"""The place of the calendar in the admin."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from network.tenancy.api import is_network_manager


@hooks.register("register_admin_urls")
def register_calendar_urls() -> list[URLPattern | URLResolver]:
    return [path("network/calendar/", include("network.calendar.urls"))]


class CalendarMenuItem(MenuItem):
    """Shown to network managers only."""

    def is_shown(self, request: HttpRequest) -> bool:
        return is_network_manager(request.user, request.tenant)


@hooks.register("register_admin_menu_item")
def register_calendar_menu_item() -> MenuItem:
    return CalendarMenuItem(_("工作日"), reverse("network_calendar:index"), icon_name="calendar-alt", order=156)
