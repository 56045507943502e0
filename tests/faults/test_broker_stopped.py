"""Redis stopped during a dispatch: nothing is raised, nothing is lost, nothing comes twice."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from network.outbox import wakeups
from network.outbox.api import WakeupListener, drain, enqueue
from network.tenancy.api import Site
from tests.factories.articles import dispatch, reviewed_article
from tests.factories.deliveries import placements, states

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def broker(settings: Any, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A Redis server of the test's own."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)],
        stdout=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"
    wakeups.celery_app.cache_clear()
    wakeups._quiet_until = 0.0
    yield server
    wakeups.celery_app.cache_clear()
    wakeups._quiet_until = 0.0
    if server.poll() is None:
        server.terminate()
    server.wait(20)


def test_redis_goes_away_in_the_middle(hub: Site, shenzhen: Site, broker: Any) -> None:
    listener = WakeupListener("outbox")
    try:
        deadline = time.monotonic() + 20
        while not listener.is_connected:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        # Control: with the broker a wake-up comes.
        first = reviewed_article(hub)
        dispatch(hub, first)
        assert listener.wait(10) is True
        assert (listener.broker, listener.count > 0) == ("redis", True)

        os.kill(broker.pid, signal.SIGKILL)
        broker.wait(20)
        second = reviewed_article(hub)
        assert dispatch(hub, second).site_count == 4
        drain()
        for article in (first, second):
            assert set(states(article.translation_key).values()) == {"placed"}
            assert len(placements(shenzhen, article.translation_key)) == 1
    finally:
        listener.stop()


def test_a_flood_of_wakeups_does_the_work_once(hub: Site, shenzhen: Site, broker: Any) -> None:
    article = reviewed_article(hub)
    dispatch(hub, article)
    for number in range(20):
        enqueue("tests.none", key=str(number))
    for _ in range(3):
        drain()
    assert len(placements(shenzhen, article.translation_key)) == 1
