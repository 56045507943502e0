"""Wake-ups: after the commit, once per transaction, never in the way."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import transaction

from network.contracts import OutboxItem
from network.events import outbox_handlers
from network.outbox import wakeups
from network.outbox.api import WakeupListener, drain, enqueue, send_wakeup
from network.outbox.models import Work

pytestmark = pytest.mark.tenancy
UNUSED_PORT_URL = "redis://127.0.0.1:1/0"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch, settings: Any) -> list[str]:
    """Queues that a message went to, at the very place where the broker would get it."""
    queues: list[str] = []

    class Broker:
        def send_task(self, name: str, *, queue: str, **options: Any) -> None:
            assert name == "network.outbox.wake"
            queues.append(queue)

    settings.REDIS_URL = UNUSED_PORT_URL
    monkeypatch.setattr(wakeups, "celery_app", Broker)
    monkeypatch.setattr(wakeups, "_quiet_until", 0.0)
    return queues


@pytest.mark.django_db
def test_one_wakeup_per_transaction_and_only_after_it(sent: list[str], django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        for number in range(5):
            enqueue("tests.none", key=str(number))
        assert sent == []
    assert sent == ["govsites.outbox"]
    assert len(callbacks) == 1


@pytest.mark.django_db
def test_each_queue_gets_its_own(sent: list[str], django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        send_wakeup("outbox")
        send_wakeup("index")
        send_wakeup("outbox")
    assert sorted(sent) == ["govsites.index", "govsites.outbox"]


@pytest.mark.django_db(transaction=True)
def test_a_rollback_wakes_nobody(sent: list[str]) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        enqueue("tests.none", key="a")
        raise ZeroDivisionError
    assert sent == []
    with transaction.atomic():
        enqueue("tests.none", key="a")
    assert sent == ["govsites.outbox"]


@pytest.mark.django_db(transaction=True)
def test_what_is_added_while_the_queue_is_worked_off_is_found_without_a_wakeup(
    sent: list[str],
) -> None:
    done: list[str] = []

    def handle(site: str, items: Sequence[OutboxItem]) -> None:
        done.extend(item.key for item in items)
        if done == ["first"]:
            enqueue("tests.wakeups", key="second")
            send_wakeup("index")

    outbox_handlers.register("tests.wakeups", handle)
    try:
        enqueue("tests.wakeups", key="first")
        assert drain() == 2
        # Whoever writes work outside of it wakes the worker as before.
        enqueue("tests.wakeups", key="third")
    finally:
        del outbox_handlers._entries["tests.wakeups"]
    assert done == ["first", "second"]
    assert sent == ["govsites.outbox", "govsites.index", "govsites.outbox"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.faults
def test_a_broker_that_is_down_raises_nothing_and_the_work_stays(
    settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    settings.REDIS_URL = UNUSED_PORT_URL
    monkeypatch.setattr(wakeups, "_quiet_until", 0.0)
    wakeups.celery_app.cache_clear()
    try:
        started = time.monotonic()
        enqueue("tests.none", key="a")
        enqueue("tests.none", key="b")
        assert time.monotonic() - started < 5
    finally:
        wakeups.celery_app.cache_clear()
    assert Work.objects.count() == 2
    warnings = [record for record in caplog.records if "No wake-up was sent to 'outbox'" in record.getMessage()]
    # The second one is not even tried: a broker that is down must not slow each publish.
    assert len(warnings) == 1


@pytest.mark.django_db
def test_without_a_broker_nothing_is_sent(settings: Any, django_capture_on_commit_callbacks: Any) -> None:
    settings.REDIS_URL = ""
    with django_capture_on_commit_callbacks() as callbacks:
        enqueue("tests.none", key="a")
    assert callbacks == []
    listener = WakeupListener("outbox")
    assert (listener.broker, listener.count, listener.wait(0.01)) == ("none", 0, False)
    assert drain() == 0
