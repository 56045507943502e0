"""Forked children: none before the threads of the parent have ended."""

from __future__ import annotations

import threading
import time

import pytest

from network.tenancy.children import ENDING_SECONDS, TASKS, await_end

pytestmark = pytest.mark.tenancy


@pytest.mark.skipif(not TASKS.is_dir(), reason="this system does not list the threads of a process")
def test_a_fork_waits_for_threads_that_are_ending() -> None:
    thread = threading.Thread(target=time.sleep, args=(0.3,))
    thread.start()
    began = time.monotonic()
    await_end([thread.native_id])
    assert 0.2 < time.monotonic() - began < ENDING_SECONDS
    assert not TASKS.joinpath(str(thread.native_id)).exists()
    began = time.monotonic()
    await_end([thread.native_id])
    assert time.monotonic() - began < 0.1
