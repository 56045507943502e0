"""How often the registry's number is compared."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from network.tenancy.api import Site, all_sites, get_site
from network.tenancy.models import State
from network.tenancy.registry import held_snapshot

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]

COMPARISON = "network_tenancy_registrygeneration"


def comparisons(captured: CaptureQueriesContext) -> int:
    return sum(COMPARISON in query["sql"] for query in captured.captured_queries)


@pytest.mark.parametrize("path", ["/", "/feed.atom", "/sitemap.xml", "/search/?q=%E9%80%9A%E7%9F%A5"])
def test_a_public_page_compares_once(guangdong: Site, path: str) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert Client().get(path, HTTP_HOST="guangdong.localhost").status_code == 200
    assert comparisons(captured) == 1


def test_a_block_keeps_the_state_it_began_with(guangdong: Site) -> None:
    with held_snapshot():
        before = all_sites()
        Site.objects.filter(pk=guangdong.pk).update(state=State.SUSPENDED, state_reason="检修")
        assert all_sites() is before
    assert get_site("guangdong").state == State.SUSPENDED


def test_the_next_request_sees_the_change(guangdong: Site) -> None:
    assert Client().get("/", HTTP_HOST="guangdong.localhost").status_code == 200
    Site.objects.filter(pk=guangdong.pk).update(state=State.SUSPENDED, state_reason="检修")
    assert Client().get("/", HTTP_HOST="guangdong.localhost").status_code == 503
