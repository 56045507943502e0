"""Writes every page kind as HTML for looking at: ``python -m tests.themes.preview DIRECTORY``."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path

import django
from django.conf import settings

COLUMNS = "".join(f"M{x} 144h26v142h-26z" for x in (110, 186, 262, 352, 428, 504))
PICTURE = f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360">
<rect width="640" height="360" fill="#dfe8f2"/><path d="M0 300h640v60H0z" fill="#b9c8db"/>
<path d="M70 130L320 60l250 70z" fill="#1a5296"/><path d="M90 130h460v14H90zM70 286h500v16H70z" fill="#0f3a6e"/>
<path d="{COLUMNS}" fill="#fff"/><path d="M296 190h48v96h-48z" fill="#0f3a6e"/></svg>"""


def main(target: Path) -> int:
    """Write all pages below ``target``."""
    if not settings.configured:
        settings.configure(
            USE_I18N=True, LANGUAGE_CODE="zh-hans", USE_TZ=True, TIME_ZONE="Asia/Shanghai", STATIC_URL="/static/"
        )
    django.setup()
    from tests.themes import samples
    from tests.themes.rendering import ROOT, render

    shutil.copytree(ROOT / "themes" / "static", target / "static", dirs_exist_ok=True)
    (target / "static" / "picture.svg").write_text(PICTURE, encoding="utf-8")
    plain_home = samples.home()
    top = replace(
        samples.items_of("xwdt")[0],
        summary="会议研究部署先照后证改革试点、注册资本登记制度改革等重点工作，要求年内完成系统改造。",
    )
    plain_home["headlines"] = [top, *samples.items_of("xwdt", count=4)[1:]]
    pages = {
        "home-national": render("public/home.html", samples.home()),
        "home-province": render("public/home.html", samples.home(), level="province"),
        "home-prefecture": render("public/home.html", samples.home(), level="prefecture"),
        "home-elder": render("public/home.html", samples.home(), level="province", mode="elder"),
        "home-contrast": render("public/home.html", samples.home(), level="province", mode="contrast"),
        "home-plain": render("public/home.html", plain_home, level="province"),
        "503": render("public/503.html"),
        "column": render("public/column.html", samples.column(), level="province", current="zwgk", path="/tzgg/"),
        "article": render("public/article.html", samples.article(), level="province", current="zwgk", path="/a/"),
        "article-elder": render("public/article.html", samples.article(), level="province", mode="elder", path="/a/"),
        "search": render("public/search.html", samples.search(), level="province", path="/search/"),
        "search-empty": render(
            "public/search.html",
            samples.search(
                total=0,
                hits=(),
                facets=(),
                pagination=None,
                is_fallback=True,
                scope="site",
                suggestion="政府网站",
                suggestion_url="?q=1",
                query="正府网站",
            ),
            path="/search/",
        ),
        "sitemap": render("public/sitemap.html", path="/map/"),
        "withdrawn": render("public/withdrawn.html", samples.withdrawn(), path="/x/"),
        "404": render("public/404.html", path="/x/"),
        "neutral": render("public/neutral_404.html"),
        "500": render("public/500.html"),
    }
    for name, html in pages.items():
        (target / f"{name}.html").write_text(html.replace('"/static/', '"static/'), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
