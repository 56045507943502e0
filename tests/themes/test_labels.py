"""Machine-readable labels, frame, brand."""

from __future__ import annotations

import datetime
import re
import tomllib

import pytest
from django.test import RequestFactory
from django.utils import translation

from network.branding import api
from network.branding.policy import BrandPolicyError, choose_policy, load_policies
from network.contracts import ListItem, NavigationItem, Section
from tests.themes import samples
from tests.themes.rendering import ROOT, render
from themes.components.home_layout import arrange_home
from themes.frame import mark_current
from themes.labels import clean_labels
from themes.modes import COOKIE_SECONDS, MODES, cookie_of, mode_of, zoom_of
from themes.views import set_mode

HOME = ["SiteName", "SiteDomain", "SiteIDCode"]
COLUMN = [*HOME, "ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType"]
ARTICLE = [*COLUMN, "ArticleTitle", "PubDate", "ContentSource"]
META = re.compile(r'<meta name="([A-Z]\w+)" content="([^"]*)">')


def labels_of(name: str, context: dict) -> list[tuple[str, str]]:
    return META.findall(render(name, context, level="province"))


def test_home_has_exactly_the_site_labels():
    assert labels_of("public/home.html", samples.home()) == [
        ("SiteName", "广东省工商行政管理局"),
        ("SiteDomain", "www.guangdong.gov.cn"),
        ("SiteIDCode", "4400000001"),
    ]


def test_column_has_its_labels_in_order():
    found = labels_of("public/column.html", samples.column())
    assert [name for name, _ in found] == COLUMN
    assert all(content for _, content in found)


def test_article_has_required_labels_then_optional_ones():
    found = labels_of("public/article.html", samples.article())
    assert [name for name, _ in found] == [*ARTICLE, "Keywords", "Author", "Description", "Url"]
    assert dict(found)["PubDate"] == "2012-03-15 09:30"
    assert dict(found)["Url"] == "https://www.guangdong.gov.cn/tzgg/example/"


def test_article_without_column_takes_it_from_the_breadcrumbs():
    context = samples.article()
    del context["column"]
    found = dict(labels_of("public/article.html", context))
    assert found["ColumnName"] == "通知公告"
    assert set(ARTICLE) <= set(found)


def test_labels_stand_on_pages_of_no_column_too():
    assert [name for name, _ in labels_of("public/404.html", {})] == HOME


@pytest.mark.parametrize("value", ["", "  ", "null", "None", "undefined"])
def test_a_label_without_meaning_is_left_out(value):
    assert clean_labels([("Author", value)]) == []


def test_a_label_is_given_once():
    assert clean_labels([("SiteName", "甲"), ("SiteName", "乙")]) == [("SiteName", "甲")]


def test_labels_are_escaped():
    assert clean_labels([("Author", 'a"b')]) == [("Author", 'a"b')]
    context = samples.article()
    context["breadcrumbs"] = samples.crumbs(('"><script>', "/x/"))
    del context["column"]
    assert '"><script>' not in render("public/article.html", context)


def test_labels_cover_the_rule_file():
    rules = tomllib.loads((ROOT / "network" / "rules" / "data" / "labels.toml").read_text(encoding="utf-8"))["rule"]
    by_key = {rule["key"]: rule["value"] for rule in rules}
    assert by_key["labels.home"] == HOME
    assert by_key["labels.column"] == COLUMN
    assert by_key["labels.article"] == ARTICLE


def test_footer_covers_the_rule_file():
    rules = tomllib.loads((ROOT / "network" / "rules" / "data" / "footer.toml").read_text(encoding="utf-8"))["rule"]
    required = next(rule["value"] for rule in rules if rule["key"] == "footer.fields")
    shown = {rule.key for rule in api.policy_in_force(samples.TODAY).footer}
    assert set(required) <= shown


def test_unfilled_footer_field_is_shown_not_dropped():
    facts = dict.fromkeys(
        ("sponsor", "contact_address", "contact_phone", "site_code", "icp_number", "public_security_number"), ""
    )
    filled = {entry.key: entry.text for entry in api.footer_fields(facts, day=samples.TODAY)}
    assert filled["icp_number"] == "待补充"


