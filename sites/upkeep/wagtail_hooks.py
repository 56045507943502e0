"""The places of upkeep in a site's admin."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.views.home import UserObjectsInWorkflowModerationPanel, WorkflowObjectsToModeratePanel
from wagtail.models import TaskState

from sites.accounts.api import holds_review_duty
from sites.upkeep.panels import DutyPanel

UNBOUNDED = (UserObjectsInWorkflowModerationPanel, WorkflowObjectsToModeratePanel)
MOST_LISTED = 50


@hooks.register("register_admin_urls")
def register_upkeep_urls() -> list[URLPattern | URLResolver]:
    return [path("upkeep/", include("sites.upkeep.urls"))]


@hooks.register("register_admin_menu_item")
def register_upkeep_menu_item() -> MenuItem:
    return MenuItem(_("栏目值守"), reverse("upkeep:columns"), icon_name="time", name="site-upkeep", order=120)


@hooks.register("construct_homepage_panels")
def show_duties(request: HttpRequest, panels: list[Component]) -> None:
    """The duty board, before Wagtail's panels: in those on reviews a person decides at once.

    Theirs list whatever is under review without an end, some thirty statements a line: beyond ``MOST_LISTED`` the
    board's own lists stand for them. What a person may decide is asked for nobody who decides on nothing.
    """
    if not holds_review_duty(request.user):
        panels[:] = [panel for panel in panels if not isinstance(panel, WorkflowObjectsToModeratePanel)]
    if TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS)[: MOST_LISTED + 1].count() > MOST_LISTED:
        panels[:] = [panel for panel in panels if not isinstance(panel, UNBOUNDED)]
    panels.append(DutyPanel())
