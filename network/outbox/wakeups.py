"""Celery messages that shorten a worker's wait.

Nothing of record travels in them: a lost, doubled or late message changes only how soon a poller
looks at its table.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from inspect import unwrap
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, transaction

if TYPE_CHECKING:
    from celery import Celery

logger = logging.getLogger(__name__)

TASK = "network.outbox.wake"
# A broker that does not answer must not hold up a publish.
SOCKET_TIMEOUT_SECONDS = 0.5
QUIET_AFTER_FAILURE_SECONDS = 5.0
MESSAGE_LIFE_SECONDS = 30


@lru_cache(maxsize=1)
def celery_app() -> Celery:
    """The Celery application; its only task is a wake-up."""
    # Imported when the first message goes out: commands that wake nobody start a third of a second sooner.
    from celery import Celery

    app = Celery("govsites", broker=settings.REDIS_URL or "memory://")
    app.conf.update(
        task_ignore_result=True,
        broker_connection_retry_on_startup=True,
        broker_transport_options={
            "socket_timeout": SOCKET_TIMEOUT_SECONDS,
            "socket_connect_timeout": SOCKET_TIMEOUT_SECONDS,
            "max_retries": 1,
        },
        task_publish_retry=False,
    )
    return app


_quiet_until = 0.0
_here = threading.local()


@contextmanager
def looking_at(queue: str) -> Iterator[None]:
    """A block in which this thread works a queue off and looks again afterwards: what it adds there wakes nobody."""
    _here.queue = queue
    try:
        yield
    finally:
        _here.queue = ""


def send_wakeup(queue: str) -> None:
    """After commit, tell the pollers of a queue to look now; never raises, at most one per transaction."""
    if not settings.REDIS_URL or getattr(_here, "queue", "") == queue:
        return
    for hook in connection.run_on_commit:
        function = unwrap(hook[1])
        if isinstance(function, partial) and function.func is _send and function.args == (queue,):
            return
    transaction.on_commit(partial(_send, queue))


def _send(queue: str) -> None:
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return
    from kombu.exceptions import OperationalError

    try:
        celery_app().send_task(TASK, queue=queue_name(queue), expires=MESSAGE_LIFE_SECONDS, retry=False)
    except (OperationalError, OSError) as error:
        _quiet_until = time.monotonic() + QUIET_AFTER_FAILURE_SECONDS
        logger.warning("No wake-up was sent to '%s', the poller will look by itself: %s", queue, error)


def queue_name(queue: str) -> str:
    """Name of the broker queue behind a wake-up queue."""
    return f"govsites.{queue}"


class WakeupListener:
    """Waits for a wake-up or for a time to pass, whichever is first.

    With a broker a thread consumes the messages; it touches no database. Without one, ``wait``
    just sleeps. ``count`` is the number of messages so far, ``broker`` what answered.
    """

    def __init__(self, queue: str) -> None:
        self.queue = queue
        self.count = 0
        self.is_connected = False
        self._event = threading.Event()
        self._stop = threading.Event()
        if settings.REDIS_URL:
            threading.Thread(target=self._consume, name=f"wakeups-{queue}", daemon=True).start()

    @property
    def broker(self) -> str:
        if not settings.REDIS_URL:
            return "none"
        return "redis" if self.is_connected else "redis unreachable"

    def wait(self, timeout: float) -> bool:
        """True when a wake-up came, False when the time passed. ``timeout`` in seconds."""
        was_woken = self._event.wait(timeout)
        self._event.clear()
        return was_woken

    def stop(self) -> None:
        self._stop.set()
        self._event.set()

    def _on_message(self, body: Any, message: Any) -> None:
        message.ack()
        self.count += 1
        self._event.set()

    def _consume(self) -> None:
        from kombu import Consumer, Queue

        app = celery_app()
        while not self._stop.is_set():
            try:
                with app.connection_for_read() as broker:
                    broker.ensure_connection(max_retries=1, timeout=2)
                    queue = Queue(queue_name(self.queue), routing_key=queue_name(self.queue))
                    with Consumer(broker, queues=[queue], callbacks=[self._on_message], accept=["json"]):
                        self.is_connected = True
                        while not self._stop.is_set():
                            try:
                                broker.drain_events(timeout=1)
                            except TimeoutError:
                                continue
            except Exception as error:  # noqa: BLE001
                # Whatever the broker does, the poller goes on by its clock.
                logger.warning("Broker of queue '%s' unreachable, polling goes on: %s", self.queue, error)
            self.is_connected = False
            self._stop.wait(2)