def test_policy_is_the_last_that_started():
    first = api.policy_in_force(samples.TODAY)
    assert choose_policy([first], day=first.effective_from) is first
    with pytest.raises(LookupError, match="No brand policy is in force on 2000-01-01"):
        choose_policy([first], day=datetime.date(2000, 1, 1))


def test_policy_without_a_level_is_refused(tmp_path):
    shipped = (ROOT / "network" / "branding" / "data" / "brand.toml").read_text(encoding="utf-8")
    broken = tmp_path / "brand.toml"
    broken.write_text(shipped.replace('prefecture = "{division}工商行政管理局"', ""), encoding="utf-8")
    with pytest.raises(BrandPolicyError, match=r"has no entry for prefecture in \[names\]"):
        load_policies(broken)


def test_emblem_files_exist_and_say_that_they_are_placeholders():
    emblem = api.policy_in_force(samples.TODAY).emblem
    assert emblem.is_placeholder
    for name in (emblem.file, emblem.file_on_main):
        assert "占位样徽" in (ROOT / "themes" / "brand" / name).read_text(encoding="utf-8")


def test_names():
    assert api.default_full_name("province", division="广东省", day=samples.TODAY) == "广东省工商行政管理局"
    assert api.normalise_name(" 广东省 工商行政管理局(样例) ") == "广东省工商行政管理局（样例）"
    assert api.wrong_names_in("据国家工商总局消息，国家工商行政管理总局发布", day=samples.TODAY) == [
        (1, "国家工商总局", "国家工商行政管理总局")
    ]
    with pytest.raises(LookupError, match="Level 'county' has no name pattern"):
        api.default_full_name("county", division="样例县")


@pytest.mark.parametrize(
    ("target", "expected"),
    [("/tzgg/?page=2", "/tzgg/?page=2"), ("https://example.com/", "/"), ("//example.com/", "/"), ("javascript:1", "/")],
)
def test_mode_returns_to_this_site_only(target, expected):
    response = set_mode(RequestFactory().get("/mode/", {"set": "elder", "next": target}))
    assert response["Location"] == expected
    assert response.cookies["gs_mode"].value == "elder"


def test_unknown_mode_is_the_normal_one():
    request = RequestFactory().get("/")
    request.COOKIES["gs_mode"] = "x"
    assert mode_of(request) == "normal"
    assert set_mode(RequestFactory().get("/mode/", {"set": "x"})).cookies["gs_mode"]["max-age"] == 0


@pytest.mark.parametrize("value", MODES)
def test_every_mode_is_kept_and_read_back(value):
    kept = set_mode(RequestFactory().get("/mode/", {"set": value})).cookies["gs_mode"]
    assert (kept.value, kept["max-age"]) == (("", 0) if value == "normal" else (value, COOKIE_SECONDS))
    request = RequestFactory().get("/")
    request.COOKIES["gs_mode"] = value
    words = mode_of(request).split()
    zoom = zoom_of(mode_of(request))
    assert cookie_of(is_elder="elder" in words, is_contrast="contrast" in words, zoom=zoom) == value


def test_date_is_chinese_for_every_browser():
    with translation.override("en"):
        assert '>2012年3月15日<span class="gs-topbar__weekday"> 星期四</span></time>' in render("public/404.html")


def test_current_entry_is_the_one_the_page_stands_below():
    marked = mark_current(samples.navigation(), path="/zwgk-0/some-item/")
    assert [item.key for item in marked if item.is_current] == ["zwgk"]


def test_no_item_stands_twice_on_a_home_page():
    top = samples.items_of("xwdt")[0]
    layout = arrange_home(
        {"xwdt": Section(key="xwdt", title="要闻", url="/xwdt/", items=samples.items_of("xwdt"))}, headlines=[top]
    )
    assert layout.headline == top
    assert top not in layout.news.section.items


