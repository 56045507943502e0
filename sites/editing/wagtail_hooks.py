"""What the admin asks before it acts on pages."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from wagtail import hooks
from wagtail.models import Page


@hooks.register("before_move_page")
def ask_before_the_question(request: HttpRequest, page: Page, destination: Page) -> None:
    """Wagtail asks for the right when the page moves, not before it shows both titles."""
    if not page.permissions_for_user(request.user).can_move():
        raise PermissionDenied
