"""What the admin asks before it acts on pages; the places of the publisher, of the emergency lane."""

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

from sites.accounts.models import signed_in_person
from sites.editing.lane import may_use_lane
from sites.editing.models import Duty
from sites.editing.publishers import holds_publishing, is_any_waiting
from sites.editing.publishing_views import may_switch
from sites.editing.queries import may_decide


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


@hooks.register("register_admin_urls")
def register_publishing_urls() -> list[URLPattern | URLResolver]:
    return [path("publishing/", include("sites.editing.publishing_urls"))]


class PublishingMenuItem(MenuItem):
    """Shown where a publisher publishes, to whoever holds the duty, to those who choose where publishers publish."""

    def is_shown(self, request: HttpRequest) -> bool:
        if getattr(request.user, "is_visitor", False):
            return False
        person = signed_in_person(request)
        return may_switch(request) or holds_publishing(person) or is_any_waiting()


@hooks.register("register_admin_menu_item")
def register_publishing_menu_item() -> MenuItem:
    return PublishingMenuItem(
        _("待发布"), reverse("sites_publishing:board"), icon_name="success", name="publishing", order=119
    )


@hooks.register("register_page_header_buttons")
def publishing_button(page: Page, user: Any, next_url: str | None = None, view_name: str = "") -> Iterator[Button]:
    """“发布…” on a page that waits for its publisher, for whoever may publish it."""
    task = page.current_workflow_task if page.depth > 2 else None
    if task is not None and getattr(task, "duty", "") == Duty.PUBLISH and may_decide(task, page, user):
        yield Button(_("发布…"), reverse("sites_publishing:item", args=[page.pk]), icon_name="success", priority=30)


@hooks.register("register_page_header_buttons")
def emergency_button(page: Page, user: Any, next_url: str | None = None, view_name: str = "") -> Iterator[Button]:
    """“应急发布…” on a page with something to publish, for whoever holds the duty."""
    if page.depth > 2 and page.latest_revision_id != page.live_revision_id and may_use_lane(user, page):
        yield Button(_("应急发布…"), reverse("sites_editing:start", args=[page.pk]), icon_name="warning", priority=31)
