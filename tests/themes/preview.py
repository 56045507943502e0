"""Writes every page kind, with every bad input, as HTML for looking at.

Run ``python -m tests.themes.preview DIRECTORY``.
"""

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

PICTURES = {
    "picture.svg": PICTURE,
    "huge.svg": PICTURE.replace("<svg ", '<svg width="20000" height="13000" ', 1),
    "tiny.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><rect width="1" height="1"/></svg>',
}


def write_pictures(folder: Path) -> None:
    """Write the pictures that sample pages and bad inputs name."""
    for name, text in PICTURES.items():
        (folder / name).write_text(text, encoding="utf-8")


def main(target: Path) -> int:
    """Write all pages below ``target``."""
    if not settings.configured:
        settings.configure(
            USE_I18N=True, LANGUAGE_CODE="zh-hans", USE_TZ=True, TIME_ZONE="Asia/Shanghai", STATIC_URL="/static/"
        )
    django.setup()
    from tests.themes import bad_inputs, disclosure_samples, kind_samples, samples
    from tests.themes.rendering import ROOT, render

    shutil.copytree(ROOT / "themes" / "static", target / "static", dirs_exist_ok=True)
    write_pictures(target / "static")
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
        "column-sifted": render("public/column.html", kind_samples.sifted_column(), level="province", path="/tzgg/"),
        "document": render("public/document.html", kind_samples.document(), level="province", path="/a/"),
        "document-repealed": render("public/document.html", kind_samples.document(validity="repealed"), path="/a/"),
        "special": render("public/special.html", kind_samples.special(), level="province", path="/ztzl/315/"),
        "special-archived": render("public/special.html", kind_samples.special(is_archived=True), path="/ztzl/315/"),
        "leaders": render("public/leaders.html", kind_samples.leaders(), level="province", path="/ldxx/"),
        "leader": render("public/leader.html", kind_samples.leader_page(portrait_url=""), path="/ldxx/1/"),
        "organisation": render("public/organisation.html", kind_samples.organisation(), path="/jggk/"),
        **{
            name: render(f"public/{name}.html", getattr(disclosure_samples, name)(), level="province", path="/gkzn/")
            for name in ("guide", "system", "yearly_report", "guide_column", "system_column", "report_column")
        },
        "yearly_report-elder": render("public/yearly_report.html", disclosure_samples.yearly_report(), mode="elder"),
        "leave": render("public/leave.html", kind_samples.leaving(), level="province", path="/leave/"),
        "leave-refused": render("public/leave.html", {"target": None}, path="/leave/"),
        "closed": render("public/closed.html", kind_samples.closed(), level="prefecture", path="/"),
        "sitemap": render("public/sitemap.html", path="/map/"),
        "withdrawn": render("public/withdrawn.html", samples.withdrawn(), path="/x/"),
        "404": render("public/404.html", path="/x/"),
        "neutral": render("public/neutral_404.html"),
        "500": render("public/500.html"),
    }
    pages |= {
        f"bad.{name}": render(template, context, level="prefecture", **frame)
        for name, (template, context, frame) in bad_inputs.BAD_PAGES.items()
    }
    for name, html in pages.items():
        (target / f"{name}.html").write_text(html.replace('"/static/', '"static/'), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
