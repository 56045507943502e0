"""The place of moving whole sites in the admin."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from network.tenancy.api import is_network_manager, is_webmaster


@hooks.register("register_admin_urls")
def register_transfer_urls() -> list[URLPattern | URLResolver]:
    return [path("network/transfers/", include("network.transfer.urls"))]


class TransferMenuItem(MenuItem):
    """Shown to network managers and to the site's own webmaster."""

    def is_shown(self, request: HttpRequest) -> bool:
        return is_network_manager(request.user, request.tenant) or is_webmaster(request.user)


@hooks.register("register_admin_menu_item")
def register_transfer_menu_item() -> MenuItem:
    return TransferMenuItem(_("整站迁移"), reverse("network_transfers:jobs"), icon_name="download", order=170)
