"""Several publishes of one process at once, in a process that knows nothing of the application."""

from __future__ import annotations

import threading
import uuid
from typing import Any

import psycopg

LOCK = 742_001
GIVEN_UP_EVERY = 5
"""Every fifth publish is rolled back, as a refusal of the gate does."""

WORK = "SELECT pg_sleep(0.002)"
"""What the rest of a publish takes while the series' row is held."""


def publish_share(parameters: dict[str, Any], statement: str, organisation: str, start: int, share: int) -> None:
    """One process: a thread with a connection for each of its publishes."""
    failures: list[Exception] = []

    def publish(number: int) -> None:
        try:
            with psycopg.connect(**parameters, autocommit=True) as own:
                own.execute("SELECT pg_advisory_lock_shared(%s)", [LOCK])
                with own.transaction() as opened:
                    own.execute(statement, {"content": uuid.uuid4(), "organisation": organisation})
                    own.execute(WORK)
                    if number % GIVEN_UP_EVERY == GIVEN_UP_EVERY - 1:
                        raise psycopg.Rollback(opened)
        except Exception as error:  # noqa: BLE001  told to the process that measures
            failures.append(error)

    threads = [threading.Thread(target=publish, args=(number,)) for number in range(start, start + share)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
