"""Templates: every one compiles, every page kind renders, nothing inline, nothing from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
from django.template.backends.django import DjangoTemplates
from django.utils.html import escape

import themes.modes
from tests.themes import disclosure_samples, kind_samples, samples
from tests.themes.rendering import ROOT, TEMPLATES, render

ALL = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
STANDALONE = ("public/neutral_404.html", "public/500.html", "public/503.html")
LEVELS = ("national", "province", "prefecture")
MODES = ("normal", "elder", "contrast", "elder contrast larger")
PAGES = {
    "public/home.html": samples.home,
    "public/column.html": samples.column,
    "public/article.html": samples.article,
    "public/document.html": kind_samples.document,
    "public/special.html": kind_samples.special,
    "public/leaders.html": kind_samples.leaders,
    "public/leader.html": kind_samples.leader_page,
    "public/organisation.html": kind_samples.organisation,
    "public/guide.html": disclosure_samples.guide,
    "public/system.html": disclosure_samples.system,
    "public/yearly_report.html": disclosure_samples.yearly_report,
    "public/guide_column.html": disclosure_samples.guide_column,
    "public/system_column.html": disclosure_samples.system_column,
    "public/report_column.html": disclosure_samples.report_column,
    "public/leave.html": kind_samples.leaving,
    "public/search.html": samples.search,
    "public/sitemap.html": dict,
    "public/withdrawn.html": samples.withdrawn,
    "public/404.html": dict,
    "public/403.html": dict,
}
VOID = {"line", "meta", "link", "input", "img", "br", "hr", "rect", "source", "wbr"}


class Outline(HTMLParser):
    """Collects the tags of a page and checks that they close in order."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.unclosed: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.unclosed.append(tag)
        else:
            self.open.pop()

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def outline(html: str) -> Outline:
    parser = Outline()
    parser.feed(html)
    return parser


def with_wagtail() -> DjangoTemplates:
    return DjangoTemplates(
        {
            "NAME": "all",
            "DIRS": [str(TEMPLATES)],
            "APP_DIRS": True,
            "OPTIONS": {"libraries": {"govsites": "themes.templatetags.govsites"}},
        }
    )


@pytest.mark.parametrize("name", ALL)
def test_template_compiles(name):
    assert with_wagtail().get_template(name).template.nodelist


@pytest.mark.parametrize("name", ALL)
def test_template_has_no_inline_style_or_script(name):
    source = (TEMPLATES / name).read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=", source)
    assert "<style" not in source
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", PAGES)
def test_page_renders_in_every_mode_and_level(name, mode, level):
    page = outline(render(name, PAGES[name](), level=level, mode=mode))
    assert page.unclosed == []
    assert page.open == []
    zoom = {"data-zoom": "larger"} if "larger" in mode else {}
    assert page.all("html") == [{"lang": "zh-CN", "data-palette": "official-blue", **zoom}]
    assert page.all("body")[0]["data-mode"] == mode
    assert len(page.all("main")) == 1
    assert len(page.all("h1")) == 1
    identifiers = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert sorted(identifiers) == sorted(set(identifiers))


@pytest.mark.parametrize("name", PAGES)
def test_page_asks_for_nothing_from_elsewhere(name):
    page = outline(render(name, PAGES[name]()))
    loaded = [attributes["src"] for tag in ("img", "script", "iframe") for attributes in page.all(tag)]
    loaded += [link["href"] for link in page.all("link") if link["rel"] in {"stylesheet", "icon", "preload"}]
    assert loaded
    assert [address for address in loaded if not re.match(r"/(?!/)", address)] == []


@pytest.mark.parametrize("name", PAGES)
def test_pictures_have_alternative_text_and_links_have_words(name):
    html = render(name, PAGES[name]())
    assert all("alt" in picture for picture in outline(html).all("img"))
    assert not re.search(r"<a [^>]*>\s*</a>", html)


@pytest.mark.parametrize("name", STANDALONE)
def test_standalone_page_needs_no_context(name):
    html = with_wagtail().get_template(name).render()
    assert "<h1" in html
    assert outline(html).unclosed == []


