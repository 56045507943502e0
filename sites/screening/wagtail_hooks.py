"""The places of the checks in the admin: beside the fields of the editor, in the menu."""

from __future__ import annotations

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from network.tenancy.api import is_webmaster


@hooks.register("register_admin_urls")
def register_screening_urls() -> list[URLPattern | URLResolver]:
    return [path("", include("sites.screening.urls"))]


class WebmasterMenuItem(MenuItem):
    """Shown to the site's webmaster only."""

    def is_shown(self, request: HttpRequest) -> bool:
        return is_webmaster(request.user)


@hooks.register("register_admin_menu_item")
def register_own_terms_menu_item() -> MenuItem:
    return WebmasterMenuItem(
        _("本站词表"), reverse("sites_screening:terms"), icon_name="clipboard-list", name="own-terms", order=650
    )


@hooks.register("insert_editor_js")
def screening_script() -> SafeString:
    """Shows findings beside the fields while somebody writes."""
    return format_html('<script src="{}" defer></script>', static("themes/screening.js"))
