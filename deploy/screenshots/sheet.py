"""Sheets of pages: every kind on three levels of sites, every type once; three widths, usual and elder mode."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser, Page

SITES = {"hub": "总站", "guangdong": "省站", "guangzhou": "市站"}
MODES = {"normal": "标准版", "elder": "适老版"}
WINDOWS = {320: 640, 768: 900, 1440: 900}
"""Width of a window to its height in pixels: the first view, which is what a reader judges by."""

ROW = 200
"""Height of a small picture; its width follows from the window."""
GAP, MARGIN, HEAD, SIDE = 10, 20, 44, 116
PAPER, INK, LINE = (255, 255, 255), (28, 36, 48), (170, 181, 195)
QUALITY = 72
MOST_BYTES = 1_500_000
FONTS = ("NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf", "wqy-microhei.ttc", "PingFang.ttc", "msyh.ttc")
MAP = "/map/"
ARTICLE_LINK = "main .gs-list__link"


class TooLarge(Exception):
    """The sheet does not fit; the text says by how much."""


@dataclass(frozen=True)
class Kind:
    """One kind of page: its name on the sheet, its path.

    With ``is_first_article`` the path is that of the column whose first article it is; with ``key`` the
    last part of the address of a column, under which the page of that key lies.
    """

    name: str
    path: str
    is_first_article: bool = False
    key: str = ""
    sites: tuple[str, ...] = tuple(SITES)


KINDS = (
    Kind("首页", "/"),
    Kind("栏目", "/tzgg/"),
    Kind("栏目组", "/zwgk/"),
    Kind("文章", "/tzgg/", is_first_article=True),
    Kind("法规", "/flfg/", is_first_article=True),
    Kind("搜索", f"/search/?q={quote('营业执照')}"),
    Kind("站点地图", "/map/"),
    Kind("没有此页", "/nothing-here/"),
)


def _sample(name: str, site: str, column: str, key: str) -> Kind:
    return Kind(name, column, key=key, sites=(site,))


TYPES = (
    _sample("法规文件", "hub", "flfg", "gtgs-2022"),
    _sample("政策解读", "hub", "zcjd", "zczb-questions"),
    _sample("统计数据", "hub", "sjfb", "tj-2016"),
    _sample("机构职能", "hub", "jggk", "jgzn-hub"),
    _sample("领导信息", "hub", "jggk", "ld-1"),
    _sample("消费警示", "hub", "xfjs", "xfjs-kettle"),
    _sample("政府采购", "hub", "ghcw", "cg-archive"),
    _sample("专题", "hub", "ztzl", "zt-315"),
    _sample("监管公告", "hub", "tzgg", "jg-oil"),
    _sample("应急信息", "guangdong", "tzgg", "yj-water"),
    _sample("人事信息", "hub", "rsxx", "rs-2016"),
    _sample("预算决算", "hub", "ghcw", "js-2015"),
    _sample("规划总结", "hub", "ghcw", "gh-2016"),
    _sample("著名商标名录", "guangdong", "tzgg", "ml-gd"),
    _sample("信息公开指南", "hub", "gkzn", "gkzn-hub"),
    _sample("信息公开制度", "hub", "gkzd", "gkzd-hub"),
    _sample("信息公开年报", "hub", "gknb", "nb-2025-hub"),
)
SHEETS = {"contact-sheet.jpg": KINDS, "type-sheet.jpg": TYPES}


def take_sheets(browser: Browser, *, port: int, out: Path) -> Iterator[Path]:
    """Take every page of the demo on a port, write one picture for each sheet.

    Raises TooLarge when a file is larger than ``MOST_BYTES``, LookupError when a page is not on its site.
    """
    for name, kinds in SHEETS.items():
        yield _take_sheet(browser, kinds, port=port, path=out / name)


def _take_sheet(browser: Browser, kinds: tuple[Kind, ...], *, port: int, path: Path) -> Path:
    rows = [(kind, slug) for kind in kinds for slug in kind.sites]
    pictures = {}
    for slug in SITES:
        here = [kind for kind in kinds if slug in kind.sites]
        for mode in MODES:
            for window in WINDOWS.items():
                for kind, image in _take_kinds(browser, here, port=port, slug=slug, mode=mode, window=window):
                    pictures[kind.name, slug, mode, window[0]] = _small(image, window[1])
    sheet = _arrange(rows, pictures)
    file = io.BytesIO()
    sheet.save(file, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    if file.tell() > MOST_BYTES:
        raise TooLarge(
            f"样张 {path.name} 有 {file.tell() // 1024} KB，超过 {MOST_BYTES // 1000} KB。请减小 ROW 或 QUALITY。"
        )
    path.write_bytes(file.getvalue())
    return path


def _take_kinds(
    browser: Browser, kinds: list[Kind], *, port: int, slug: str, mode: str, window: tuple[int, int]
) -> list[tuple[Kind, bytes]]:
    base = f"http://{slug}.localhost:{port}"
    context = browser.new_context(
        viewport={"width": window[0], "height": window[1]}, locale="zh-CN", reduced_motion="reduce"
    )
    context.add_cookies([{"name": "gs_mode", "value": mode, "url": base}])
    page = context.new_page()
    taken = [(kind, _take(page, base, kind)) for kind in kinds]
    context.close()
    return taken


def _take(page: Page, base: str, kind: Kind) -> bytes:
    page.goto(base + (_address(page, base, kind) if kind.key else kind.path))
    if kind.is_first_article:
        page.goto(base + str(page.locator(ARTICLE_LINK).first.get_attribute("href")))
    page.wait_for_load_state("networkidle")
    return page.screenshot()


def _address(page: Page, base: str, kind: Kind) -> str:
    """Path of the page of a key, by the site map's link to its column. Raises LookupError."""
    page.goto(base + MAP)
    columns = page.locator(f'main a[href$="/{kind.path}/"]')
    if not columns.count():
        raise LookupError(f"{base}{MAP} 中没有栏目 {kind.path}。请用 deploy/run demo 新建的演示。")
    return f"{columns.first.get_attribute('href')}{kind.key}/"


