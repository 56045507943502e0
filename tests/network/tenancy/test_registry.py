"""How often the registry's number is compared."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from network.tenancy.api import Site, all_sites, get_site, in_site, once_per_act, one_act
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


def test_a_change_reads_only_its_own_row(guangdong: Site, hebei: Site) -> None:
    all_sites()
    Site.objects.filter(pk=guangdong.pk).update(short_name="粤")
    with CaptureQueriesContext(connection) as captured:
        assert get_site("guangzhou").parent.short_name == "粤"
    (read,) = [query["sql"] for query in captured.captured_queries if "sponsor" in query["sql"]]
    assert f'WHERE "network_tenancy_site"."id" IN ({guangdong.pk})' in read
    assert get_site("hebei").short_name == hebei.short_name


def test_a_removed_site_is_gone_and_the_order_is_the_official_one(hebei: Site) -> None:
    before, order = [site.slug for site in all_sites()], hebei.sort_order
    Site.objects.filter(pk=hebei.pk).update(sort_order=9_999)
    assert all_sites()[-1].slug == "hebei"
    Site.objects.filter(pk=hebei.pk).update(sort_order=order)
    assert [site.slug for site in all_sites()] == before


def test_a_changed_object_does_not_outlive_the_next_look(guangdong: Site, hebei: Site) -> None:
    before = guangdong.short_name
    get_site("guangdong").short_name = "未存"
    Site.objects.filter(pk=hebei.pk).update(short_name="冀")
    assert get_site("guangdong").short_name == before


def test_a_rollback_is_seen_though_its_state_was_kept(guangdong: Site) -> None:
    """The number of a change that was rolled back is given out again, for another change."""
    before = guangdong.short_name
    for name in ("甲", "乙"):
        with suppress(RuntimeError), transaction.atomic():
            Site.objects.filter(pk=guangdong.pk).update(short_name=name)
            assert get_site("guangdong").short_name == name
            raise RuntimeError
        assert get_site("guangdong").short_name == before


def test_within_a_transaction_what_did_not_change_is_read_once(guangdong: Site) -> None:
    all_sites()
    assert all_sites() is all_sites()


def test_an_act_reads_once_at_each_site_and_forgets_at_its_end(guangdong: Site, hebei: Site) -> None:
    asked: list[str] = []

    def read() -> str:
        asked.append(connection.schema_name)
        return connection.schema_name

    for _act in range(2):
        with one_act():
            for site in (guangdong, hebei, guangdong):
                with in_site(site), one_act():
                    assert once_per_act("where", read) == site.schema_name
    assert asked == ["guangdong", "hebei"] * 2
    assert (once_per_act("where", read), once_per_act("where", read)) == ("public", "public")
    assert len(asked) == 6
