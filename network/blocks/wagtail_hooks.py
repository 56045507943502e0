"""The places of blocked addresses in the admin."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.models import Page

from network.blocks.held import authority_of, find_block
from network.blocks.queries import is_any_stopped
from network.console.wagtail_hooks import NetworkMenuItem


@hooks.register("register_admin_urls")
def register_block_urls() -> list[URLPattern | URLResolver]:
    return [path("", include("network.blocks.urls"))]


@hooks.register("register_admin_menu_item")
def register_blocks_menu_item() -> MenuItem:
    return NetworkMenuItem(_("停用地址"), reverse("network_blocks:index"), icon_name="no-view", order=154)


class StoppedMenuItem(MenuItem):
    """Shown on a site of which anything is or was stopped."""

    def is_shown(self, request: HttpRequest) -> bool:
        return is_any_stopped(request.tenant)


@hooks.register("register_admin_menu_item")
def register_stopped_menu_item() -> MenuItem:
    return StoppedMenuItem(_("被停用的地址"), reverse("network_blocks:own"), icon_name="no-view", order=640)


@hooks.register("before_edit_page")
def tell_of_a_block(request: HttpRequest, page: Page) -> None:
    """Whoever opens a stopped page learns that it is, why, by whom."""
    parts = page.url_path.split("/", 2)
    block = find_block(request.tenant, f"/{parts[2]}" if len(parts) > 2 else "/")
    if block is not None and request.method == "GET":
        messages.warning(
            request,
            gettext("本页地址已被“%(authority)s”停用，公众看不到。原因：%(reason)s")
            % {"authority": authority_of(block.authority).short_name, "reason": block.reason},
        )
