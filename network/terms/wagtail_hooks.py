"""The place of the list of words in the admin."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from network.console.wagtail_hooks import NetworkMenuItem


@hooks.register("register_admin_urls")
def register_term_urls() -> list[URLPattern | URLResolver]:
    return [path("", include("network.terms.urls"))]


class HubMenuItem(NetworkMenuItem):
    """Shown to the hub's network manager only."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.tenant.is_hub and super().is_shown(request)


@hooks.register("register_admin_menu_item")
def register_terms_menu_item() -> MenuItem:
    return HubMenuItem(_("全群词表"), reverse("network_terms:index"), icon_name="clipboard-list", order=155)
