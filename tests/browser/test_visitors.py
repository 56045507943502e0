"""Six visitors, each on the hub, a province and a city: what the home page promises is at most two steps away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route

from network.rules.api import rule_value
from network.tenancy.api import get_site
from tests.browser.conftest import Visit
from tests.browser.content import LOCAL, RECEIVED, Content
from tests.browser.paper import Paper
from tests.browser.reading import HEADINGS, sideways_scroll, small_targets, smallest_type
from tests.browser.watching import Watch

pytestmark = [pytest.mark.browser, pytest.mark.shares_commits, pytest.mark.django_db(transaction=True)]

SITES = ("hub", "guangdong", "guangzhou")
TITLES = {"hub": RECEIVED, "guangdong": LOCAL, "guangzhou": RECEIVED}
TELEPHONE = {"width": 390, "height": 844}
PIXELS_PER_POINT = 4 / 3
SERVICES, NOTICES = "政务服务", "通知公告"
CHROME = ".gs-topbar a, .gs-nav a, .gs-nav summary, .gs-footer a, .gs-entries__link, .gs-tile a, .gs-pagination a"


class Steps:
    """Counts what a visitor had to do since the home page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taken = 0

    def take(self, link: Locator, *, by: str = "click") -> None:
        """Follow a link: by pointer, by finger, by the Enter key."""
        link.scroll_into_view_if_needed()
        if by == "Enter":
            link.focus()
            self.page.keyboard.press("Enter")
        elif by == "tap":
            link.tap()
        else:
            link.click()
        self.page.wait_for_load_state()
        self.taken += 1


@pytest.mark.parametrize("slug", SITES)
def test_on_a_telephone_everything_is_two_taps_away(
    slug: str, chromium: Browser, address: Callable[..., str], content: Content
) -> None:
    context = chromium.new_context(viewport=TELEPHONE, has_touch=True, is_mobile=True, locale="zh-CN")
    page = context.new_page()
    page.goto(address(slug))
    assert page.locator(".gs-masthead__name").inner_text() == get_site(slug).full_name
    assert small_targets(page, scope=CHROME, size=rule_value("accessibility.target", level="all")) == []

    names = page.locator(".gs-nav__fold a").all_text_contents()
    assert len(names) >= 6
    for name in (names[1], SERVICES):
        page.goto(address(slug))
        steps = Steps(page)
        steps.take(page.locator(".gs-nav__toggle"), by="tap")
        steps.take(page.locator(".gs-nav__fold").get_by_role("link", name=name, exact=True), by="tap")
        assert (page.inner_text("h1"), steps.taken) == (name, 2)
        assert sideways_scroll(page) <= 0

    page.goto(address(slug))
    steps = Steps(page)
    steps.take(page.locator("main").get_by_role("link", name=TITLES[slug]).first, by="tap")
    assert (page.inner_text("h1"), steps.taken) == (TITLES[slug], 1)
    context.close()


@pytest.mark.parametrize("slug", SITES)
def test_an_old_person_reads_a_notice_in_large_type(
    slug: str, visit: Visit, address: Callable[..., str], content: Content
) -> None:
    points = rule_value("accessibility.elder_text_points", level="all")
    page = visit(width=1024)
    page.goto(address(slug))
    page.get_by_role("link", name="适老版").click()
    assert smallest_type(page)[0] >= points * PIXELS_PER_POINT, smallest_type(page)
    assert small_targets(page, scope=CHROME, size=rule_value("accessibility.elder_target", level="all")) == []
    lefts = page.eval_on_selector_all(
        "main .gs-section", "all => [...new Set(all.map(one => Math.round(one.getBoundingClientRect().left)))]"
    )
    assert len(lefts) == 1, "适老版只有一栏。"
    entries = page.locator(".gs-nav__wide a:visible").count()
    limits = rule_value("depth.top_columns", level="all")
    assert limits["minimum"] <= entries <= limits["maximum"]

    steps = Steps(page)
    steps.take(page.locator("main").get_by_role("link", name=NOTICES, exact=True).first)
    assert page.inner_text("h1") == NOTICES
    steps.take(page.locator("main").get_by_role("link", name=TITLES[slug]))
    assert (page.inner_text("h1"), steps.taken) == (TITLES[slug], 2)
    assert smallest_type(page)[0] >= points * PIXELS_PER_POINT, smallest_type(page)

    before = page.evaluate("() => parseFloat(getComputedStyle(document.querySelector('#article-body p')).fontSize)")
    page.get_by_role("link", name="放大字号").click()
    page.reload()
    after = page.evaluate("() => parseFloat(getComputedStyle(document.querySelector('#article-body p')).fontSize)")
    assert after == pytest.approx(before * 1.25)
    assert page.inner_text("h1") == TITLES[slug]


