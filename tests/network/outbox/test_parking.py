"""Work for a site that cannot take it: kept, dropped, set aside; its neighbours go on."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.db import connection, connections, transaction

from network.audit.models import AuditEntry
from network.contracts import OutboxItem
from network.events import outbox_handlers
from network.outbox.api import drain, enqueue, outbox_backlog
from network.outbox.models import Work
from network.tenancy.api import Site
from network.tenancy.site_locks import hold_site
from tests.factories.lives import bring_to

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]
KIND = "tests.parking"


@pytest.fixture
def done() -> Iterator[list[str]]:
    """Site and key of each piece that was done."""
    calls: list[str] = []

    def handle(site: str, items: Sequence[OutboxItem]) -> None:
        calls.extend(f"{site} {item.key}" for item in items)

    outbox_handlers.register(KIND, handle)
    yield calls
    del outbox_handlers._entries[KIND]


@pytest.mark.parametrize(
    "change",
    [{"maintenance": "upgrade"}, {"maintenance": "restore"}, {"state": "suspended", "state_reason": "检修"}],
)
def test_work_waits_for_its_site_without_an_attempt(done: list[str], hebei: Site, change: dict[str, Any]) -> None:
    enqueue(KIND, site="hebei", key="a")
    enqueue(KIND, site="guangdong", key="b")
    Site.objects.filter(slug="hebei").update(**change)
    assert drain() == 1
    assert done == ["guangdong b"]
    work = Work.objects.get()
    assert (work.site, work.state, work.attempts, work.error) == ("hebei", "waiting", 0, "")
    assert outbox_backlog()["parked"] == 1

    Site.objects.filter(slug="hebei").update(maintenance="", state="live", state_reason="恢复")
    assert drain() == 1
    assert done == ["guangdong b", "hebei a"]


def test_work_of_a_closed_site_waits_for_ever(done: list[str], hebei: Site, guangdong: Site) -> None:
    enqueue(KIND, site="hebei", key="a")
    enqueue(KIND, site="guangdong", key="b")
    bring_to(hebei, "closed", into=guangdong)
    assert drain() >= 1
    assert done == ["guangdong b"]
    work = Work.objects.get(kind=KIND)
    assert (work.site, work.state, work.attempts, work.error) == ("hebei", "waiting", 0, "")


@pytest.mark.django_db(transaction=True)
def test_work_keeps_away_while_somebody_holds_the_site(done: list[str], hebei: Site) -> None:
    """The registry may say it a moment too late; the lock does not."""
    enqueue(KIND, site="hebei", key="a")
    with transaction.atomic():
        hold_site("hebei")
        worker = threading.Thread(target=lambda: (drain(), connections.close_all()))
        worker.start()
        worker.join(30)
        assert done == []
        assert Work.objects.get().attempts == 0
    assert drain() == 1


def test_work_of_an_older_epoch_is_dropped_with_a_note(done: list[str], hebei: Site) -> None:
    enqueue(KIND, site="hebei", key="before")
    enqueue(KIND, site="guangdong", key="neighbour")
    Site.objects.filter(slug="hebei").update(epoch=2)
    enqueue(KIND, site="hebei", key="after")
    assert Work.objects.get(key="after").epoch == 2
    drain()
    assert sorted(done) == ["guangdong neighbour", "hebei after"]
    entry = AuditEntry.objects.get(act="outbox.drop")
    assert (entry.site, entry.object_id, entry.detail) == ("hebei", KIND, {"keys": ["before"]})
    assert not Work.objects.exists()


def test_a_new_wish_lifts_the_work_into_the_present_epoch(done: list[str], hebei: Site) -> None:
    enqueue(KIND, site="hebei", key="a")
    Site.objects.filter(slug="hebei").update(epoch=2)
    enqueue(KIND, site="hebei", key="a")
    drain()
    assert done == ["hebei a"]


def test_work_for_a_deleted_site_is_set_aside_at_once(done: list[str], hebei: Site) -> None:
    enqueue(KIND, site="gone", key="a")
    enqueue(KIND, site="hebei", key="b")
    drain()
    assert done == ["hebei b"]
    work = Work.objects.get()
    assert (work.state, work.attempts) == ("dead", 1)
    assert "No site has the key 'gone'" in work.error


def test_old_code_may_write_work_without_an_epoch(done: list[str], hebei: Site) -> None:
    """While a fleet is mixed, the code before still inserts its columns only."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO public.network_outbox_work"
            " (kind, site, key, version, payload, state, attempts, not_before, error, created_at)"
            " VALUES (%s, 'hebei', 'a', 0, '{}', 'waiting', 0, now(), '', now())",
            [KIND],
        )
    assert drain() == 1
