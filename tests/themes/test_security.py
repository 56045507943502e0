"""Every answer holds the browser to its own site; nothing on a public page needs more."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client

from network.tenancy.api import Site
from network.tenancy.models import Maintenance, State
from tests.factories.articles import reviewed_article
from tests.factories.blocking import block
from tests.factories.people import client_of
from themes.security import ADMIN_POLICY, HEADERS, PUBLIC_POLICY

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]

HANDLERS = ("onclick", "onload", "onerror", "onsubmit", "onchange", "onmouseover", "onfocus", "oninput")


def hold(answer: HttpResponse, status: int) -> None:
    """The status, the headers, a page that lives under them."""
    assert answer.status_code == status
    assert answer.headers["Content-Security-Policy"] == PUBLIC_POLICY
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    page = BeautifulSoup(answer.content, "html.parser")
    assert page.find("h1") is not None or page.find("title") is not None
    for tag in page.find_all(True):
        inline = [name for name in ("style", *HANDLERS) if tag.has_attr(name)]
        assert not inline, f"{tag.name} {inline}"
    assert not page.find_all("style") and not page.find_all("base")
    for script in page.find_all("script"):
        assert script.get("src", "").startswith("/static/") and not script.get_text(strip=True)
    for tag, attribute in (("link", "href"), ("img", "src"), ("source", "srcset"), ("iframe", "src")):
        for found in page.find_all(tag):
            if tag == "link" and not {"stylesheet", "icon", "preload"} & set(found.get("rel", [])):
                continue
            assert found.get(attribute, "").startswith(("/static/", "/files/", "data:image/")), str(found)
    for form in page.find_all("form"):
        assert form.get("action", "/").startswith("/") and not form.get("action", "/").startswith("//")


@pytest.mark.parametrize("path", ["/", "/tzgg/", "/tzgg/held/", "/map/", "/search/?q=%E9%80%9A%E7%9F%A5"])
def test_public_pages(guangzhou: Site, path: str) -> None:
    reviewed_article(guangzhou, slug="held")
    for mode in ("", "elder", "contrast", "both"):
        client = client_of(guangzhou)
        client.cookies["gs_mode"] = mode
        hold(client.get(path), 200)


def test_missing_stopped_suspended_restored_and_unknown(hub: Site, guangzhou: Site) -> None:
    client = client_of(guangzhou)
    hold(client.get("/nowhere/"), 404)
    hold(Client().get("/", HTTP_HOST="nobody.example"), 404)
    reviewed_article(guangzhou, slug="held")
    block(hub, guangzhou, "/tzgg/held/")
    hold(client.get("/tzgg/held/"), 451)
    Site.objects.filter(pk=guangzhou.pk).update(maintenance=Maintenance.UPGRADE)
    hold(client.get("/"), 503)
    Site.objects.filter(pk=guangzhou.pk).update(
        maintenance=Maintenance.NONE, state=State.SUSPENDED, state_reason="检修"
    )
    hold(client.get("/"), 503)


def test_the_admin_keeps_its_own_scripts_and_stays_out_of_foreign_frames(guangzhou: Site) -> None:
    for person, path in (("", "/admin/login/"), ("editor", "/admin/"), ("editor", "/admin/pages/")):
        answer = client_of(guangzhou, person).get(path, follow=True)
        assert answer.status_code == 200, path
        assert answer.headers["Content-Security-Policy"] == ADMIN_POLICY
        assert "frame-ancestors 'self'" in ADMIN_POLICY and "script-src" not in ADMIN_POLICY
