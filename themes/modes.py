"""Display modes of public pages, kept in one cookie that is part of every page-cache key."""

from __future__ import annotations

from django.http import HttpRequest

COOKIE = "gs_mode"
COOKIE_SECONDS = 365 * 24 * 60 * 60
HEADER = "X-Display-Mode"
NORMAL = "normal"
ELDER = "elder"
CONTRAST = "contrast"

LAYOUTS = {
    NORMAL: NORMAL,
    ELDER: ELDER,
    CONTRAST: CONTRAST,
    "both": f"{ELDER} {CONTRAST}",
}
ZOOMS = ("", "large", "larger")
"""Steps of the type size, from the usual one up."""

MODES = {
    "-".join(filter(None, (name, zoom))): " ".join(filter(None, (words, zoom)))
    for name, words in LAYOUTS.items()
    for zoom in ZOOMS
}
"""Value of the cookie to value of the body's data-mode. Closed: caches keep a page once for each."""


def mode_of(request: HttpRequest) -> str:
    """The mode a reader chose; anything unknown is the normal one.

    The front server says how it read the cookie: it keeps the page under that mode.
    """
    chosen = request.headers.get(HEADER) or request.COOKIES.get(COOKIE, NORMAL)
    return MODES.get(chosen, NORMAL)


def zoom_of(mode: str) -> str:
    """The step of the type size in a value of data-mode."""
    return next((word for word in mode.split() if word in ZOOMS), "")


def cookie_of(*, is_elder: bool, is_contrast: bool, zoom: str) -> str:
    """The cookie's value for a choice of a reader. ``zoom`` is one of ``ZOOMS``."""
    words = {(False, False): NORMAL, (True, False): ELDER, (False, True): CONTRAST, (True, True): "both"}
    return "-".join(filter(None, (words[is_elder, is_contrast], zoom)))
