"""Every kind of page with the worst of input holds its frame in Chromium: no sideways scroll, nothing sticks out,
no words squeezed into a column of letters.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.reading import sideways_scroll
from tests.themes.bad_inputs import BAD_PAGES
from tests.themes.preview import write_pictures
from tests.themes.rendering import ROOT, render

pytestmark = [pytest.mark.browser]

NARROW, MIDDLE, WIDE = 320, 768, 1440
WIDTHS = {"normal": (NARROW, MIDDLE, WIDE), "elder larger": (NARROW,), "elder": (WIDE,)}

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
    if (!box.width || !box.height || element.closest(".gs-visually-hidden, .gs-skip") || scrolls(element)) continue;
    if (box.right > document.documentElement.clientWidth + 1 || box.left < -1)
      found.push(`${element.tagName}.${element.className} ${Math.round(box.left)}..${Math.round(box.right)}`);
  }
  return found.slice(0, 5);
}"""

SQUEEZED = """() => [...document.querySelectorAll("body *")].filter((element) => {
  const words = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data.trim()).join("");
  const size = parseFloat(getComputedStyle(element).fontSize);
  const box = element.getBoundingClientRect();
  const isSeen = box.width > 1 && !element.closest(".gs-visually-hidden, .gs-skip, svg");
  return isSeen && words.length > 12 && box.width < 3 * size;
}).map((element) => `${element.tagName}.${element.className}`).slice(0, 5)"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the style sheet and the pictures that the pages name."""
    target = tmp_path_factory.mktemp("frames")
    shutil.copytree(ROOT / "themes" / "static", target / "static")
    write_pictures(target / "static")
    return target


@pytest.fixture(scope="module")
def tab(chromium: Browser) -> Iterator[Page]:
    """One tab for all pages."""
    context = chromium.new_context(locale="zh-CN", reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", BAD_PAGES)
def test_the_frame_holds(name: str, folder: Path, tab: Page) -> None:
    template, context, frame = BAD_PAGES[name]
    file = folder / "page.html"
    faults = {}
    for mode, widths in WIDTHS.items():
        html = render(template, context, level="prefecture", mode=mode, **frame)
        file.write_text(html.replace('"/static/', '"static/').replace(' loading="lazy"', ""), encoding="utf-8")
        tab.goto(file.as_uri())
        tab.wait_for_function("() => [...document.images].every(image => image.complete)")
        for width in widths:
            tab.set_viewport_size({"width": width, "height": 800})
            sticking_out = tab.evaluate(STICKING_OUT) + tab.evaluate(SQUEEZED)
            if sideways_scroll(tab) > 0 or sticking_out:
                faults[width, mode] = (sideways_scroll(tab), sticking_out)
    assert faults == {}


def test_a_frame_that_breaks_is_seen(folder: Path, tab: Page) -> None:
    template, context, frame = BAD_PAGES["404.50-columns"]
    html = render(template, context, **frame).replace('"/static/', '"static/')
    (folder / "page.html").write_text(
        html.replace("</main>", f"<table><tr><td><pre>{'x' * 400}</pre></table></main>"), encoding="utf-8"
    )
    tab.set_viewport_size({"width": NARROW, "height": 800})
    tab.goto((folder / "page.html").as_uri())
    assert sideways_scroll(tab) > 0
    assert any("TABLE" in element for element in tab.evaluate(STICKING_OUT))
