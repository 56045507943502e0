"""The admin speaks Chinese to every duty, and says on every page which site one is on."""

from __future__ import annotations

import json
import re
from functools import cache
from html.parser import HTMLParser

import pytest

from network.tenancy.api import Site
from tests.factories.people import client_of
from tests.network.tenancy.classified import PUBLIC, addresses
from tests.network.tenancy.test_addresses import Ground, ground

__all__ = ["ground"]

pytestmark = [
    pytest.mark.tenancy,
    pytest.mark.django_db,
]
DUTIES = ("editor", "reviewer", "final", "secrecy", "webmaster", "manager", "security", "auditor")
DATA = frozenset({"wagtailadmin_javascript_catalog()", "wagtailadmin_sprite()", "network_audit:export()"})
"""Read by programs: the English there is keys."""
FRAMED = frozenset(
    {
        "wagtailadmin_pages:preview_on_add(content_type_app_name,content_type_model_name,parent_page_id)",
        "wagtailadmin_pages:preview_on_edit(page_id)",
    }
)
"""Shown within the frame of the editing screen, which says it; here they tell that nothing can be shown."""

DAILY = (
    "wagtailadmin_home()",
    "wagtailadmin_account()",
    "wagtailadmin_pages:edit(page_id)",
    "wagtailadmin_explore(parent_page_id)",
)
SPOKEN = frozenset({"title", "placeholder", "aria-label", "aria-description", "alt"})
SILENT = frozenset({"script", "style", "svg", "noscript"})
LABELS = re.compile(r'"(?:label|title|help_text|helpText|placeholder|errorMessage)":\s*("(?:[^"\\]|\\.)*")')
ENGLISH = re.compile(r"[A-Za-z][a-z]{2,}(?:[ ,]+[A-Za-z][a-z’']+)+")
NAMES = re.compile(
    r"mark\w+|Asia/Shanghai|Open Document|Microsoft (?:Word|Excel)|English|allrights|Wagtail|"
    r"guangdong \w+|(?:[A-Z][a-z]+ )+Administration for Industry and Commerce|"
    r"Ctrl|Shift|Command|Cmd|Alt|Enter|Tab|Space"
)
"""Words that stay as they are: names, keys of the keyboard, the marks of the test."""


class Reader(HTMLParser):
    """Collects what a person reads or hears of a page, the labels in its data with it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in SPOKEN and value:
                self.words.append(value)
            elif value and value.startswith(("{", "[")):
                self._read_labels(value)
        self._silent += tag in SILENT

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if self._silent:
            self._read_labels(data)
        else:
            self.words.append(data)

    def _read_labels(self, text: str) -> None:
        self.words += [str(json.loads(found)) for found in LABELS.findall(text)]


def visible(text: str) -> list[str]:
    """Words of a page, or of the page inside a chooser's answer."""
    if text.startswith("{"):
        held = json.loads(text)
        text = str(held.get("html", "")) if isinstance(held, dict) else ""
    reader = Reader()
    reader.feed(text)
    return reader.words


def english(text: str) -> list[str]:
    """Phrases of two English words or more."""
    return [phrase for words in visible(text) for phrase in ENGLISH.findall(NAMES.sub("", words))]


def is_page(answer_body: bytes) -> bool:
    return b"<body" in answer_body


def says_which_site(site: Site, text: str) -> bool:
    """By name and colour in the admin's banner, or in the frame of a public page (a preview, a missing page)."""
    is_admin = f"gs-admin-banner--{site.level}" in text
    return site.full_name in text and (is_admin or f'name="SiteName" content="{site.full_name}"' in text)


def test_the_finder_finds_english() -> None:
    assert english('<p title="Edit this page">编辑</p><script>Not shown here</script>') == ["Edit this page"]
    assert english("<p>Save draft</p>") == ["Save draft"]
    assert english("<p>保存 markhubonly article 1</p>") == []


def test_no_english_and_the_site_on_every_page_of_a_person_with_every_right(ground: Ground) -> None:
    """One walk for both: it asks for every address of the admin."""
    # What an address leaves behind is taken back, cookies and session too: each person signs in once.
    signed_in = cache(lambda person: client_of(ground.visited, person))
    found: dict[str, list[str]] = {}
    without: list[tuple[str, int]] = []
    pages = 0
    for address in addresses():
        is_staffs = address.audience != PUBLIC or "admin" in address.key
        if address.method != "get" or not is_staffs or address.key in DATA:
            continue
        answer = ground.ask(signed_in(address.person), "get", address.path(ground.own))
        text = answer.body.decode("utf-8", "replace")
        if answer.status == 200 and (words := english(text)):
            found[address.key] = sorted(set(words))[:6]
        if is_page(answer.body):
            pages += 1
            if not says_which_site(ground.visited, text):
                without.append((address.key, answer.status))
    assert "\n".join(f"{key}: {words}" for key, words in found.items()) == ""
    assert [entry for entry in without if entry[0] not in FRAMED] == []
    assert pages > 60


def test_no_english_on_the_daily_pages_of_any_duty(ground: Ground) -> None:
    found: dict[tuple[str, str], list[str]] = {}
    daily = [address for address in addresses() if address.key in DAILY]
    assert len(daily) == len(DAILY)
    for duty in DUTIES:
        client = client_of(ground.visited, duty)
        for address in daily:
            answer = ground.ask(client, "get", address.path(ground.own))
            if words := english(answer.body.decode("utf-8", "replace")):
                found[duty, address.key] = sorted(set(words))[:6]
    assert found == {}


def test_missing_pages_say_which_site(ground: Ground) -> None:
    client = client_of(ground.visited, "editor")
    missing = ground.ask(client, "get", f"/admin/pages/{ground.foreign['page']}/edit/")
    assert missing.status == 404
    assert says_which_site(ground.visited, missing.body.decode())


def test_the_sign_in_says_which_site(guangdong: Site) -> None:
    for address in ("/admin/login/", "/admin/password_reset/"):
        assert says_which_site(guangdong, client_of(guangdong).get(address).content.decode())