def test_unknown_host_learns_no_name():
    html = with_wagtail().get_template("public/neutral_404.html").render()
    assert "工商" not in html
    assert "/static/" not in html
    assert "href" not in html


def test_navigation_works_without_script():
    page = render("public/home.html", samples.home())
    assert page.count('href="/zwgk/"') >= 2
    assert '<details class="gs-nav__fold">' in page


def test_elder_mode_opens_the_navigation_on_the_home_page_alone():
    assert '<details class="gs-nav__fold" open>' in render("public/home.html", samples.home(), mode="elder")
    assert '<details class="gs-nav__fold">' in render(
        "public/article.html", samples.article(), mode="elder", path="/a/"
    )


def test_neighbours_are_folded_above_a_list_and_columns_below_are_not():
    neighbours = samples.column()
    assert any(child.is_current for child in neighbours["children"])
    assert '<details class="gs-side__fold">' in render("public/column.html", neighbours)
    assert '<details class="gs-side__fold" open>' in render("public/column.html", {**neighbours, "items": []})
    below = [replace(child, is_current=False) for child in neighbours["children"]]
    assert '<details class="gs-side__fold" open>' in render("public/column.html", {**neighbours, "children": below})


def test_elder_mode_offers_the_way_back():
    page = render("public/home.html", samples.home(), mode="elder", path="/search/?q=营业执照")
    assert "/mode/?set=normal&amp;next=/search/%3Fq%3D" in page


def tools_of(mode, path):
    page = outline(render("public/404.html", mode=mode, path=path))
    links = [link["href"] for link in page.all("a") if link["href"].startswith("/mode/?")]
    return [parse_qs(urlsplit(link).query) for link in links]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("normal", ["normal-large", "contrast", "elder"]),
        ("normal large", ["normal", "normal-larger", "contrast-large", "elder-large"]),
        ("elder contrast larger", ["both-large", "elder-larger", "contrast-larger"]),
    ],
)
def test_each_tool_keeps_the_other_choices(mode, expected):
    path = "/search/?q=营业执照&scope=site"
    tools = tools_of(mode, path)
    assert [tool["set"][0] for tool in tools] == expected
    assert {tool["next"][0] for tool in tools} == {path}
    assert set(expected) <= set(themes.modes.MODES)


def test_what_only_a_script_can_do_stays_hidden_without_one():
    page = outline(render("public/article.html", samples.article()))
    assert [item for item in page.all("li") if "data-gs-reader" in item and "hidden" not in item] == []
    assert sum("data-gs-reader" in item for item in page.all("li")) == 1
    printing = [button for button in page.all("button") if "data-gs-print" in button]
    assert len(printing) == 1
    assert "hidden" in printing[0]


@pytest.mark.parametrize(("name", "path"), [("public/article.html", "{url}"), ("public/column.html", "/tzgg/?page=2")])
def test_a_printed_page_says_where_it_stands(name, path):
    article = samples.article()
    page = render(name, {**article, **samples.column()}, path="/tzgg/?page=2")
    address = escape("https://www.hub.gov.cn" + path.format(url=article["article"].url))
    assert f'<span class="gs-print-foot__address">{address}</span>' in page
    assert page.count('class="gs-print-foot__code"') == 1


def test_footer_shows_every_legal_field():
    page = render("public/404.html")
    for key in (
        "government_mark", "report_error", "site_code", "sponsor", "contact", "icp_number",
        "public_security_number", "site_map",
    ):  # fmt: skip
        assert f'data-field="{key}"' in page


@pytest.mark.parametrize("name", [name for name in ALL if name.startswith("wagtailadmin/accounts/")])
def test_no_form_wears_the_class_that_hides_its_errors(name):
    assert "login-form" not in (TEMPLATES / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["public/suspended.html", "public/closed.html"])