@pytest.mark.parametrize("slug", SITES)
def test_a_blind_person_finds_the_way_by_landmarks_headings_and_names(
    slug: str, visit: Visit, address: Callable[..., str], content: Content
) -> None:
    page = visit()
    page.goto(address(slug))
    outline = page.locator("body").aria_snapshot()
    lines = [line.strip(" -") for line in outline.splitlines()]
    for landmark in ("banner", "main", "contentinfo"):
        assert sum(line.startswith(f"{landmark}:") for line in lines) == 1, landmark
    navigations = [line for line in lines if line.startswith("navigation ")]
    assert len(navigations) == len(set(navigations)) >= 2
    assert f'heading "{get_site(slug).full_name}" [level=1]' in outline
    levels = page.evaluate(HEADINGS)
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    nameless = page.get_by_role("link", name="", exact=True).all_inner_texts()
    assert [words for words in nameless if not words.strip()] == []
    more = [name for name in page.locator(".gs-section__more").all_text_contents() if name.strip(" ›\n") == "更多"]
    assert more == []

    steps = Steps(page)
    steps.take(
        page.get_by_role("navigation", name="主导航").get_by_role("link", name="政务公开", exact=True), by="Enter"
    )
    assert page.get_by_role("heading", level=1).inner_text() == "政务公开"
    steps.take(
        page.get_by_role("navigation", name="下级栏目").get_by_role("link", name=NOTICES, exact=True), by="Enter"
    )
    assert (page.get_by_role("heading", level=1).inner_text(), steps.taken) == (NOTICES, 2)

    page.get_by_role("main").get_by_role("link", name=TITLES[slug]).press("Enter")
    page.wait_for_url("**" + content.article_of(slug))
    article = page.get_by_role("article", name=TITLES[slug])
    assert article.get_by_role("heading", level=1).inner_text() == TITLES[slug]
    table = article.get_by_role("table", name="办理时限")
    assert table.get_by_role("columnheader").all_inner_texts() == ["事项", "时限", "责任部门及联系电话"]
    assert page.get_by_role("navigation", name="当前位置").get_by_role("link").count() >= 2


@pytest.mark.parametrize(("slug", "mode"), [("hub", "normal"), ("guangdong", "both-larger"), ("guangzhou", "contrast")])
def test_a_journalist_prints_a_notice(
    slug: str, mode: str, visit: Visit, address: Callable[..., str], content: Content
) -> None:
    page = visit(cookies=[{"name": "gs_mode", "value": mode, "url": address(slug)}])
    page.goto(address(slug, content.article_of(slug)))
    # Rows enough for a second sheet.
    page.eval_on_selector("#article-body tbody", "body => { body.innerHTML = body.innerHTML.repeat(90) }")
    paper = Paper(page.pdf(prefer_css_page_size=True))
    for words in (
        get_site(slug).full_name,
        TITLES[slug],
        "来源：",
        "发布时间：",
        f"网址：{address(slug, content.article_of(slug))}",
        "做到公开透明",
    ):
        assert words in paper.text, words
    for words in ("适老版", "高对比", "返回标准版", "栏目导航", "当前位置", "搜索", "网站群"):
        assert words not in paper.text, words
    with_rows = [sheet for sheet in paper.pages if "档案查询1个工作日" in sheet]
    assert len(with_rows) >= 2
    assert all("事项时限责任部门及联系电话" in sheet for sheet in with_rows)
    assert paper.pages[-1].startswith(f"{len(paper.pages)} / {len(paper.pages)}")

    page.emulate_media(media="print")
    colours = page.evaluate("""() => [...document.querySelectorAll('h1, #article-body p, .gs-masthead__name, th, a')]
        .filter(element => element.getClientRects().length)
        .map(element => [getComputedStyle(element).color, getComputedStyle(element).backgroundColor])""")
    assert {colour for colour, _ in colours} == {"rgb(0, 0, 0)"}
    assert {ground for _, ground in colours} <= {"rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"}
    code = page.locator(".gs-print-foot__code").bounding_box()
    assert code is not None
    assert code["width"] == pytest.approx(code["height"])
    assert code["width"] > 90  # 26 mm are 98 pixels

    page.goto(address(slug, "/tzgg/"))
    column = Paper(page.pdf(prefer_css_page_size=True)).text
    assert NOTICES in column
    assert TITLES[slug] in column
    assert f"网址：{address(slug, '/tzgg/')}" in column
    assert "适老版" not in column


