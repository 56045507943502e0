"""Host to site: who answers whom."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection
from django.test import Client, RequestFactory, override_settings

from network.tenancy.api import Site, State
from network.tenancy.middleware import HostMiddleware
from network.tenancy.models import Domain, RegistryGeneration
from tests.databases import database_url
from tests.factories.lives import bring_to

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]


@pytest.mark.parametrize(
    "host",
    [
        "guangdong.localhost",
        "GuangDong.LocalHost",
        "guangdong.localhost:8000",
        "guangdong.localhost.",
        "guangdong.localhost.:8000",
    ],
)
def test_every_form_of_a_host_leads_to_its_site(guangdong: Site, host: str) -> None:
    response = Client().get("/", HTTP_HOST=host)
    assert response.status_code == 200
    assert guangdong.full_name in response.content.decode()


@pytest.mark.parametrize(
    "host",
    [
        "",
        ".",
        "localhost",
        "127.0.0.1",
        "public.localhost",
        "national.localhost",
        "govsites_template_schema.localhost",
        "nowhere.localhost",
        "guangdong.localhost.evil.com",
        "evil.com",
        "guangdong",
        "guang dong.localhost",
        "guangdong.localhost/../hebei",
        "guangdong.localhost:port",
        "guangdong.localhost:123456",
        "guangdong.localhost@evil.com",
        "x" * 300 + ".localhost",
        "guangdong.localhost\x00",
        "广东.localhost",
        "[::1]",
    ],
)
@pytest.mark.parametrize("path", ["/", "/admin/", "/search/?q=a"])
def test_an_unknown_or_malformed_host_gets_a_neutral_404(hub: Site, host: str, path: str) -> None:
    response = Client().get(path, HTTP_HOST=host)
    assert response.status_code == 404
    body = response.content.decode()
    assert hub.short_name not in body
    assert "Wagtail" not in body
    assert not response.cookies


def test_health_is_answered_before_any_host(db: None) -> None:
    response = Client().get("/healthz", HTTP_HOST="no such host")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert response.headers["Cache-Control"] == "no-store"


def test_a_dummy_request_keeps_the_site_that_is_entered(guangdong: Site, hub: Site) -> None:
    """Page previews replay the middleware with a made-up host."""
    seen = []
    middleware = HostMiddleware(lambda request: seen.append((request.tenant.slug, connection.schema_name)))
    connection.set_tenant(guangdong)
    request = RequestFactory().get("/", HTTP_HOST="hub.localhost")
    request.is_dummy = True
    middleware(request)
    assert seen == [("guangdong", "guangdong")]
    assert connection.schema_name == "guangdong"

    # Control: the same request of a visitor enters the host's site.
    middleware(RequestFactory().get("/", HTTP_HOST="hub.localhost"))
    assert seen[1] == ("hub", "national")


@pytest.mark.parametrize(("method", "status"), [("get", 301), ("head", 301), ("post", 200)])
def test_a_second_domain_leads_to_the_main_one(guangdong: Site, method: str, status: int) -> None:
    Domain.objects.create(domain="old.gd.gov.cn", tenant=guangdong, is_primary=False)
    response = getattr(Client(), method)("/tzgg/?page=1", HTTP_HOST="old.gd.gov.cn")
    assert response.status_code == status
    if status == 301:
        assert response.headers["Location"] == "http://guangdong.localhost:8000/tzgg/?page=1"


def test_the_main_domain_answers_itself(guangdong: Site) -> None:
    primary = Domain.objects.get(tenant=guangdong, is_primary=True).domain
    assert Client().get("/", HTTP_HOST=primary).status_code == 200


def test_demo_hosts_exist_in_the_demo_profile_only(guangdong: Site) -> None:
    from network.tenancy import registry

    with override_settings(DEMO_HOSTS=False):
        registry.forget()
        assert Client().get("/", HTTP_HOST="guangdong.localhost").status_code == 404
        primary = Domain.objects.get(tenant=guangdong, is_primary=True).domain
        assert Client().get("/", HTTP_HOST=primary).status_code == 200
    registry.forget()


@pytest.mark.parametrize(
    ("state", "public", "admin"),
    [
        (State.PREPARING, 404, 302),
        (State.TRIAL, 200, 302),
        (State.LIVE, 200, 302),
        (State.SUSPENDED, 503, 302),
        (State.CLOSING, 200, 302),
        (State.MERGED, 301, 302),
        (State.CLOSED, 410, 302),
    ],
)
def test_the_state_of_a_site_says_who_may_enter(
    hebei: Site, guangdong: Site, state: str, public: int, admin: int
) -> None:
    bring_to(hebei, state, into=guangdong)
    client = Client(HTTP_HOST="hebei.localhost")
    assert client.get("/").status_code == public
    assert client.get("/admin/").status_code == admin


def test_a_change_of_the_registry_holds_at_once(hebei: Site) -> None:
    client = Client(HTTP_HOST="hebei.localhost")
    assert client.get("/").status_code == 200
    Site.objects.filter(pk=hebei.pk).update(
        full_name="河北省市场监督管理局", state=State.SUSPENDED, state_reason="机房检修"
    )
    assert client.get("/").status_code == 503
    Site.objects.filter(pk=hebei.pk).update(state=State.LIVE)
    assert "河北省市场监督管理局" in client.get("/").content.decode()


def registry_number() -> int:
    return sum(RegistryGeneration.objects.values_list("number", flat=True))


def test_the_generation_moves_with_every_write(hebei: Site) -> None:
    number = registry_number
    start = number()
    Site.objects.filter(pk=hebei.pk).update(contact_phone="1")
    assert number() == start + 1
    domain = Domain.objects.create(domain="second.hebei.gov.cn", tenant=hebei, is_primary=False)
    assert number() == start + 2
    domain.delete()
    assert number() == start + 3


@pytest.mark.django_db(transaction=True)
def test_changes_of_two_sites_do_not_wait_for_each_other(hebei: Site, guangzhou: Site) -> None:
    start = registry_number()
    change = "UPDATE public.network_tenancy_site SET contact_phone = '2' WHERE id = %s"
    address = database_url("owner", str(connection.settings_dict["NAME"]))
    with psycopg.connect(address, options="-c lock_timeout=500ms") as first:
        first.execute(change, [guangzhou.pk])
        with psycopg.connect(address, options="-c lock_timeout=500ms") as second:
            second.execute(change, [hebei.pk])
        assert registry_number() == start + 1
    assert registry_number() == start + 2
