"""The place of importing in the admin."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from sites.accounts.api import holds_review_duty
from sites.importing.actions import may_import


@hooks.register("register_admin_urls")
def register_importing_urls() -> list[URLPattern | URLResolver]:
    return [path("imports/", include("sites.importing.urls"))]


class ImportMenuItem(MenuItem):
    """Shown to the site's webmaster, who imports, and to reviewers, who decide on what was imported."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_import(request.user) or holds_review_duty(request.user)


@hooks.register("register_admin_menu_item")
def register_import_menu_item() -> MenuItem:
    return ImportMenuItem(_("导入旧站"), reverse("sites_importing:batches"), icon_name="upload", order=175)
