"""The loop that every polling process shares."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable

from django.db import DatabaseError, connection

from network.outbox.heartbeats import beat
from network.outbox.wakeups import WakeupListener

logger = logging.getLogger(__name__)

POLL_SECONDS = 1.0
BEAT_SECONDS = 5.0


def run_loop(
    name: str, work: Callable[[Callable[[], bool]], int], *, queue: str, poll_seconds: float = POLL_SECONDS
) -> None:
    """Call ``work(should_stop)`` until SIGTERM or SIGINT; between rounds wait for a wake-up or the poll time.

    A lost database is waited out. The heartbeat row ``name`` tells process, wake-ups, pieces done.
    """
    listener = WakeupListener(queue)
    is_stopping = False

    def stop(signum: int, frame: object) -> None:
        nonlocal is_stopping
        is_stopping = True
        listener.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    done = 0
    last_beat = 0.0
    last_beaten: tuple[int, int] = (-1, -1)
    while not is_stopping:
        try:
            done += work(lambda: is_stopping)
            now = time.monotonic()
            counted = (done, listener.count)
            if now - last_beat >= BEAT_SECONDS or (counted != last_beaten and now - last_beat >= 0.5):
                beat(name, pid=os.getpid(), done=done, wakeups=listener.count, broker=listener.broker)
                last_beat, last_beaten = now, counted
        except DatabaseError as error:
            logger.warning("%s: the database did not answer, trying again: %s", name, error)
        finally:
            connection.close()
        if not is_stopping:
            listener.wait(poll_seconds)
