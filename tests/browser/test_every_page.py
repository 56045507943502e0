"""Every public page of three levels in every display mode: accessible, complete, no wider than its window."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest

from network.tenancy.api import get_site
from tests.browser.conftest import ONLY_LOOKS, Visit
from tests.browser.content import Content
from tests.browser.reading import AXE, accessibility_faults, emblem_width, skipped_headings, widths_too_narrow
from tests.browser.watching import Watch
from tests.themes.rendering import render
from tests.themes.test_templates import PAGES
from themes.modes import MODES

pytestmark = [pytest.mark.browser, pytest.mark.shares_commits, pytest.mark.django_db(transaction=True)]

CHROMIUM_ARGUMENTS = ONLY_LOOKS
LAYOUTS = ("normal", "elder", "contrast", "both")
VIEWS = (
    *(("guangdong", mode) for mode in LAYOUTS),
    ("hub", "normal"),
    ("hub", "both"),
    ("guangzhou", "elder"),
    ("guangzhou", "contrast"),
)
"""A province in every layout; the hub and a city, whose frames are the same, in two each."""

WIDE, NARROW = 1440, 320
LIVE = {f"public/{name}.html" for name in ("home", "column", "article", "search", "sitemap", "withdrawn", "404")}
SEARCH = f"/search/?q={quote('企业登记')}"


def pages_of(slug: str, content: Content) -> dict[str, tuple[str, int]]:
    """Kind of page to its path and status."""
    pages = {
        "home": ("/", 200),
        "column": ("/tzgg/", 200),
        "article": (content.article_of(slug), 200),
        "search": (SEARCH, 200),
        "map": ("/map/", 200),
        "missing": ("/nothing-here/", 404),
    }
    return {**pages, "withdrawn": (content.recalled, 410)} if slug == "guangzhou" else pages


def cookie(mode: str, url: str) -> dict[str, str]:
    return {"name": "gs_mode", "value": mode, "url": url}


@pytest.mark.parametrize(("slug", "mode"), VIEWS)
def test_pages_are_accessible_complete_and_keep_to_their_host(
    slug: str, mode: str, visit: Visit, address: Callable[..., str], content: Content, watch: Watch
) -> None:
    # What differs by width differs in every mode: two modes on the large screen, two on the small one.
    width = WIDE if mode in ("normal", "contrast") else NARROW
    page = visit(cookies=[cookie(mode, address(slug))])
    page.add_init_script(AXE)
    faults: dict[str, list[str]] = {}
    for kind, (path, status) in pages_of(slug, content).items():
        page.set_viewport_size({"width": width, "height": 900})
        answer = page.goto(address(slug, path))
        assert answer is not None
        assert answer.status == status, path
        assert page.get_attribute("body", "data-mode") == MODES[mode]
        assert page.locator(".gs-masthead__name").inner_text() == get_site(slug).full_name
        assert page.locator("img.gs-masthead__emblem").is_visible()
        assert emblem_width(page) > 0
        found = accessibility_faults(page) + [f"标题跳级：{pair}" for pair in skipped_headings(page)]
        found += widths_too_narrow(page)
        faults |= {kind: found} if found else {}
    assert faults == {}
    assert watch.hosts == {f"{slug}.localhost:{address(slug).rsplit(':', 1)[1].rstrip('/')}"}
    assert (watch.errors, watch.failed) == ([], [])


@pytest.mark.parametrize("mode", ["normal-larger", "both-larger"])
def test_large_type_keeps_within_every_window(
    mode: str, visit: Visit, address: Callable[..., str], content: Content
) -> None:
    page = visit(cookies=[cookie(mode, address("guangzhou"))])
    faults = {}
    for kind, (path, _status) in pages_of("guangzhou", content).items():
        page.goto(address("guangzhou", path))
        assert page.get_attribute("body", "data-mode") == MODES[mode]
        if found := widths_too_narrow(page):
            faults[kind] = found
    assert faults == {}


@pytest.mark.parametrize("mode", ["normal", "elder contrast"])
def test_page_kinds_without_a_page_of_their_own_yet(mode: str, visit: Visit, address: Callable[..., str]) -> None:
    page = visit(width=WIDE)
    page.add_init_script(AXE)
    page.route("**/kinds/", lambda route: route.fulfill(content_type="text/html; charset=utf-8"))
    # Beside the server's style sheet; the pages replace each other there, so that axe is read once.
    page.goto(address("guangdong", "/kinds/"))
    faults = {}
    for name, context in PAGES.items():
        if name in LIVE:
            continue
        page.set_viewport_size({"width": WIDE, "height": 900})
        page.set_content(render(name, context(), level="province", mode=mode))
        assert page.evaluate("() => document.styleSheets.length") > 0, name
        assert page.get_attribute("body", "data-mode") == mode
        found = accessibility_faults(page) + [f"标题跳级：{pair}" for pair in skipped_headings(page)]
        if found := found + widths_too_narrow(page):
            faults[name] = found
    assert faults == {}
