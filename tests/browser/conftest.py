"""Chromium before the real server: one browser per module, every site under its demo host."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.content import Content, write_content
from tests.browser.watching import Watch

ARGUMENTS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--host-resolver-rules=MAP *.localhost 127.0.0.1",
)
ONLY_LOOKS = ("--disable-threaded-compositing",)
"""For modules that measure without a click: a click waits for frames, which then may not come."""
SECONDS = 20
Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """A running Chromium, with the module's ``CHROMIUM_ARGUMENTS``.

    Fails where there is none: a skipped browser test would say nothing.
    """
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not program:
        pytest.fail("找不到 Chromium：请安装（例如 apt-get install chromium），或以环境变量 CHROMIUM 指明其位置。")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        arguments = [*ARGUMENTS, *getattr(request.module, "CHROMIUM_ARGUMENTS", ())]
        running = playwright.chromium.launch(executable_path=program, args=arguments)
        yield running
        running.close()


@pytest.fixture
def served(transactional_db: None, live_server: Any, settings: Any) -> int:
    """Port of the server under test; pages search in PostgreSQL, whatever else runs."""
    settings.PUBLIC_PORT = live_server.thread.port
    settings.ELASTICSEARCH_URL = ""
    settings.REDIS_URL = ""
    return int(settings.PUBLIC_PORT)


@pytest.fixture
def address(served: int) -> Callable[[str, str], str]:
    """``address("hub", "/map/")``: where a browser finds a page."""

    def of(slug: str, path: str = "/") -> str:
        return f"http://{slug}.localhost:{served}{path}"

    return of


@pytest.fixture
def watch() -> Watch:
    """What all pages of the test asked for, wrote, failed at."""
    return Watch()


@pytest.fixture
def visit(chromium: Browser, served: int, watch: Watch) -> Iterator[Visit]:
    """``visit(width=320, scripts=False)``: an empty tab of a new reader."""
    contexts = []

    def open_tab(*, width: int = 1440, height: int = 900, scripts: bool = True, cookies: Any = ()) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN",
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        context.set_default_timeout(SECONDS * 1000)
        context.add_cookies(list(cookies))
        contexts.append(context)
        page = context.new_page()
        watch.follow(page)
        return page

    yield open_tab
    for context in contexts:
        context.close()


@pytest.fixture
def content(served: int) -> Content:
    """Articles that stand on the sites, written once per module."""
    return write_content()
