"""One sheet of every page kind: three levels of sites, three widths, the usual and the elder mode."""

from __future__ import annotations

import io
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
GAP, MARGIN, HEAD, SIDE = 10, 20, 44, 96
PAPER, INK, LINE = (255, 255, 255), (28, 36, 48), (170, 181, 195)
QUALITY = 72
MOST_BYTES = 1_500_000
FONTS = ("NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf", "wqy-microhei.ttc", "PingFang.ttc", "msyh.ttc")
ARTICLE_LINK = "main .gs-list__link"


class TooLarge(Exception):
    """The sheet does not fit; the text says by how much."""


@dataclass(frozen=True)
class Kind:
    """One kind of page: its name on the sheet, its path, or that of the column whose first article it is."""

    name: str
    path: str
    is_first_article: bool = False


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


def take_sheet(browser: Browser, *, port: int, out: Path) -> Path:
    """Take every page of the demo on a port, write them as one picture.

    Raises TooLarge when the file is larger than ``MOST_BYTES``.
    """
    rows = [(kind, slug) for kind in KINDS for slug in SITES]
    pictures = {}
    for slug in SITES:
        for mode in MODES:
            for width, height in WINDOWS.items():
                for kind, image in _take_kinds(browser, port=port, slug=slug, mode=mode, window=(width, height)):
                    pictures[kind.name, slug, mode, width] = _small(image, height)
    sheet = _arrange(rows, pictures)
    file = io.BytesIO()
    sheet.save(file, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    if file.tell() > MOST_BYTES:
        raise TooLarge(f"样张有 {file.tell() // 1024} KB，超过 {MOST_BYTES // 1000} KB。请减小 ROW 或 QUALITY。")
    path = out / "contact-sheet.jpg"
    path.write_bytes(file.getvalue())
    return path


def _take_kinds(
    browser: Browser, *, port: int, slug: str, mode: str, window: tuple[int, int]
) -> list[tuple[Kind, bytes]]:
    base = f"http://{slug}.localhost:{port}"
    context = browser.new_context(
        viewport={"width": window[0], "height": window[1]}, locale="zh-CN", reduced_motion="reduce"
    )
    context.add_cookies([{"name": "gs_mode", "value": mode, "url": base}])
    page = context.new_page()
    taken = [(kind, _take(page, base, kind)) for kind in KINDS]
    context.close()
    return taken


def _take(page: Page, base: str, kind: Kind) -> bytes:
    page.goto(base + kind.path)
    if kind.is_first_article:
        page.goto(base + str(page.locator(ARTICLE_LINK).first.get_attribute("href")))
    page.wait_for_load_state("networkidle")
    return page.screenshot()


def _small(image: bytes, height: int) -> Image.Image:
    full = Image.open(io.BytesIO(image)).convert("RGB")
    return full.resize((round(full.width * ROW / height), ROW), Image.Resampling.LANCZOS)


def _arrange(rows: list[tuple[Kind, str]], pictures: dict[tuple[str, str, str, int], Image.Image]) -> Image.Image:
    first = [pictures[KINDS[0].name, next(iter(SITES)), mode, width] for mode in MODES for width in WINDOWS]
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
