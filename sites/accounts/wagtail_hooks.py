"""What the admin shows to staff."""

from __future__ import annotations

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.menu import MenuItem

# Pages of another organisation in another language; government staff gets no links out of the admin.
OUTSIDE_HELP = frozenset({"editor-guide", "whats-new-in-wagtail"})


@hooks.register("construct_help_menu")
def leave_out_outside_help(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Keep the shortcuts; leave out what leads to other sites."""
    menu_items[:] = [
        item
        for item in menu_items
        if item.name not in OUTSIDE_HELP and not item.url.startswith(("http://", "https://"))
    ]
