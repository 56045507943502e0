"""Styles: raw values stand in the tokens only, one prefix, the built files are current."""

from __future__ import annotations

import re

import pytest

from themes.build import SOURCE, TARGET, build

STYLES = sorted((SOURCE / "css").rglob("*.css"))
TOKENS = SOURCE / "css" / "tokens.css"
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
ADDRESS = re.compile(r'url\("([^"]+)"\)')
RAW_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgba?|hsla?|oklch|oklab|lab|lch|color)\(")
RAW_SIZE = re.compile(r"(?<![\w.])-?\d*\.?\d+(?:px|rem|pt|pc|cm|mm|in|ch|ex|vw|vh|vmin|vmax|dvh)\b")
NAMED_COLOUR = re.compile(r":[^;{]*\b(?:white|black|red|blue|green|gray|grey|yellow|orange|navy|silver)\b")
CLASS = re.compile(r"\.([a-zA-Z_][\w-]*)")
WAGTAIL_CLASSES = {
    "login",
    "login-logo",
    "sidebar",
    "listing",
    "button",
    "form-actions",
    "help",
    "error-message",
    "wrapper",
    "content-wrapper",
    "has-messages",
    "sidebar-nav-toggle",
}
"""What rules of the admin alone may name."""


def rules_of(path) -> str:
    return ADDRESS.sub("url()", COMMENT.sub("", path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", [path for path in STYLES if path != TOKENS], ids=lambda path: path.name)
def test_raw_colours_stand_in_tokens_only(path):
    rules = rules_of(path)
    assert RAW_COLOUR.findall(rules) == []
    assert NAMED_COLOUR.findall(rules) == []


@pytest.mark.parametrize("path", [path for path in STYLES if path != TOKENS], ids=lambda path: path.name)
def test_raw_sizes_stand_in_tokens_only(path):
    assert RAW_SIZE.findall(rules_of(path)) == []


@pytest.mark.parametrize(
    "text", ["color: #fff", "color: rgb(1 2 3)", "width: 12px", "margin: -0.5rem", "font-size: 11pt"]
)
def test_the_patterns_find_a_raw_value(text):
    assert RAW_COLOUR.findall(text) + RAW_SIZE.findall(text) != []


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_classes_carry_the_prefix(path):
    found = {name for name in CLASS.findall(rules_of(path)) if not name.startswith("gs-")}
    assert found <= (WAGTAIL_CLASSES if path.parent.name == "admin" else set())


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_every_variable_used_is_a_token(path):
    declared = set(re.findall(r"(--gs-[\w-]+)\s*:", rules_of(TOKENS)))
    media = set(re.findall(r"@custom-media\s+(--gs-[\w-]+)", rules_of(TOKENS)))
    used = set(re.findall(r"--gs-[\w-]+", rules_of(path)))
    assert used <= declared | media


@pytest.mark.parametrize(
    "path", [path for path in STYLES if path.parent.name in {"components", "page"}], ids=lambda path: path.name
)
def test_public_rules_stand_in_their_layer(path):
    layer = "page" if path.parent.name == "page" else "components"
    outside = re.sub(rf"@layer {layer} \{{.*?\n\}}", "", rules_of(path), flags=re.DOTALL)
    assert outside.strip() == ""


def test_built_files_are_current():
    built = build()
    assert {path.relative_to(TARGET).as_posix() for path in TARGET.rglob("*") if path.is_file()} == set(built)
    for name, content in built.items():
        assert (TARGET / name).read_bytes() == content, f"{name} is stale. Run python -m themes.build."


def test_built_style_asks_for_nothing_else():
    css = build()["site.css"].decode()
    assert "@import" not in css
    assert css.count("url(") == len(ADDRESS.findall(css))
    assert all(re.fullmatch(r"pictures/[a-z-]+\.svg", address) for address in ADDRESS.findall(css))
    assert "@custom-media" not in css
    assert "(--gs-" not in css.replace("var(--gs-", "")


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def token(name: str) -> str:
    match = re.search(rf"^    --gs-{name}: (#[0-9a-f]{{6}});", TOKENS.read_text(encoding="utf-8"), re.MULTILINE)
    assert match, name
    return match.group(1)


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("ink", "ground"),
        ("ink-soft", "ground-soft"),
        ("ink-faint", "ground"),
        ("ink-faint", "ground-soft"),
        ("ink-faint", "main-wash"),
        ("ink-faint", "closed"),
        ("main", "ground"),
        ("main", "main-tint"),
        ("main-lively", "ground"),
        ("main-lively", "main-wash"),
        ("accent", "ground"),
        ("accent", "mark-tint"),
        ("mark", "ground"),
        ("mark", "mark-tint"),
        ("on-main", "main"),
        ("on-main", "main-lively"),
        ("on-main", "accent"),
        ("on-main-soft", "main-strong"),
        ("on-main-soft", "main"),
    ],
)
def test_text_contrast_is_enough(text, ground):
    """GB/T 37668 and 国办公开办函〔2021〕28号: text 4.5 to 1."""
    assert contrast(token(text), token(ground)) >= 4.5


def test_the_addresses_in_the_style_sheet_are_files_beside_it():
    named = ADDRESS.findall((TARGET / "site.css").read_text(encoding="utf-8"))
    assert {"pictures/cursor.svg", "pictures/cursor-link.svg"} <= set(named)
    assert [name for name in named if not (TARGET / name).is_file()] == []