def _small(image: bytes, height: int) -> Image.Image:
    full = Image.open(io.BytesIO(image)).convert("RGB")
    return full.resize((round(full.width * ROW / height), ROW), Image.Resampling.LANCZOS)


def _arrange(rows: list[tuple[Kind, str]], pictures: dict[tuple[str, str, str, int], Image.Image]) -> Image.Image:
    top_kind, top_site = rows[0]
    first = [pictures[top_kind.name, top_site, mode, width] for mode in MODES for width in WINDOWS]
    width = SIDE + sum(picture.width + GAP for picture in first) + 2 * MARGIN
    sheet = Image.new("RGB", (width, HEAD + len(rows) * (ROW + GAP) + 2 * MARGIN), PAPER)
    draw, font = ImageDraw.Draw(sheet), _font(16)
    left = MARGIN + SIDE
    for (mode, size), picture in zip([(mode, size) for mode in MODES for size in WINDOWS], first, strict=True):
        draw.multiline_text((left, MARGIN), f"{MODES[mode]}\n{size}", fill=INK, font=font, spacing=2)
        left += picture.width + GAP
    for number, (kind, slug) in enumerate(rows):
        top, left = MARGIN + HEAD + number * (ROW + GAP), MARGIN + SIDE
        draw.multiline_text((MARGIN, top), f"{kind.name}\n{SITES[slug]}", fill=INK, font=font, spacing=4)
        for mode in MODES:
            for size in WINDOWS:
                picture = pictures[kind.name, slug, mode, size]
                sheet.paste(picture, (left, top))
                draw.rectangle((left - 1, top - 1, left + picture.width, top + ROW), outline=LINE)
                left += picture.width + GAP
    return sheet


def _font(size: int) -> ImageFont.FreeTypeFont:
    """A font with Chinese letters. Raises OSError that names the candidates."""
    for name in FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    raise OSError(f"找不到中文字体（{'、'.join(FONTS)}）。请安装，例如 apt-get install fonts-noto-cjk。")
