"""What the front server is told of the pages of all sites, in one answer."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from network.page_cache import addresses
from network.page_cache.addresses import pages_token
from network.page_cache.tokens import ADDRESS
from network.tenancy import registry
from network.tenancy.api import Level, Maintenance, Site, State, all_sites, in_public
from network.tenancy.models import PUBLIC_STATES, Domain
from tests.databases import as_owner
from tests.factories.articles import reviewed_article
from tests.factories.blocking import block
from tests.factories.lives import bring_to, register_cities

pytestmark = [pytest.mark.tenancy]
rolled_back = pytest.mark.django_db
commits = pytest.mark.django_db(transaction=True)


def told() -> dict[str, str]:
    """Host to token, as the next asking will hear it."""
    answer = Client().get(ADDRESS, HTTP_HOST="localhost")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert answer.headers["Cache-Control"] == "no-store"
    lines = answer.content.decode().splitlines()
    found = dict(line.split(" ") for line in lines)
    assert len(found) == len(lines)
    return found


def moved(before: dict[str, str]) -> set[str]:
    """The hosts that are told otherwise now."""
    now = told()
    return {host for host in before.keys() | now.keys() if before.get(host) != now.get(host)}


@rolled_back
def test_every_site_is_told_under_its_hosts_with_the_token_that_its_requests_have(hub: Site) -> None:
    found = told()
    primary = dict(Domain.objects.filter(is_primary=True).values_list("tenant__slug", "domain"))
    sites = all_sites()
    assert primary
    assert found.keys() == {f"{site.slug}.localhost" for site in sites} | set(primary.values())
    for site in sites:
        request = HttpRequest()
        request.tenant, request.registry = site, registry.snapshot()
        assert found[f"{site.slug}.localhost"] == pages_token(request), site.slug
        assert found.get(primary.get(site.slug, "")) in (None, pages_token(request))
    assert all(len(token) == 32 for token in found.values())
    assert len(set(found.values())) == len(sites)


@rolled_back
def test_demo_hosts_and_hosts_that_lead_elsewhere_are_not_told_in_production(guangdong: Site, settings: Any) -> None:
    Domain.objects.create(domain="old.gd.gov.cn", tenant=guangdong, is_primary=False)
    assert "old.gd.gov.cn" not in told()
    settings.DEMO_HOSTS = False
    assert told().keys() == set(Domain.objects.filter(is_primary=True).values_list("domain", flat=True))


@commits
def test_a_change_of_a_site_moves_its_own_token_and_one_of_the_group_moves_all(
    hub: Site, guangzhou: Site, hebei: Site
) -> None:
    before = told()
    assert moved(before) == set()
    reviewed_article(guangzhou)
    own = set(addresses.own_hosts(guangzhou, registry.snapshot().primary_host))
    assert f"{guangzhou.slug}.localhost" in own
    assert moved(before) == own
    before = told()
    block(hub, hebei, "/tzgg/")
    assert moved(before) == before.keys()


@commits
@pytest.mark.parametrize("state", sorted({*State.values} - {State.PREPARING}))
def test_a_site_that_does_not_serve_the_public_is_not_told(guangzhou: Site, shenzhen: Site, state: str) -> None:
    bring_to(guangzhou, state, into=shenzhen)
    assert ("guangzhou.localhost" in told()) == (state in PUBLIC_STATES)
    assert "shenzhen.localhost" in told()


@rolled_back
@pytest.mark.parametrize("reason", [Maintenance.UPGRADE, Maintenance.RESTORE])
def test_a_site_that_is_worked_on_is_not_told(guangzhou: Site, shenzhen: Site, reason: str) -> None:
    Site.objects.filter(pk=guangzhou.pk).update(maintenance=reason)
    assert "guangzhou.localhost" not in told()
    assert "shenzhen.localhost" in told()
    Site.objects.filter(pk=guangzhou.pk).update(maintenance=Maintenance.NONE)
    assert "guangzhou.localhost" in told()


@rolled_back
def test_a_new_site_is_told_once_it_serves_the_public_and_a_removed_one_no_more(guangdong: Site) -> None:
    with in_public():
        site = Site.objects.create(
            slug="foshan",
            parent=guangdong,
            level=Level.PREFECTURE,
            division_code="440600",
            full_name="佛山市工商行政管理局",
            short_name="佛山市工商局",
        )
    assert "foshan.localhost" not in told()
    bring_to(site, State.TRIAL)
    assert "foshan.localhost" in told()
    bring_to(site, State.CLOSED, into=guangdong)
    with in_public():
        Site.objects.filter(pk=site.pk).delete()
    assert "foshan.localhost" not in told()
    assert "guangdong.localhost" in told()


@rolled_back
def test_another_day_and_another_version_of_the_code_move_every_token(
    guangzhou: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = told()
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    monkeypatch.setattr(addresses.timezone, "localdate", lambda *_: tomorrow)
    assert moved(before) == before.keys()
    monkeypatch.undo()
    assert moved(before) == set()
    monkeypatch.setattr(addresses, "code_state", lambda: "another version")
    assert moved(before) == before.keys()


@rolled_back
def test_the_answer_costs_two_statements_however_many_sites_there_are(hub: Site) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            told()
        return len(asked)

    told()
    assert statements() == 2
    before = len(told())
    added = register_cities(30)
    with in_public():
        Site.objects.filter(pk__in=[site.pk for site in added]).update(state=State.TRIAL)
    assert len(told()) == before + 30
    assert statements() == 2


@rolled_back
def test_a_young_process_tells_the_same(hub: Site) -> None:
    before = told()
    registry.forget()
    assert moved(before) == set()


@rolled_back
def test_only_a_get_is_answered(hub: Site) -> None:
    for method in ("post", "put", "delete", "options"):
        assert getattr(Client(), method)(ADDRESS, HTTP_HOST="localhost").status_code == 404, method


@commits
def test_without_the_database_the_answer_is_a_503(hub: Site) -> None:
    with as_owner(), connection.cursor() as cursor:
        role = connection.ops.quote_name(django_settings.APPLICATION_ROLE)
        cursor.execute(f"REVOKE SELECT ON public.network_page_cache_pagetoken FROM {role}")
    answer = Client().get(ADDRESS, HTTP_HOST="localhost")
    assert (answer.status_code, answer.content) == (503, b"database unavailable\n")
    assert answer.headers["Cache-Control"] == "no-store"
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"GRANT SELECT ON public.network_page_cache_pagetoken TO {role}")
    assert told()
