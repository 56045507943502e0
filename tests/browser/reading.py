"""What a reader finds on a page: rights and wrongs of its frame."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

EMBLEM_LOADED = "() => document.querySelector('img.gs-masthead__emblem').complete"
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
FREQUENTLY = 50
"""Milliseconds between two looks. The other way, once per frame, waits where no frame is drawn."""
WIDTHS = (320, 390, 768, 1024, 1440, 1920)
AXE = Axe().axe_script
AXE_FAULTS = """async () => (await axe.run({resultTypes: ["violations"]})).violations
  .flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 160)}`))"""

SMALLEST_TYPE = """() => {
  const sizes = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const holder = walker.currentNode.parentElement;
    const isHidden = holder.closest('.gs-visually-hidden, .gs-skip, script') || !holder.getClientRects().length;
    if (walker.currentNode.data.trim() && !isHidden)
      sizes.push([parseFloat(getComputedStyle(holder).fontSize), walker.currentNode.data.trim().slice(0, 30)]);
  }
  return sizes.sort((one, other) => one[0] - other[0])[0];
}"""

SMALL_TARGETS = """([scope, size]) => [...document.querySelectorAll(scope)]
  .filter(link => link.getClientRects().length && !link.closest('.gs-skip'))
  .map(link => [link.textContent.trim(), link.getBoundingClientRect()])
  .filter(([, box]) => box.height < size - 0.5)
  .map(([words, box]) => `${words}: ${box.height.toFixed(1)}`)"""

HEADINGS = """() => [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')]
  .filter(heading => heading.getClientRects().length)
  .map(heading => Number(heading.tagName[1]))"""


def accessibility_faults(page: Page) -> list[str]:
    """Rules of axe that the page breaks, each with the elements. Needs ``page.add_init_script(AXE)`` before."""
    return list(page.evaluate(AXE_FAULTS))


def emblem_width(page: Page) -> int:
    """Natural width of the emblem in the masthead; 0 when its file did not arrive."""
    page.wait_for_function(EMBLEM_LOADED, polling=FREQUENTLY)
    return int(page.eval_on_selector("img.gs-masthead__emblem", "image => image.naturalWidth"))


def sideways_scroll(page: Page) -> int:
    """Pixels by which the page is wider than its window."""
    return int(page.evaluate(TOO_WIDE))


def widths_too_narrow(page: Page, widths: Iterable[int] = WIDTHS) -> list[str]:
    """Widths of a window at which the page scrolls sideways, with the pixels that stand out."""
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        if (pixels := sideways_scroll(page)) > 0:
            found.append(f"{width} 像素宽时多出 {pixels} 像素")
    return found


def smallest_type(page: Page) -> tuple[float, str]:
    """Size in pixels of the smallest type that is seen, with its words."""
    size, words = page.evaluate(SMALLEST_TYPE)
    return float(size), str(words)


def small_targets(page: Page, *, scope: str, size: float) -> list[str]:
    """What is clicked within a scope but is lower than a size in pixels."""
    return list(page.evaluate(SMALL_TARGETS, [scope, size]))


def skipped_headings(page: Page) -> list[tuple[int, int]]:
    """Pairs of following headings between which a level is left out; the page begins above the first level."""
    levels = [0, *page.evaluate(HEADINGS)]
    return [(before, after) for before, after in pairwise(levels) if after > before + 1]
