"""Work written with the change, done once, retried, set aside."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from network.contracts import OutboxItem
from network.errors import PoisonedItem
from network.events import outbox_failures, outbox_handlers
from network.outbox.actions import LONGEST_WAIT_SECONDS, MAX_ATTEMPTS
from network.outbox.api import drain, enqueue, enqueue_many, retry_dead
from network.outbox.models import Work
from network.tenancy.api import Site, in_site

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]
KIND = "tests.work"
Handler = Callable[[str, Sequence[OutboxItem]], None]


@pytest.fixture
def done() -> Iterator[list[Any]]:
    """What a handler of the tests did; keys that start with ``bad`` fail, with ``poison`` for good."""
    calls: list[Any] = []

    def handle(site: str, items: Sequence[OutboxItem]) -> None:
        for item in items:
            if item.key.startswith("bad"):
                raise RuntimeError(f"cannot do {item.key}")
            if item.key.startswith("poison"):
                raise PoisonedItem(f"never {item.key}")
        calls.append((site, connection.schema_name, [(item.key, item.version) for item in items]))

    outbox_handlers.register(KIND, handle)
    yield calls
    del outbox_handlers._entries[KIND]


def due() -> None:
    Work.objects.update(not_before=timezone.now() - datetime.timedelta(days=1))


def test_work_is_done_once_inside_its_site(done: list[Any], hebei: Site) -> None:
    enqueue(KIND, site="hebei", key="a", version=3, payload={"x": 1})
    enqueue(KIND, key="b")
    assert drain() == 2
    assert sorted(done) == [("", "public", [("b", 0)]), ("hebei", "hebei", [("a", 3)])]
    assert drain() == 0
    assert Work.objects.count() == 0


def test_the_same_wish_twice_is_one_piece_with_the_higher_version(done: list[Any], hebei: Site) -> None:
    for version in (1, 5, 2):
        enqueue(KIND, site="hebei", key="a", version=version)
    assert Work.objects.get().version == 5
    drain()
    assert done == [("hebei", "hebei", [("a", 5)])]


def test_many_rows_are_one_statement(done: list[Any], hebei: Site, django_assert_num_queries: Any) -> None:
    assert Work.objects.count() == 0  # sets the search path, which counts as a statement
    with django_assert_num_queries(1):
        assert enqueue_many(KIND, [("hebei", str(number), 0, {}) for number in range(300)]) == 300
    assert drain() == 300
    assert [len(items) for _, _, items in done] == [200, 100]


def test_nothing_is_written_for_nothing(db: None) -> None:
    assert enqueue_many(KIND, []) == 0


def test_a_rollback_takes_the_work_with_it(done: list[Any], hebei: Site) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        enqueue(KIND, site="hebei", key="a")
        raise ZeroDivisionError
    assert drain() == 0
    assert done == []


def test_one_failing_piece_does_not_stop_its_batch(done: list[Any], hebei: Site, guangdong: Site) -> None:
    enqueue_many(KIND, [("hebei", key, 0, {}) for key in ("a", "bad", "c")] + [("guangdong", "d", 0, {})])
    assert drain() == 3
    assert sorted(done) == [
        ("guangdong", "guangdong", [("d", 0)]),
        ("hebei", "hebei", [("a", 0)]),
        ("hebei", "hebei", [("c", 0)]),
    ]
    left = Work.objects.get()
    assert (left.key, left.state, left.attempts, left.error) == ("bad", "waiting", 1, "RuntimeError: cannot do bad")


def test_the_pause_grows_then_the_piece_is_set_aside(done: list[Any], hebei: Site) -> None:
    enqueue(KIND, site="hebei", key="bad")
    pauses = []
    for _ in range(MAX_ATTEMPTS):
        due()
        drain()
        work = Work.objects.get()
        with connection.cursor() as cursor:
            cursor.execute("SELECT extract(epoch FROM not_before - now())::int FROM network_outbox_work")
            pauses.append(cursor.fetchone()[0])
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128]
    assert max(pauses) <= LONGEST_WAIT_SECONDS
    assert (work.state, work.attempts) == ("dead", MAX_ATTEMPTS)
    due()
    assert drain() == 0
    assert Work.objects.get().attempts == MAX_ATTEMPTS


def test_a_waiting_piece_is_not_taken_before_its_time(done: list[Any], hebei: Site) -> None:
    enqueue(KIND, site="hebei", key="a")
    Work.objects.update(not_before=timezone.now() + datetime.timedelta(minutes=1))
    assert drain() == 0
    due()
    assert drain() == 1


def test_poison_is_set_aside_at_once_and_comes_back_by_hand(done: list[Any], hebei: Site) -> None:
    enqueue(KIND, site="hebei", key="poison")
    drain()
    assert (Work.objects.get().state, Work.objects.get().attempts) == ("dead", 1)
    assert retry_dead(kind="other") == 0
    assert retry_dead(kind=KIND, site="guangdong") == 0
    assert retry_dead(kind=KIND, site="hebei") == 1
    assert (Work.objects.get().state, Work.objects.get().attempts) == ("waiting", 0)


def test_a_new_wish_wakes_dead_work(done: list[Any], hebei: Site) -> None:
    enqueue(KIND, site="hebei", key="poison")
    drain()
    enqueue(KIND, site="hebei", key="poison", version=2)
    work = Work.objects.get()
    assert (work.state, work.attempts, work.error, work.version) == ("waiting", 0, "", 2)


def test_work_for_an_unknown_site_or_kind_is_kept_with_its_reason(done: list[Any], hebei: Site) -> None:
    enqueue(KIND, site="nowhere", key="a")
    enqueue("tests.unknown", key="b")
    enqueue(KIND, site="hebei", key="c")
    assert drain() == 1
    reasons = dict(Work.objects.values_list("key", "error"))
    assert "No site has the key 'nowhere'" in reasons["a"]
    assert "'tests.unknown' is not registered in 'outbox_handlers'" in reasons["b"]


def test_a_report_that_fails_does_not_stop_the_worker(done: list[Any], hebei: Site) -> None:
    def report(item: OutboxItem, reason: str, is_dead: bool) -> None:
        raise ValueError("cannot report")

    outbox_failures.register(KIND, report)
    try:
        enqueue_many(KIND, [("hebei", "bad", 0, {}), ("hebei", "c", 0, {})])
        assert drain() == 1
    finally:
        del outbox_failures._entries[KIND]
    assert Work.objects.get().attempts == 1


def test_a_stop_is_obeyed_between_groups(done: list[Any], hebei: Site) -> None:
    enqueue(KIND, site="hebei", key="a")
    assert drain(should_stop=lambda: True) == 0
    assert Work.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_work(done: list[Any], hebei: Site, guangdong: Site) -> None:
    enqueue_many(KIND, [(site, str(number), 0, {}) for site in ("hebei", "guangdong") for number in range(450)])
    start = threading.Barrier(2)
    counts: list[int] = []

    def work() -> None:
        try:
            start.wait(10)
            counts.append(drain())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(counts) == 900
    keys = [(site, key) for site, _, items in done for key, _ in items]
    assert len(keys) == len(set(keys)) == 900
    assert Work.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_row_another_worker_holds_is_passed_over(done: list[Any], hebei: Site) -> None:
    enqueue_many(KIND, [("hebei", "held", 0, {}), ("hebei", "free", 0, {})])
    with transaction.atomic():
        Work.objects.select_for_update().get(key="held")
        thread = threading.Thread(target=lambda: (drain(), connections.close_all()))
        thread.start()
        thread.join(30)
        assert done == [("hebei", "hebei", [("free", 0)])]
    assert drain() == 1


@pytest.mark.django_db(transaction=True)
def test_a_wish_during_the_work_is_done_afterwards(hebei: Site) -> None:
    """The piece is locked while it is done; a newer wish waits and stays."""
    seen: list[int] = []
    started, go_on = threading.Event(), threading.Event()

    def handle(site: str, items: Sequence[OutboxItem]) -> None:
        seen.extend(item.version for item in items)
        started.set()
        go_on.wait(30)

    outbox_handlers.register(KIND, handle)
    try:
        enqueue(KIND, site="hebei", key="a", version=1)
        worker = threading.Thread(target=lambda: (drain(), connections.close_all()))
        worker.start()
        assert started.wait(10)
        wisher = threading.Thread(
            target=lambda: (enqueue(KIND, site="hebei", key="a", version=2), connections.close_all())
        )
        wisher.start()
        go_on.set()
        worker.join(30)
        wisher.join(30)
        drain()
    finally:
        del outbox_handlers._entries[KIND]
    assert seen in ([1, 2], [1, 1, 2])
    assert Work.objects.count() == 0


def test_the_site_is_entered_outside_the_transaction(hebei: Site) -> None:
    """What a handler leaves for the commit still sees the site."""
    with in_site(hebei):
        assert connection.schema_name == "hebei"
    assert connection.schema_name == "public"