@contextmanager
def slow_line(page: Page) -> Iterator[None]:
    """Twenty kilobytes a second with a fifth of a second for every request, and pictures that never arrive."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 200, "downloadThroughput": 50_000, "uploadThroughput": 20_000},
    )
    held: list[Route] = []
    page.route(lambda address: address.endswith((".svg", ".png", ".jpg")), lambda route: held.append(route))
    yield
    assert held, "页面没有图片，慢线路什么也没有证明。"
    for route in held:
        route.abort()


@pytest.mark.parametrize("slug", SITES)
def test_a_clerk_on_a_slow_line_works_before_the_pictures_arrive(
    slug: str, visit: Visit, address: Callable[..., str], content: Content, watch: Watch
) -> None:
    page = visit()
    with slow_line(page):
        page.goto(address(slug), wait_until="domcontentloaded")
        assert page.locator(".gs-masthead__name").is_visible()
        assert page.locator("#search-words").is_editable()
        places = "() => [...document.querySelectorAll('main h2')].map(one => one.getBoundingClientRect().top)"
        unsized = page.eval_on_selector_all(
            "img", "all => all.filter(image => !image.width || !image.height).map(image => image.outerHTML)"
        )
        assert unsized == [], "没有尺寸的图片到达时会把内容推开。"
        assert len(page.evaluate(places)) >= 4

        link = page.locator("main .gs-entries").get_by_role("link", name=SERVICES, exact=True).first
        name = page.locator("main .gs-entries__link").first.inner_text()
        link.click(no_wait_after=True)
        page.locator("h1", has_text=SERVICES).wait_for()
        page.get_by_role("navigation", name="下级栏目").get_by_role("link", name=name, exact=True).click(
            no_wait_after=True
        )
        page.locator("h1", has_text=name).wait_for()
    assert watch.hosts == {address(slug).split("/")[2]}


SPEECH = """() => {
  const spoken = [];
  class Utterance { constructor(text) { this.text = text; } }
  const synthesis = new EventTarget();
  Object.assign(synthesis, {
    getVoices: () => window.voices || [],
    speak: speech => { spoken.push([speech.text, speech.lang]); synthesis.current = speech; },
    cancel: () => { const last = synthesis.current; synthesis.current = null; if (last) last.onend(); },
  });
  window.spoken = spoken;
  window.saidOne = () => { const last = synthesis.current; synthesis.current = null; last.onend(); };
  Object.defineProperty(window, 'speechSynthesis', {value: synthesis});
  Object.defineProperty(window, 'SpeechSynthesisUtterance', {value: Utterance});
}"""
CHINESE = "() => { window.voices = [{lang: 'en-US'}, {lang: 'zh-HK'}, {lang: 'zh-CN'}]; }"


def test_reading_aloud_follows_the_text_pauses_and_stops(
    visit: Visit, address: Callable[..., str], content: Content
) -> None:
    page = visit()
    page.add_init_script(f"({SPEECH})()")
    page.goto(address("guangdong", content.local))
    start = page.locator("[data-gs-reader-start]")
    assert not start.is_visible(), "没有中文语音时没有按钮。"
    page.evaluate(CHINESE)
    page.evaluate("() => speechSynthesis.dispatchEvent(new Event('voiceschanged'))")
    assert start.inner_text() == "朗读"
    start.click()
    for _ in range(3):
        page.evaluate("() => saidOne()")
    said: list[Any] = page.evaluate("() => spoken")
    assert [text for text, _ in said] == [
        LOCAL,
        "一、总体要求",
        "各单位应当规范企业登记档案查询工作，做到公开透明。",
        "依法",
    ]
    assert {language for _, language in said} == {"zh-CN"}
    assert page.locator("[data-gs-speaking]").inner_text() == "依法"

    assert start.inner_text() == "暂停朗读"
    start.click()
    assert (start.inner_text(), len(page.evaluate("() => spoken"))) == ("继续朗读", 4)
    start.click()
    assert page.evaluate("() => spoken.at(-1)[0]") == "依法"
    page.keyboard.press("Escape")
    assert start.inner_text() == "朗读"
    assert page.locator("[data-gs-speaking]").count() == 0
    assert not page.locator("[data-gs-reader-stop]").is_visible()


def test_without_scripts_a_visitor_goes_from_the_home_page_to_large_type(
    visit: Visit, address: Callable[..., str], content: Content
) -> None:
    page = visit(width=390, scripts=False)
    page.goto(address("hub"))
    page.locator("main").get_by_role("link", name=NOTICES, exact=True).first.click()
    page.locator("main").get_by_role("link", name=RECEIVED).click()
    assert page.inner_text("h1") == RECEIVED
    for name in ("朗读", "打印", "停止朗读", "暂停"):
        assert not page.get_by_role("button", name=name, exact=True).is_visible(), name
    page.fill("#search-words", "年度报告")
    page.locator("#search button").click()
    page.locator("main ol").get_by_role("link", name=RECEIVED).first.click()
    for name, mode in (
        ("高对比", "contrast"),
        ("放大字号", "contrast large"),
        ("适老版", "elder contrast large"),
        ("退出高对比", "elder large"),
        ("缩小字号", "elder"),
        ("返回标准版", "normal"),
    ):
        page.get_by_role("link", name=name).click()
        assert page.get_attribute("body", "data-mode") == mode
        assert page.inner_text("h1") == RECEIVED
