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
FRESH_BEAT_SECONDS = 0.5


def run_loop(
    name: str, work: Callable[[Callable[[], bool]], int], *, queue: str, poll_seconds: float = POLL_SECONDS
) -> None:
    """Call ``work(should_stop)`` until SIGTERM or SIGINT; an idle round waits for a wake-up or the poll time.

    A lost database is waited out. The heartbeat row ``name`` tells process, wake-ups, pieces done;
    it is written before the first round, which may be long.
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
    last_beat = float("-inf")
    last_beaten: tuple[int, int, str] = (-1, -1, "")
    while not is_stopping:
        worked = 0
        try:
            now = time.monotonic()
            counted = (done, listener.count, listener.broker)
            if now - last_beat >= BEAT_SECONDS or (counted != last_beaten and now - last_beat >= FRESH_BEAT_SECONDS):
                beat(name, pid=os.getpid(), done=done, wakeups=listener.count, broker=listener.broker)
                last_beat, last_beaten = now, counted
            worked = work(lambda: is_stopping)
            done += worked
        except DatabaseError as error:
            logger.warning("%s: the database did not answer, trying again: %s", name, error)
        finally:
            connection.close()
        if not is_stopping and not worked:
            listener.wait(poll_seconds)
