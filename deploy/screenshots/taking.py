"""Takes the pictures with Chromium, keeps them small."""

from __future__ import annotations

import io
import json
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from deploy.checking.codes import fresh_codes, seconds_left
from deploy.screenshots.sheet import TooLarge, take_sheets

HUB, PROVINCE, CITY = "hub", "guangdong", "guangzhou"
MANAGER = "webmaster"
WORDS = "营业执照"
DESKTOP = (1280, 900)
PHONE = (320, 640)
DESK = (1440, 1000)
DOCUMENT = "节前食用油抽检情况公告"
LEGACY = """标题,日期,正文,来源
关于调整办事大厅开放时间的通知（样例）,2016-03-01,自三月七日起，办事大厅周六上午照常开放。,办公室
关于公布十二月抽检结果的通告（样例）,2016-02-30,抽检三十批次，合格二十九批次。,消保处
关于企业年报截止日期的提示（样例）,2016-04-11,年报应当在六月三十日以前报送。,企业监管处
"""
LOOKS, SECOND = 60, 1000
"""How often a background job is looked for; milliseconds between."""

COLOURS = 128
"""Pages are flat: more colours double the size and show no difference."""

MOST_BYTES = 300_000
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class MissingPiece(Exception):
    """Something the pictures need is not there; the text says what to do."""


@dataclass(frozen=True)
class Demo:
    """The demo under the camera."""

    port: int
    logins: list[dict[str, str]]

    def address(self, site: str, path: str = "/") -> str:
        return f"http://{site}.localhost:{self.port}{path}"

    def login(self, site: str, username: str) -> dict[str, str]:
        """Raises MissingPiece when the demo has no such login."""
        for row in self.logins:
            if row["site"] == site and row["username"] == username:
                return row
        raise MissingPiece(f"登录账号中没有 {site} 的 {username}。请确认 --logins 指向这个演示的账号文件。")


@dataclass(frozen=True)
class Picture:
    """One picture: how to get there, how large the window is."""

    name: str
    reach: Callable[[Page, Demo], None]
    window: tuple[int, int] = DESKTOP


def _hub_home(page: Page, demo: Demo) -> None:
    page.goto(demo.address(HUB))


def _province_home(page: Page, demo: Demo) -> None:
    page.goto(demo.address(PROVINCE))


def _city_article(page: Page, demo: Demo) -> None:
    _sign_in(page, demo)
    page.goto(_delivery(page, demo, site=CITY)["url"])


def _search(page: Page, demo: Demo) -> None:
    page.goto(demo.address(PROVINCE, f"/search/?q={quote(WORDS)}"))
    page.reload()  # the first search after a start is no picture of the usual one


def _delivery_board(page: Page, demo: Demo) -> None:
    _sign_in(page, demo)
    page.goto(demo.address(HUB, _delivery(page, demo, site=CITY)["board"]))


def _duty_board(page: Page, demo: Demo) -> None:
    _sign_in(page, demo)
    page.goto(demo.address(HUB, "/admin/"))


def _elder_mode(page: Page, demo: Demo) -> None:
    page.goto(demo.address(PROVINCE, "/mode/?set=elder&next=/"))


def _phone(page: Page, demo: Demo) -> None:
    page.goto(demo.address(CITY))


def _editor(page: Page, demo: Demo) -> None:
    _sign_in(page, demo)
    page.goto(demo.address(HUB, f"/admin/pages/search/?q={quote(DOCUMENT)}"))
    page.locator("td.title a").first.click()
    page.wait_for_load_state("networkidle")
    page.locator(".gs-guidance").first.scroll_into_view_if_needed()


def _catalogue(page: Page, demo: Demo) -> None:
    page.goto(demo.address(HUB, "/gkml/"))


def _import(page: Page, demo: Demo) -> None:
    """The dry run's report of a table, one of its rows wrong; nothing is imported."""
    _sign_in(page, demo)
    page.goto(demo.address(HUB, "/admin/imports/add/"))
    page.check("input[name=source][value=table]")
    page.fill("input[name=origin]", "old.gov.cn")
    page.set_input_files("input[name=file]", {"name": "old.csv", "mimeType": "text/csv", "buffer": LEGACY.encode()})
    page.click("main form button[type=submit]")
    page.select_option("select[name=column]", "tzgg")
    page.click("main form button[type=submit]")
    for _look in range(LOOKS):
        if page.locator("[data-state=read]").count():
            return
        page.wait_for_timeout(SECOND)
        page.reload()
    raise MissingPiece("导入的试读没有完成。请确认演示的后台任务进程在运行。")


