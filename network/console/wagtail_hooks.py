"""The console's places in the admin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import Button
from wagtail.models import Page

from network.audit.queries import is_auditor
from network.tenancy.api import MANAGE_NETWORK, is_network_manager


@hooks.register("register_admin_urls")
def register_console_urls() -> list[URLPattern | URLResolver]:
    return [
        path("network/items/", include("network.console.urls")),
        path("network/sites/", include("network.console.site_urls")),
        path("audit/", include("network.console.audit_urls")),
    ]


class NetworkMenuItem(MenuItem):
    """Shown to network managers only."""

    def is_shown(self, request: HttpRequest) -> bool:
        return is_network_manager(request.user, request.tenant)


@hooks.register("register_admin_menu_item")
def register_console_menu_item() -> MenuItem:
    return NetworkMenuItem(_("下发信息"), reverse("network_console:items"), icon_name="site", order=150)


@hooks.register("register_admin_menu_item")
def register_sites_menu_item() -> MenuItem:
    return NetworkMenuItem(_("站点"), reverse("network_sites:sites"), icon_name="list-ul", name="sites", order=151)


class AuditMenuItem(MenuItem):
    """Shown to who holds the auditor's duty, to nobody else."""

    def is_shown(self, request: HttpRequest) -> bool:
        return is_auditor(request.user)


@hooks.register("register_admin_menu_item")
def register_audit_menu_item() -> MenuItem:
    return AuditMenuItem(_("审计"), reverse("network_audit:log"), icon_name="history", order=160)


@hooks.register("register_page_header_buttons")
def dispatch_button(page: Page, user: Any, next_url: str | None = None, view_name: str = "") -> Iterator[Button]:
    """“下发到子站…” on a live page that the network manager looks at."""
    if page.live and page.depth > 3 and user.has_perm(MANAGE_NETWORK):
        yield Button(
            _("下发到子站…"),
            reverse("network_console:dispatch", args=[page.pk]),
            icon_name="site",
            priority=30,
        )
