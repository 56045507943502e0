"""What a reader finds on a page: rights and wrongs of its frame."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

IMAGES_LOADED = "() => [...document.images].every(image => image.complete)"
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
axe = Axe()


def accessibility_faults(page: Page) -> list[str]:
    """Rules of axe that the page breaks, each with the elements."""
    violations = axe.run(page).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in violations for node in rule["nodes"]]


def emblem_width(page: Page) -> int:
    """Natural width of the emblem in the masthead; 0 when its file did not arrive."""
    page.wait_for_function(IMAGES_LOADED)
    return int(page.eval_on_selector("img.gs-masthead__emblem", "image => image.naturalWidth"))


def sideways_scroll(page: Page) -> int:
    """Pixels by which the page is wider than its window."""
    return int(page.evaluate(TOO_WIDE))
