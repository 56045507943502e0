"""The frame of the admin: what a person may reach is asked at every request, its text written once for the same answer.

Wagtail writes the sidebar, the table of shortcuts and the words of its scripts anew for every screen.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from django.template import Node
from django.template.base import Parser, Token
from django.template.context import Context
from django.urls import reverse
from django.utils import translation
from django.utils.html import json_script
from django.utils.safestring import SafeString
from wagtail.admin.localization import get_js_translation_strings
from wagtail.admin.menu import admin_menu
from wagtail.admin.search import admin_search_areas
from wagtail.admin.telepath import JSContext
from wagtail.admin.templatetags import wagtailadmin_tags
from wagtail.admin.ui import sidebar

from themes.remembered import remembered_text

APPLE = re.compile(r"Mac|iPod|iPhone|iPad")
"""Wagtail names other keys there."""


def remember_the_frame() -> None:
    """Put these in the place of Wagtail's tags."""
    tags = wagtailadmin_tags.register.tags
    tags["keyboard_shortcuts_dialog"] = _remembering(tags["keyboard_shortcuts_dialog"])
    wagtailadmin_tags.register.simple_tag(sidebar_props, takes_context=True)
    wagtailadmin_tags.get_js_translation_strings = lambda: _script_words(translation.get_language() or "")


def sidebar_props(context: Context) -> SafeString:
    """As Wagtail writes it; which items a person is shown is asked anew, the text is a function of the answer."""
    request = context["request"]
    # Wagtail asks of every place to search, then shows the first.
    areas = (area for area in admin_search_areas.registered_search_areas if area.is_shown(request))
    area, menu = next(areas, None), admin_menu.render_component(request)
    say = translation.gettext  # Wagtail's own words, of its own catalogues
    account = [
        sidebar.LinkMenuItem("account", say("Account"), reverse("wagtailadmin_account"), icon_name="user"),
        sidebar.ActionMenuItem("logout", say("Log out"), reverse("wagtailadmin_logout"), icon_name="logout"),
    ]
    person = sidebar.MainMenuModule(menu, account, request.user)
    search = [sidebar.SearchModule(area)] if area is not None else []

    def write() -> str:
        packed = JSContext().pack([sidebar.WagtailBrandingModule(), *search, person])
        return str(json_script({"modules": packed}, element_id="wagtail-sidebar-props"))

    values = {"area": area.url if area is not None else None, "person": person.js_args()}
    return remembered_text("sidebar", values, write)


class _Remembering(Node):
    """The table of shortcuts, which says the same to everybody with the same keyboard."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def render(self, context: Context) -> SafeString:
        request = context.get("request")
        profile = getattr(getattr(request, "user", None), "wagtail_userprofile", None)
        values = {
            "is_on": bool(getattr(profile, "keyboard_shortcuts", True)),
            "is_apple": bool(request and APPLE.search(request.headers.get("User-Agent", ""))),
        }
        return remembered_text("shortcuts", values, lambda: self._node.render(context))


def _remembering(compiled: Callable[[Parser, Token], Node]) -> Callable[[Parser, Token], Node]:
    return lambda parser, token: _Remembering(compiled(parser, token))


@cache
def _script_words(language: str) -> dict[str, Any]:
    words: dict[str, Any] = get_js_translation_strings()
    return words
