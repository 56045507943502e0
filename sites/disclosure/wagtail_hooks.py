"""The place of the catalogue's desk in the admin."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from sites.screening.wagtail_hooks import WebmasterMenuItem


@hooks.register("register_admin_urls")
def register_disclosure_urls() -> list[URLPattern | URLResolver]:
    return [path("", include("sites.disclosure.urls"))]


@hooks.register("register_admin_menu_item")
def register_desk_menu_item() -> MenuItem:
    return WebmasterMenuItem(
        _("信息公开目录"), reverse("sites_disclosure:desk"), icon_name="list-ul", name="disclosure", order=645
    )