def test_column_without_a_place_of_its_own_follows_at_the_end():
    sections = samples.home()["sections"] | {"djzz": Section(key="djzz", title="党建", url="/djzz/")}
    navigation = [*samples.navigation(), NavigationItem(key="djzz", title="党建", url="/djzz/")]
    layout = arrange_home(sections, headlines=samples.home()["headlines"], navigation=navigation)
    assert [place.section.key for place in layout.following] == ["djzz"]
    assert layout.interpretation.section.key == "zcjd"


def test_policy_place_prefers_a_column_with_items():
    sections = {
        "gfxwj": Section(key="gfxwj", title="规范性文件", url="/gfxwj/"),
        "flfg": Section(key="flfg", title="法律法规", url="/flfg/", items=samples.items_of("gfxwj")),
    }
    assert arrange_home(sections).policy.section.key == "flfg"


def test_an_interpretation_is_not_listed_as_a_policy_too():
    explained = samples.items_of("zcjd")
    sections = {
        "zcfg": Section(key="zcfg", title="政策法规", url="/zcfg/", items=[*explained, *samples.items_of("gfxwj")]),
        "zcjd": Section(key="zcjd", title="政策解读", url="/zcjd/", items=explained),
    }
    layout = arrange_home(sections)
    assert [item.title for item in layout.policy.section.items] == list(samples.TITLES["gfxwj"][:4])
    assert [item.title for item in layout.interpretation.section.items] == list(samples.TITLES["zcjd"][:4])
    only = {**sections, "gfxwj": sections["zcjd"], "zcfg": sections["zcjd"]}
    assert arrange_home(only).policy.section.items == []


def sections_of(counts: dict[str, int]) -> dict[str, Section]:
    return {
        key: Section(
            key=key,
            title=key,
            url=f"/{key}/",
            items=[ListItem(title=f"{key} {number}", url=f"/{key}/{number}/") for number in range(count)],
        )
        for key, count in counts.items()
    }


def test_few_notices_stand_in_a_square_with_policies_interpretations_and_laws():
    full = {"tzgg": 4, "gfxwj": 9, "zcjd": 9, "flfg": 9}
    square = arrange_home(sections_of(full)).square
    assert [(place.section.key, len(place.section.items)) for place in square] == [
        ("tzgg", 4),
        ("gfxwj", 4),
        ("zcjd", 4),
        ("flfg", 4),
    ]
    # Many notices are as high as the two beside them; with one of the four empty a square would have a hole.
    for other in ({"tzgg": 5}, {"tzgg": 0}, {"zcjd": 0}, {"flfg": 0}):
        layout = arrange_home(sections_of({**full, **other}))
        assert layout.square == ()
        assert layout.notices and layout.policy and layout.interpretation
    # Laws of the navigation row do not follow once more at the end.
    row = [NavigationItem(title=key, url=f"/{key}/", key=key) for key in ("tzgg", "flfg", "other")]
    layout = arrange_home(sections_of({**full, "other": 1}), navigation=row)
    assert [place.section.key for place in layout.following] == ["other"]
    # Where the laws stand in the place of policy already, they do not stand twice.
    assert arrange_home(sections_of({**full, "gfxwj": 0})).square == ()


def test_beside_a_chart_lists_are_short():
    counts = {"hdjl": 9, "sjfb": 9}
    for has_chart, most in ((True, 4), (False, 9)):
        layout = arrange_home(sections_of(counts), has_chart=has_chart)
        assert {len(layout.interaction.section.items), len(layout.statistics.section.items)} == {most}


def test_specials_fill_one_row():
    layout = arrange_home(sections_of({"ztzl": 9}))
    assert [card.title for card in layout.cards] == [f"ztzl {number}" for number in range(4)]


def test_a_chart_without_lists_has_no_empty_column_beside_it():
    home = samples.home()
    shown = render("public/home.html", {**home, "sections": {"tzgg": home["sections"]["tzgg"]}})
    assert "gs-statistic" in shown
    assert 'class="gs-stack"' not in shown
