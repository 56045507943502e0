"""A part of a page that is remembered: by all that it shows, for a while, within bounds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.template import Engine
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

from network.contracts import NavigationItem
from tests.themes import samples
from tests.themes.rendering import engine, render
from themes.remembered import MOST_BYTES, Kept, RememberedParts, digest_of, parts, render_part, render_parts

LIST = "public/parts/navigation_list.html"


def items(*titles: str) -> list[NavigationItem]:
    return [NavigationItem(title=title, url=f"/{title}/") for title in titles]


@pytest.fixture
def templates() -> Engine:
    return engine().engine


def test_the_same_values_are_rendered_once(templates: Engine) -> None:
    before = len(parts)
    one = render_part(templates, LIST, {"items": items("甲一", "甲二"), "is_home": False})
    again = render_part(templates, LIST, {"is_home": False, "items": items("甲一", "甲二")})
    assert again is one
    assert len(parts) == before + 1


@pytest.mark.parametrize(
    "other",
    [
        {"items": items("乙一", "乙三"), "is_home": False},
        {"items": items("乙一", "乙二"), "is_home": True},
        {"items": [NavigationItem(title="乙一", url="/elsewhere/"), *items("乙二")], "is_home": False},
    ],
)
def test_another_value_at_any_depth_is_another_part(templates: Engine, other: dict[str, object]) -> None:
    one = render_part(templates, LIST, {"items": items("乙一", "乙二"), "is_home": False})
    assert render_part(templates, LIST, other) != one


def test_a_language_has_its_own(templates: Engine) -> None:
    values = {"items": items("丙"), "is_home": False}
    with override("zh-hans"):
        chinese = render_part(templates, LIST, values)
    with override("en"):
        assert render_part(templates, LIST, values) != chinese


def test_a_part_sees_nothing_but_its_values(templates: Engine) -> None:
    page = templates.from_string("{% load govsites %}{% part 'public/parts/directory.html' child_sites=none %}")
    from django.template import Context

    shown = page.render(Context({"child_sites": [("别处的站点", "https://elsewhere.example/")], "none": []}))
    assert "别处的站点" not in shown


def test_a_part_of_each_row_is_remembered_by_itself(templates: Engine) -> None:
    rows = [{"items": items(title), "is_home": False} for title in ("丁一", "丁二")]
    alone = [render_part(templates, LIST, row) for row in rows]
    before = len(parts)
    assert render_parts(templates, LIST, rows) == "".join(alone)
    assert len(parts) == before
    other = {"items": items("丁三"), "is_home": False}
    assert render_parts(templates, LIST, [rows[0], other]) == alone[0] + render_part(templates, LIST, other)
    assert len(parts) == before + 1


def test_what_is_escaped_stays_escaped(templates: Engine) -> None:
    values = {"items": [NavigationItem(title="<b>粗</b>", url="/b/")], "is_home": False}
    for _time in range(2):
        text = render_part(templates, LIST, values)
        assert "<b>" not in text
        assert isinstance(text, SafeString)


def test_a_safe_text_is_not_taken_for_an_unsafe_one(templates: Engine) -> None:
    plain = digest_of(templates, LIST, {"title": "<b>"})
    assert digest_of(templates, LIST, {"title": mark_safe("<b>")}) != plain


def test_what_is_used_least_goes_first_and_the_size_is_bounded() -> None:
    held = RememberedParts(most_bytes=3_000)
    text = mark_safe("字" * 300)
    for key in (b"1", b"2", b"3"):
        held.put(key, text)
    held.get(b"1")
    held.put(b"4", text)
    assert (held.get(b"2"), held.get(b"1")) == (None, text)
    for number in range(100):
        held.put(str(number).encode(), text)
    assert len(held) == 3
    assert held.bytes == 3 * 800
    held.forget()
    assert (len(held), held.bytes, held.get(b"99")) == (0, 0, None)


def test_a_large_text_takes_little_and_comes_back_as_it_was() -> None:
    held = RememberedParts()
    text = mark_safe("<li>字节</li>" * 4_000)
    held.put(b"1", text)
    assert held.bytes < 2_000
    assert (held.get(b"1"), type(held.get(b"1"))) == (text, SafeString)


def test_the_home_pages_of_365_sites_fit() -> None:
    parts.forget()
    render("public/home.html", samples.home())
    shared = parts.bytes
    for number in range(10):
        home = samples.home()
        sections = {
            key: replace(section, items=[replace(item, title=f"{item.title} {number}") for item in section.items])
            for key, section in home["sections"].items()
        }
        render("public/home.html", {**home, "sections": sections})
    assert shared + 365 * (parts.bytes - shared) / 10 < MOST_BYTES


def test_a_home_page_is_remembered_whole_and_section_by_section() -> None:
    home = samples.home()
    shown = render("public/home.html", home)
    before = len(parts)
    assert render("public/home.html", home) == shown
    assert len(parts) == before
    section = home["sections"]["tzgg"]
    changed = [replace(section.items[0], title="改过的标题"), *section.items[1:]]
    again = render(
        "public/home.html",
        {**home, "sections": {**home["sections"], "tzgg": replace(section, items=changed)}},
    )
    assert "改过的标题" in again and "改过的标题" not in shown
    # The whole with the one section that changed.
    assert len(parts) == before + 2


def test_kept_values_are_told_apart_by_what_they_hold(templates: Engine) -> None:
    def digest(values: object) -> bytes:
        return digest_of(templates, LIST, {"items": values})

    kept = Kept(items("丁一", "丁二"))
    assert digest(kept) == digest(Kept(items("丁一", "丁二")))
    others: list[object] = [
        Kept(items("丁一")),
        Kept(items("丁二", "丁一")),
        tuple(items("丁一", "丁二")),
        (kept.digest,),
    ]
    assert len({digest(kept), *map(digest, others)}) == len(others) + 1


def test_kept_values_are_shown_like_others(templates: Engine) -> None:
    one = render_part(templates, LIST, {"items": Kept(items("戊")), "is_home": False})
    assert one == render_part(templates, LIST, {"items": items("戊"), "is_home": False})


def test_the_bar_at_the_top_leads_back_to_its_page_and_is_remembered_once() -> None:
    render("public/404.html", path="/xwdt/")
    before = len(parts)
    for path, written in {
        "/tzgg/?page=2&x=1": "/tzgg/%3Fpage%3D2%26x%3D1",
        '/"><script>/': "/%22%3E%3Cscript%3E/",
        "/\ue000/": "/%EE%80%80/",
    }.items():
        shown = render("public/404.html", path=path)
        assert f'href="/mode/?set=elder&amp;next={written}"' in shown
        assert "<script>/" not in shown
    assert len(parts) == before
