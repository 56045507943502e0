"""Language catalogues are complete: English for our strings, Chinese for Wagtail's admin."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import django
import pytest
import wagtail
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "deploy" / "locale"
FOLDERS = ("network", "sites", "search", "themes", "deploy")
FUNCTIONS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
WAGTAIL = Path(wagtail.__file__).parent
NOT_SHIPPED = ("styleguide", "search_promotions", "simple_translation")
"""Wagtail apps that the platform does not install."""
SPEAKING = (
    "django/contrib/auth",
    "django/contrib/contenttypes",
    "django/contrib/sessions",
    "taggit",
    "axes",
    "django_otp",
)
"""Packages besides Wagtail whose words staff can meet."""


class Entry:
    """One entry of a .po file."""

    def __init__(self, block: str) -> None:
        self.context = _field(block, "msgctxt")
        self.message = _field(block, "msgid")
        self.plural = _field(block, "msgid_plural")
        self.translation = _field(block, "msgstr") or _field(block, r"msgstr\[0\]")
        self.is_fuzzy = bool(re.search(r"^#,.*\bfuzzy\b", block, re.MULTILINE))

    @property
    def key(self) -> tuple[str, str]:
        return self.context, self.message


def _field(block: str, name: str) -> str:
    found = re.search(rf'^{name} ((?:"(?:[^"\\]|\\.)*"\s*)+)', block, re.MULTILINE)
    if found is None:
        return ""
    return "".join(ast.literal_eval(part) for part in re.findall(r'"(?:[^"\\]|\\.)*"', found[1]))


def entries(path: Path) -> dict[tuple[str, str], Entry]:
    """Entries of a .po file without its header; empty when there is no such file."""
    if not path.exists():
        return {}
    blocks = re.split(r"\n\s*\n", path.read_text(encoding="utf-8"))
    read = (Entry(block) for block in blocks if not block.lstrip().startswith("#~"))
    return {entry.key: entry for entry in read if entry.message}


def our_strings() -> Iterator[tuple[str, str]]:
    """(file, message) of every literal that our code hands to gettext."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield from ((str(path.relative_to(ROOT)), text) for text in _messages(path.read_text(encoding="utf-8")))
        for path in sorted((ROOT / folder).rglob("*.html")):
            # The extractor's output is no Python, but its calls are.
            source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
            for call in re.findall(r"\bn?gettext\(u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")", source):
                yield str(path.relative_to(ROOT)), ast.literal_eval(call)
            for call in re.findall(r"(?<!\w)_\(u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")", source):
                yield str(path.relative_to(ROOT)), ast.literal_eval(call)


def _messages(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS and node.args:
            text = node.args[1] if node.func.id.startswith("pgettext") else node.args[0]
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                yield text.value


def wagtail_catalogues(domain: str) -> list[Path]:
    return [
        path
        for path in sorted(WAGTAIL.rglob(f"locale/en/LC_MESSAGES/{domain}.po"))
        if not set(NOT_SHIPPED) & set(path.parts)
    ]


def test_english_has_every_string_of_ours() -> None:
    held = entries(LOCALE / "en" / "LC_MESSAGES" / "django.po")
    translated = {message for (_, message), entry in held.items() if entry.translation and not entry.is_fuzzy}
    strings = list(our_strings())
    assert len(strings) > 200
    assert sorted({(file, text) for file, text in strings if text not in translated}) == []


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_chinese_has_every_string_of_the_admin(domain: str) -> None:
    ours = entries(LOCALE / "zh_Hans" / "LC_MESSAGES" / f"{domain}.po")
    missing = []
    for source in wagtail_catalogues(domain):
        theirs = entries(Path(str(source).replace("/en/", "/zh_Hans/")))
        for key in entries(source):
            if not any(key in held and held[key].translation for held in (ours, theirs)):
                missing.append((source.parents[2].parent.name, key[1]))
    assert missing == []


def other_catalogues() -> list[Path]:
    """English catalogues of the other packages whose words the admin shows."""
    packages = Path(django.__file__).parents[1]
    places = [packages / "django" / "conf", *(packages / name.replace(".", "/") for name in SPEAKING)]
    return [path for place in places for path in sorted(place.rglob("locale/en/LC_MESSAGES/*.po"))]


def test_chinese_has_every_string_of_the_other_packages() -> None:
    """Django's password rules, form errors; tags; filters. A package without a catalogue is read by the crawl."""
    missing = []
    for source in other_catalogues():
        held: dict[tuple[str, str], Entry] = {}
        for place in (source.parents[2] / "zh_CN", source.parents[2] / "zh_Hans", LOCALE / "zh_Hans"):
            held |= entries(place / "LC_MESSAGES" / source.name)
        missing += [
            (source.parents[3].name, message)
            for _context, message in entries(source)
            if not any(entry.translation and not entry.is_fuzzy for (_, text), entry in held.items() if text == message)
        ]
    assert len(other_catalogues()) > 3
    assert missing == []


@pytest.mark.parametrize(
    "catalogue", sorted(LOCALE.rglob("*.po")), ids=lambda path: f"{path.parents[1].name}-{path.stem}"
)
def test_translations_keep_the_placeholders(catalogue: Path) -> None:
    wrong = [
        entry.message
        for entry in entries(catalogue).values()
        if not set(PLACEHOLDER.findall(entry.translation)) <= set(PLACEHOLDER.findall(entry.message + entry.plural))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "catalogue", sorted(LOCALE.rglob("*.po")), ids=lambda path: f"{path.parents[1].name}-{path.stem}"
)
def test_compiled_catalogue_says_the_same(catalogue: Path) -> None:
    with catalogue.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    differing = []
    for entry in entries(catalogue).values():
        said = (
            compiled.ngettext(entry.message, entry.plural, 1)
            if entry.plural
            else compiled.pgettext(entry.context, entry.message)
            if entry.context
            else compiled.gettext(entry.message)
        )
        if said != entry.translation:
            differing.append(entry.message)
    assert differing == []
