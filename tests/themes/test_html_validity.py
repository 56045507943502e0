"""Every public page as HTML: the Nu checker finds nothing on any kind, in any mode, with any content."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.factories.articles import reviewed_article
from tests.factories.people import client_of
from tests.themes.html_checker import html_faults
from tests.themes.rendering import render
from tests.themes.test_templates import LEVELS, MODES, PAGES, STANDALONE, with_wagtail

BODY = [
    {"type": "heading", "value": "一、总体要求"},
    {
        "type": "paragraph",
        "value": "<p>规范企业登记档案查询，<b>公开透明</b>。<br/>依法</p><ul><li>依法</li></ul><hr/>",
    },
    {
        "type": "table",
        "value": {
            "data": [["事项", "时限"], ["档案查询", "1个工作日"]],
            "cell": [],
            "first_row_is_table_header": True,
            "first_col_is_header": True,
            "table_caption": "办理时限",
        },
    },
    {"type": "quote", "value": "第一行\n第二行"},
]
PATHS = {
    "home": "/",
    "column": "/tzgg/",
    "search": f"/search/?q={quote('档案')}",
    "nothing-found": f"/search/?q={quote('无此内容甲乙丙')}",
    "short-words": "/search/?q=a",
    "map": "/map/",
    "missing": "/nothing-here/",
}


def file_of(folder: Path, *parts: str) -> Path:
    return folder / f"{'-'.join(re.sub(r'[^a-z0-9]+', '_', part) for part in parts)}.html"


@pytest.mark.django_db
def test_the_checker_finds_nothing_on_any_public_page(tmp_path, settings, hub, guangdong, guangzhou):
    settings.ELASTICSEARCH_URL = ""
    for name, context in PAGES.items():
        for level in LEVELS:
            file_of(tmp_path, name, level).write_text(render(name, context(), level=level), encoding="utf-8")
        for mode in MODES[1:]:
            file_of(tmp_path, name, mode).write_text(render(name, context(), mode=mode), encoding="utf-8")
    for name in STANDALONE:
        file_of(tmp_path, name).write_text(with_wagtail().get_template(name).render(), encoding="utf-8")
    for site in (hub, guangdong, guangzhou):
        article = reviewed_article(site, title="关于“档案查询”<样例>&说明的通知", body=BODY)
        for kind, path in {**PATHS, "article": article.get_site_path()}.items():
            answer = client_of(site).get(path)
            assert answer.status_code == (404 if kind == "missing" else 200), path
            file_of(tmp_path, "live", site.slug, kind).write_bytes(answer.content)

    assert len(list(tmp_path.iterdir())) >= len(PAGES) * 6 + 3 * 8
    assert html_faults(tmp_path) == []


def test_the_checker_sees_a_fault(tmp_path):
    page = render("public/404.html")
    (tmp_path / "spoilt.html").write_text(page.replace("<h1", "<li><h1", 1), encoding="utf-8")
    faults = html_faults(tmp_path)
    assert faults
    assert faults[0].startswith("spoilt.html: ")
    assert "li" in faults[0]
