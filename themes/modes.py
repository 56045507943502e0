"""Display modes of public pages, kept in one cookie that is part of every page-cache key."""

from __future__ import annotations

from django.http import HttpRequest

COOKIE = "gs_mode"
COOKIE_SECONDS = 365 * 24 * 60 * 60
NORMAL = "normal"

# Value of the cookie to value of the body's data-mode.
MODES = {
    NORMAL: NORMAL,
    "elder": "elder",
    "contrast": "contrast",
    "both": "elder contrast",
}


def mode_of(request: HttpRequest) -> str:
    """The mode a reader chose; anything unknown is the normal one."""
    return MODES.get(request.COOKIES.get(COOKIE, NORMAL), NORMAL)
