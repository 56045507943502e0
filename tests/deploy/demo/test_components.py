"""The component page shows every component of the style sheet in every variant, in the demo alone."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import override_settings

from deploy.demo.views import PRINT
from deploy.settings import base
from network.tenancy.api import Site
from tests.factories.people import client_of
from tests.themes.test_templates import outline
from themes.build import SOURCE, build

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]

ADDRESS = "/_components/"
CLASS = re.compile(r"\.(gs-[a-z0-9-]+(?:__[a-z0-9-]+)?(?:--[a-z0-9-]+)?)")
STYLES = sorted((SOURCE / "css" / "components").glob("*.css"))
ELSEWHERE = {
    # What a script, the frame or a whole page adds; no tile stands in the second column.
    "gs-leader-page",
    "gs-leave",
    "gs-nav__link--current",
    "gs-print-foot",
    "gs-reader--active",
    "gs-tile--column-2",
    "gs-topbar__size--idle",
}


def shown(page: str) -> set[str]:
    """Every class on the page."""
    return {name for names in re.findall(r'class="([^"]+)"', page) for name in names.split()}


@pytest.mark.parametrize("style", STYLES, ids=lambda path: path.stem)
def test_every_component_is_shown_in_every_variant(style, guangdong: Site) -> None:
    classes = shown(client_of(guangdong).get(ADDRESS).content.decode())
    declared = set(CLASS.findall(style.read_text(encoding="utf-8")))
    variants = {name for name in declared if "--" in name}
    blocks = {name.partition("--")[0].partition("__")[0] for name in declared}
    assert (blocks | variants) - classes - ELSEWHERE == set()


@pytest.mark.parametrize("mode", ["normal", "elder", "contrast", "both"])
def test_the_page_is_shown_in_every_mode_and_leads_to_each(mode: str, hub: Site) -> None:
    client = client_of(hub)
    client.cookies["gs_mode"] = mode
    page = client.get(ADDRESS).content.decode()
    modes = {"both": "elder contrast"}
    assert f'data-mode="{modes.get(mode, mode)}"' in page
    assert f'href="/mode/?set={mode}&amp;next=/_components/"' in page
    assert outline(page).unclosed == outline(page).open == []
    identifiers = [attributes["id"] for _, attributes in outline(page).tags if "id" in attributes]
    assert sorted(identifiers) == sorted(set(identifiers))


def test_print_is_shown_on_the_screen(hub: Site) -> None:
    page = client_of(hub).get(f"{ADDRESS}?print=1").content.decode()
    assert f"{ADDRESS}print.css" in page
    assert "themes/site.css" not in page
    answer = client_of(hub).get(f"{ADDRESS}print.css")
    assert answer.headers["Content-Type"] == "text/css"
    assert PRINT in build()["site.css"].decode()
    assert PRINT not in answer.content.decode()


def test_only_the_demo_has_the_page(hub: Site) -> None:
    assert client_of(hub).get(ADDRESS).status_code == 200
    assert settings.ROOT_URLCONF == "deploy.urls.demo"
    assert base.ROOT_URLCONF == "deploy.urls.site"
    with override_settings(ROOT_URLCONF=base.ROOT_URLCONF):
        assert client_of(hub).get("/map/").status_code == 200
        assert client_of(hub).get(ADDRESS).status_code == 404


def test_production_takes_the_addresses_of_a_site() -> None:
    text = (base.BASE_DIR / "deploy" / "settings" / "production.py").read_text(encoding="utf-8")
    assert "from deploy.settings.base import *" in text
    assert "URLCONF" not in text
    assert "deploy.demo" not in text