def test_a_site_off_line_leads_nowhere_of_its_own(name):
    page = outline(render(name, {"is_off_line": True, "reason": "机构合并"}))
    own = {link["href"] for link in page.all("a") if link["href"].startswith(("/", "#"))}
    assert own == {"/", "#main"}
    assert "/map/" in {link["href"] for link in outline(render(name, {"reason": "机构合并"})).all("a")}


def test_a_closed_site_leads_to_each_site_once():
    into = {"target": {"short_name": "省局"}, "target_url": "http://province.example/"}
    same = outline(render("public/closed.html", {**into, "parent": into["target"], "parent_url": into["target_url"]}))
    assert [link["href"] for link in same.all("a") if link.get("class") == "gs-button"] == ["http://province.example/"]
    other = {**into, "parent": {"short_name": "总局"}, "parent_url": "http://hub.example/"}
    two = outline(render("public/closed.html", other))
    assert [link["href"] for link in two.all("a") if link.get("class") == "gs-button"] == [
        "http://province.example/",
        "http://hub.example/",
    ]


def test_tile_grid_has_34_tiles_and_greys_those_outside():
    page = outline(render("public/home.html", samples.home(), level="province"))
    faces = [
        attributes["class"] for attributes in page.all("li") if "gs-tile " in (attributes.get("class") or "") + " "
    ]
    assert len(faces) == 34
    assert sum("gs-tile--closed" in face for face in faces) == 3
    assert sum("gs-tile--current" in face for face in faces) == 1
    assert len({tuple(re.findall(r"(?:row|column)-\d", face)) for face in faces}) == 34


def test_received_article_says_whose_it_is():
    received = render("public/article.html", samples.article(), level="province")
    assert "来源：国家工商行政管理总局　本页为该局下发内容" in received
    assert "本站说明：" in received
    local = render("public/article.html", samples.article(is_received=False))
    assert "下发内容" not in local


def test_sample_article_is_marked():
    assert 'gs-tag--sample">样例' in render("public/article.html", samples.article())


def test_search_counts_other_sites_in_words():
    page = render("public/search.html", samples.search())
    assert "另有 52 个站点刊载" in page
    assert "<mark>政府网站</mark>" in page


def test_search_says_when_the_fallback_answered():
    assert "备用方式" not in render("public/search.html", samples.search())
    assert "备用方式" in render("public/search.html", samples.search(is_fallback=True))


def test_search_error_hides_results():
    page = render("public/search.html", samples.search(error="请至少输入两个字。"))
    assert "请至少输入两个字。" in page
    assert "共找到" not in page


def test_empty_search_invites_to_type():
    page = render("public/search.html", samples.search(query="", hits=(), facets=(), pagination=None))
    assert "请输入要查找的内容，例如" in page
    assert "没有找到" not in page


def test_withdrawn_page_gives_reason_and_date():
    page = render("public/withdrawn.html", samples.withdrawn())
    assert "该信息已撤回" in page
    assert "内容有误，另行发布。" in page
    assert "2012-03-16 10:00" in page


def test_empty_column_says_so():
    context = samples.column() | {"items": [], "page": None}
    assert "本栏目暂无内容。" in render("public/column.html", context)


def test_title_typed_by_an_editor_is_escaped():
    context = samples.column()
    context["items"] = [samples.ListItem(title="<script>alert(1)</script>", url="/x/")]
    page = render("public/column.html", context)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_delivery_bar_shows_each_state_with_its_share():
    template = with_wagtail().from_string("{% load govsites %}{% delivery_bar totals %}")
    page = template.render({"totals": {"waiting": 1, "placed": 2, "failed": 0, "recalling": 0, "recalled": 1}})
    assert re.findall(r'part--(\w+)" x="(\d+)" y="0" width="(\d+)"', page) == [
        ("placed", "0", "500"),
        ("waiting", "500", "250"),
        ("recalled", "750", "250"),
    ]
    assert 'data-state="failed">0<' in page


def test_djlint_is_clean():
    result = subprocess.run(
        [sys.executable, "-m", "djlint", "themes/templates", "--lint", "--quiet", "--configuration", ".djlintrc"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout
