"""Public pages in Chromium: read, searched, enlarged, by keyboard alone, without scripts."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest

from tests.browser.conftest import Visit
from tests.browser.content import LOCAL, REASON, RECEIVED, Content

pytestmark = [pytest.mark.browser, pytest.mark.shares_commits, pytest.mark.django_db(transaction=True)]

NARROW = 320
SEARCH = f"/search/?q={quote('企业登记')}"


def test_a_withdrawn_page_tells_why(visit: Visit, address: Callable[..., str], content: Content) -> None:
    page = visit()
    page.goto(address("guangzhou", content.recalled))
    assert page.get_by_role("heading", name="该信息已撤回").is_visible()
    assert REASON in page.inner_text("main")


def test_a_reader_without_scripts_finds_reads_and_enlarges(
    visit: Visit, address: Callable[..., str], content: Content
) -> None:
    page = visit(width=NARROW, height=640, scripts=False)
    page.goto(address("guangzhou"))
    fold = page.locator(".gs-nav__fold")
    assert not fold.locator("a").first.is_visible()
    page.locator(".gs-nav__toggle").click()
    fold.get_by_role("link", name="政务公开").click()
    assert "政务公开" in page.inner_text("h1")

    page.fill("#search-words", "年度报告公示抽查")
    page.locator("#search button").click()
    page.locator("main ol").get_by_role("link", name=RECEIVED).first.click()
    assert page.inner_text("h1") == RECEIVED

    before = page.url
    page.get_by_role("link", name="适老版").click()
    assert page.url == before
    assert page.get_attribute("body", "data-mode") == "elder"
    size = page.evaluate("() => parseFloat(getComputedStyle(document.querySelector('#article-body p')).fontSize)")
    assert size >= 24  # 18 pt
    page.get_by_role("link", name="返回标准版").click()
    assert page.get_attribute("body", "data-mode") == "normal"


def test_the_keyboard_alone_skips_to_the_text_and_searches(
    visit: Visit, address: Callable[..., str], content: Content
) -> None:
    page = visit()
    page.goto(address("guangdong", content.local))
    page.keyboard.press("Tab")
    skip = page.locator("a.gs-skip").first
    assert skip.evaluate("link => link === document.activeElement")
    box = skip.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"

    page.goto(address("guangdong", content.local))
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.id") == "search-words"
    page.keyboard.type(LOCAL[2:])
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?*")
    assert page.locator("main ol").get_by_role("link", name=LOCAL).count() == 1


FOCUS_STYLE = """() => {
  const style = getComputedStyle(document.activeElement);
  return [document.activeElement.tagName, style.outlineStyle, parseFloat(style.outlineWidth), style.boxShadow];
}"""


@pytest.mark.parametrize("mode", ["normal", "elder"])
def test_every_stop_of_the_tab_key_is_seen(mode: str, visit: Visit, address: Callable[..., str]) -> None:
    page = visit(cookies=[{"name": "gs_mode", "value": mode, "url": address("guangdong")}])
    page.goto(address("guangdong", SEARCH))
    unseen, stops = [], 0
    for _ in range(60):
        page.keyboard.press("Tab")
        tag, outline, width, shadow = page.evaluate(FOCUS_STYLE)
        if tag == "BODY":
            break
        stops += 1
        if not (outline != "none" and width >= 2) and shadow == "none":
            unseen.append(page.evaluate("() => document.activeElement.outerHTML.slice(0, 120)"))
    assert stops > 20
    assert unseen == []
