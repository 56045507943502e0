"""Every kind of page with the worst of input holds its frame in Chromium: no sideways scroll, nothing sticks out,
no words squeezed into a column of letters.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import ONLY_LOOKS
from tests.browser.reading import FREQUENTLY, TOO_WIDE
from tests.themes.bad_inputs import BAD_PAGES
from tests.themes.preview import write_pictures
from tests.themes.rendering import ROOT, render

pytestmark = [pytest.mark.browser]

CHROMIUM_ARGUMENTS = ONLY_LOOKS
NARROW, MIDDLE, WIDE = 320, 768, 1440
VIEWS = (("normal", (NARROW, MIDDLE, WIDE)), ("elder", (WIDE,)), ("elder larger", (NARROW,)))
"""Modes with their widths, so ordered that a window is seldom resized."""

STICKING_OUT = """() => {
  const scrolls = (element) => {
    for (let outer = element.parentElement; outer; outer = outer.parentElement) {
      const style = getComputedStyle(outer);
      if (/auto|scroll|hidden|clip/.test(style.overflowX) && outer !== document.body) return true;
    }
    return false;
  };
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const box = element.getBoundingClientRect();
    if (box.right <= document.documentElement.clientWidth + 1 && box.left >= -1) continue;
    if (box.width && box.height && !element.closest(".gs-visually-hidden, .gs-skip") && !scrolls(element))
      found.push(`${element.tagName}.${element.className} ${Math.round(box.left)}..${Math.round(box.right)}`);
  }
  return found.slice(0, 5);
}"""

SQUEEZED = """() => [...document.querySelectorAll("body *")].filter((element) => {
  const words = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data.trim()).join("");
  if (words.length <= 12) return false;
  const size = parseFloat(getComputedStyle(element).fontSize);
  const box = element.getBoundingClientRect();
  return box.width > 1 && box.width < 3 * size && !element.closest(".gs-visually-hidden, .gs-skip, svg");
}).map((element) => `${element.tagName}.${element.className}`).slice(0, 5)"""

IS_WHOLE = "() => document.styleSheets.length && [...document.images].every(image => image.complete)"
FAULTS = f"() => [({TOO_WIDE})(), [...({STICKING_OUT})(), ...({SQUEEZED})()]]"
"""Pixels by which the page is too wide; elements that stick out or squeeze their words."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the style sheet and the pictures that the pages name."""
    target = tmp_path_factory.mktemp("frames")
    shutil.copytree(ROOT / "themes" / "static", target / "static")
    write_pictures(target / "static")
    return target


@pytest.fixture(scope="module")
def tab(chromium: Browser, folder: Path) -> Iterator[Page]:
    """One tab for all pages, which stand at one address beside the style sheet: the next replaces the one before."""
    (folder / "page.html").touch()
    context = chromium.new_context(locale="zh-CN", reduced_motion="reduce")
    page = context.new_page()
    page.goto((folder / "page.html").as_uri())
    yield page
    context.close()


def show(tab: Page, html: str) -> None:
    """Put a page into the tab with its style sheet and its pictures."""
    tab.set_content(html.replace('"/static/', '"static/').replace(' loading="lazy"', ""))
    tab.wait_for_function(IS_WHOLE, polling=FREQUENTLY)


def widen(tab: Page, width: int) -> None:
    """Give the window this width."""
    size = {"width": width, "height": 800}
    if tab.viewport_size != size:
        tab.set_viewport_size(size)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", BAD_PAGES)
def test_the_frame_holds(name: str, tab: Page) -> None:
    template, context, frame = BAD_PAGES[name]
    faults = {}
    for mode, widths in VIEWS:
        widen(tab, widths[0])
        show(tab, render(template, context, level="prefecture", mode=mode, **frame))
        for width in widths:
            widen(tab, width)
            too_wide, elements = tab.evaluate(FAULTS)
            if too_wide > 0 or elements:
                faults[width, mode] = (too_wide, elements)
    assert faults == {}


@pytest.mark.parametrize(
    ("markup", "element"),
    [
        (f"<table><tr><td><pre>{'x' * 400}</pre></table>", "TABLE"),
        ('<p style="width: 1em" class="narrow">十二个字以上的一句话排成一列</p>', "P.narrow"),
    ],
)
def test_a_frame_that_breaks_is_seen(markup: str, element: str, tab: Page) -> None:
    template, context, frame = BAD_PAGES["404.50-columns"]
    widen(tab, NARROW)
    show(tab, render(template, context, **frame).replace("</main>", f"{markup}</main>"))
    too_wide, elements = tab.evaluate(FAULTS)
    assert any(element in found for found in elements)
    assert (too_wide > 0) == (element == "TABLE")