def _opening(page: Page, demo: Demo) -> None:
    _sign_in(page, demo)
    page.goto(demo.address(HUB, "/admin/network/sites/open/"))


PICTURES = (
    Picture("hub-home", _hub_home),
    Picture("province-home", _province_home),
    Picture("city-article", _city_article),
    Picture("search", _search),
    Picture("delivery-board", _delivery_board),
    Picture("duty-board", _duty_board),
    Picture("elder-mode", _elder_mode),
    Picture("mobile", _phone, PHONE),
    Picture("editor", _editor, DESK),
    Picture("catalogue", _catalogue),
    Picture("import-report", _import, DESK),
    Picture("opening-wizard", _opening, DESK),
)


def _code(secret: str) -> str:
    """A code that no picture before used; the device shows the next one within half a minute."""
    for code in fresh_codes(secret):
        return code
    time.sleep(seconds_left())
    return next(fresh_codes(secret))


def _sign_in(page: Page, demo: Demo) -> None:
    page.goto(demo.address(HUB, "/admin/login/"))
    page.fill("input[name=username]", MANAGER)
    login = demo.login(HUB, MANAGER)
    page.fill("input[name=password]", login["password"])
    page.click("button[type=submit]")
    page.wait_for_url("**/second-factor/verify/**")
    page.fill("input[name=code]", _code(login["totp_secret"]))
    page.click("form.gs-admin-entry__form button[type=submit]")
    # Not by a pattern: the address before ends in /admin/ too, as that of the page to go on to.
    page.wait_for_url(lambda address: urlsplit(address).path == "/admin/")


def _delivery(page: Page, demo: Demo, *, site: str) -> dict[str, Any]:
    """A delivery that a site shows: its address there, its board. Raises MissingPiece."""
    page.goto(demo.address(HUB, "/admin/network/items/"))
    links = page.eval_on_selector_all("main a", "nodes => nodes.map(node => node.getAttribute('href'))")
    boards = [link for link in links if link and link.count("-") == 4]  # the address ends in a content id
    for board in boards:
        # Only the browser itself resolves *.localhost, so the page asks.
        facts = page.evaluate("address => fetch(address).then(answer => answer.json())", f"{board}?format=json")
        for delivery in facts["deliveries"]:
            if facts["state"] == "live" and delivery["site"] == site and delivery["url"]:
                return {**delivery, "board": board}
    raise MissingPiece(f"没有一条下发信息在 {site} 落地。请先在总站下发一条信息，或运行 deploy/run check。")


def take_all(*, port: int, out: Path, logins: Path, is_sheet_only: bool = False) -> Iterator[Path]:
    """Take every picture, then the sheets of all page kinds, types; yield each file. Raises MissingPiece."""
    program = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if program is None:
        raise MissingPiece("找不到 Chromium。请安装，例如 apt-get install chromium。")
    if not logins.exists():
        raise MissingPiece(f"端口 {port} 的演示没有运行过：没有登录账号文件。请先运行 deploy/run demo --port {port}。")
    demo = Demo(port=port, logins=json.loads(logins.read_text(encoding="utf-8")))
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--host-resolver-rules=MAP *.localhost 127.0.0.1", "--no-sandbox"]
        )
        for picture in () if is_sheet_only else PICTURES:
            file = out / f"{picture.name}.png"
            file.write_bytes(_shrunk(_take(browser, picture, demo), name=picture.name))
            yield file
        try:
            yield from take_sheets(browser, port=port, out=out)
        except (TooLarge, LookupError, OSError) as error:
            raise MissingPiece(str(error)) from error
        browser.close()


def _take(browser: Browser, picture: Picture, demo: Demo) -> bytes:
    width, height = picture.window
    context: BrowserContext = browser.new_context(
        viewport={"width": width, "height": height}, locale="zh-CN", reduced_motion="reduce"
    )
    page = context.new_page()
    picture.reach(page, demo)
    page.wait_for_load_state("networkidle")
    image = page.screenshot()
    context.close()
    return image


def _shrunk(image: bytes, *, name: str) -> bytes:
    """The picture with a palette. Raises MissingPiece when it stays too large."""
    file = io.BytesIO()
    Image.open(io.BytesIO(image)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(
        file, "PNG", optimize=True
    )
    if file.tell() > MOST_BYTES:
        raise MissingPiece(
            f"图片 {name} 有 {file.tell() // 1024} KB，超过 {MOST_BYTES // 1000} KB。请减小窗口或颜色数。"
        )
    return file.getvalue()
