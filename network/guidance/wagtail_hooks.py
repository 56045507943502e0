"""The place of guidance in the admin of the hub, of a province."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from network.console.wagtail_hooks import NetworkMenuItem


@hooks.register("register_admin_urls")
def register_guidance_urls() -> list[URLPattern | URLResolver]:
    return [path("", include("network.guidance.urls"))]


@hooks.register("register_admin_menu_item")
def register_guidance_menu_item() -> MenuItem:
    return NetworkMenuItem(
        _("采编指导"), reverse("network_guidance:index"), icon_name="help", name="guidance", order=154
    )
