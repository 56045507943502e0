"""What the admin asks before it acts on pages; the places of the emergency lane."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from sites.editing.lane import may_use_lane


@hooks.register("before_move_page")
def ask_before_the_question(request: HttpRequest, page: Page, destination: Page) -> None:
    """Wagtail asks for the right when the page moves, not before it shows both titles."""
    if not page.permissions_for_user(request.user).can_move():
        raise PermissionDenied


@hooks.register("register_admin_urls")
def register_emergency_urls() -> list[URLPattern | URLResolver]:
    return [path("emergency/", include("sites.editing.urls"))]


@hooks.register("register_admin_menu_item")
def register_emergency_menu_item() -> MenuItem:
    return MenuItem(_("应急通道"), reverse("sites_editing:board"), icon_name="warning", name="emergency", order=121)


@hooks.register("register_page_header_buttons")
def emergency_button(page: Page, user: Any, next_url: str | None = None, view_name: str = "") -> Iterator[Button]:
    """“应急发布…” on a page with something to publish, for whoever holds the duty."""
    if page.depth > 2 and page.latest_revision_id != page.live_revision_id and may_use_lane(user, page):
        yield Button(_("应急发布…"), reverse("sites_editing:start", args=[page.pk]), icon_name="warning", priority=31)
