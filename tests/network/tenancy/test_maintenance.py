"""A site whose schema is worked on answers 503 under its own name; every other site goes on."""

from __future__ import annotations

import pytest
from django.test import Client

from network.tenancy.api import Site
from tests.factories.people import client_of

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]


@pytest.mark.parametrize(("maintenance", "words"), [("upgrade", "正在升级"), ("restore", "正在恢复数据")])
@pytest.mark.parametrize("path", ["/", "/tzgg/", "/admin/", "/admin/login/", "/search/?q=a", "/nowhere/"])
def test_the_site_answers_503_everywhere(hebei: Site, guangdong: Site, maintenance: str, words: str, path: str) -> None:
    Site.objects.filter(slug="hebei").update(maintenance=maintenance)
    answer = client_of(hebei).get(path)
    assert (answer.status_code, answer.headers["Retry-After"], answer.headers["Cache-Control"]) == (
        503,
        "60",
        "no-store",
    )
    assert words in answer.content.decode()
    assert hebei.full_name in answer.content.decode()
    assert client_of(guangdong).get("/").status_code == 200


def test_a_form_is_refused_too_and_nothing_is_written(hebei: Site) -> None:
    Site.objects.filter(slug="hebei").update(maintenance="upgrade")
    answer = client_of(hebei).post("/admin/login/", {"username": "editor", "password": "x"})
    assert answer.status_code == 503


@pytest.mark.django_db(transaction=True)
def test_health_is_unaffected(hebei: Site) -> None:
    Site.objects.update(maintenance="upgrade")
    assert Client().get("/healthz", HTTP_HOST="hebei.localhost").status_code == 200


def test_static_files_are_unaffected(hebei: Site) -> None:
    Site.objects.update(maintenance="upgrade")
    # The next layer answers for files: here it has none of this name.
    assert client_of(hebei).get("/static/themes/none.css").status_code == 404


def test_no_header_opens_a_site_in_maintenance(hebei: Site) -> None:
    Site.objects.filter(slug="hebei").update(maintenance="upgrade")
    for header in ("HTTP_IS_UPGRADE_PROBE", "is_upgrade_probe", "HTTP_X_UPGRADE_PROBE"):
        assert client_of(hebei).get("/", {"is_upgrade_probe": "1"}, **{header: "1"}).status_code == 503


def test_the_site_is_back_with_the_next_request(hebei: Site) -> None:
    Site.objects.filter(slug="hebei").update(maintenance="restore")
    assert client_of(hebei).get("/").status_code == 503
    Site.objects.filter(slug="hebei").update(maintenance="")
    assert client_of(hebei).get("/").status_code == 200
